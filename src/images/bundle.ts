import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { keep, keptFolder } from '../kit/kept.ts'

/** Where an image's program begins. */
export const entry = 'main.ts'

const options = {
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  legalComments: 'none',
  logLevel: 'silent',
  // What was CommonJS still asks for `require`, which an ES module has not.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'\nconst require = makeRequire(import.meta.url)",
  },
} as const

/** A program and what it was made of: by whom, and each file with the hash of its content. */
const keptBundle = z.object({
  maker: z.string(),
  inputs: z.array(z.tuple([z.string(), z.string()])).min(1),
  program: z.string(),
})

/** `main.ts` of this folder with everything it imports as one file that Node 20 runs: the text of `app.mjs`. */
export async function bundleProgram(folder: string): Promise<Buffer> {
  return (await makeBundle(folder)).program
}

/** The same, and not made again while all its sources are what they were: half a second less for each run. */
export async function keptProgram(folder: string, keptIn = keptFolder()): Promise<Buffer> {
  const { version } = await import('esbuild')
  const maker = `esbuild ${version} ${JSON.stringify(options)}`
  const file = join(keptIn, `${hashOf(resolve(folder))}.json`)
  const kept = await keptAt(file, maker)
  if (kept !== undefined) return Buffer.from(kept)
  const { program, paths } = await makeBundle(folder)
  const inputs = await Promise.all(paths.map(async (path) => [path, hashOf(await readFile(path))]))
  await keep(file, JSON.stringify({ maker, inputs, program: program.toString() }))
  return program
}

async function makeBundle(folder: string): Promise<{ program: Buffer; paths: string[] }> {
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({ ...options, entryPoints: [entry], absWorkingDir: folder })
  const paths = Object.keys(metafile.inputs).map((path) => resolve(folder, path))
  return { program: Buffer.from(outputFiles[0]?.contents ?? []), paths }
}

async function keptAt(file: string, maker: string): Promise<string | undefined> {
  try {
    const kept = keptBundle.parse(JSON.parse(await readFile(file, 'utf8')))
    const hashes = await Promise.all(kept.inputs.map(async ([path]) => hashOf(await readFile(path))))
    const same = kept.maker === maker && kept.inputs.every(([, hash], index) => hash === hashes[index])
    return same ? kept.program : undefined
  } catch {
    return undefined
  }
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
