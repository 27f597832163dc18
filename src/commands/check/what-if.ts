import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { readStranger, type Stranger } from '../../check/index.ts'
import { isReadable } from '../../kit/data/data-file.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { inert, inertJson } from '../../kit/inert.ts'

/** What differs between both sides: a file of the proxy's configuration, or the image that it starts from. */
export interface WhatIf {
  readonly by: 'files' | 'images'
  /** The old one and the new one, as typed. */
  readonly both: readonly [string, string]
  /** Where the file is inside the proxy; absent: its main file. */
  readonly at?: string | undefined
}

interface Reading {
  readonly file: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** The project as it is with either of them; a file of ours tells Compose, and nothing of the project is changed. */
export async function withEither<T>(
  { by, both, at }: WhatIf,
  reading: Reading,
  use: (sides: readonly [Stranger, Stranger]) => Promise<T>,
): Promise<T> {
  const plain = await readStranger(reading)
  const { service, config } = plain.project.proxy
  const proxy = plain.compose.services.find(({ name }) => name === service)
  if (by === 'images' && proxy?.build) throw builtImage(service)
  const files = by === 'images' ? [] : await Promise.all(both.map((one) => readableFile(resolve(reading.cwd, one))))
  const folder = await mkdtemp(join(tmpdir(), 'badgateway-what-if-'))
  try {
    const side = async (index: 0 | 1): Promise<Stranger> => {
      const more =
        by === 'images'
          ? { image: both[index] }
          : { volumes: [`${files[index]}:${at ?? config ?? '/etc/nginx/nginx.conf'}:ro`] }
      const place = join(folder, `${index}.json`)
      await writeFile(place, inertJson({ services: { [service]: more } }))
      return await readStranger({ ...reading, more: [place] })
    }
    return await use([await side(0), await side(1)])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readableFile(path: string): Promise<string> {
  const unreadable = await isReadable(path)
  if (!unreadable) return path
  const why = unreadable === 'absent' ? 'no such file' : unreadable.because
  throw new BadgatewayError('USAGE', `${inert(path)}: ${why}`, 'Two files, or --images and two references.')
}

function builtImage(service: string): BadgatewayError {
  return new BadgatewayError(
    'USAGE',
    `The image of ${inert(service)} is built by Compose, so no other can take its place`,
    'Compare two checkouts: badgateway check --against REF.',
  )
}

/** How a side is called where both names would be the same. */
export const sideNames = ([a, b]: readonly [string, string]): readonly [string, string] =>
  basename(a) === basename(b) ? ['old', 'new'] : [basename(a), basename(b)]
