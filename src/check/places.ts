import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { configurationOf } from '../deploy/index.ts'
import { snapshotFileName } from '../drift/index.ts'
import { lineOf } from '../kit/data/line.ts'
import { atFault } from '../nginx/index.ts'
import type { Places } from '../outputs/index.ts'
import { budgetPath, type Expect } from './budgets.ts'
import type { OnDisk } from './on-disk.ts'

interface Reading {
  /** badgateway.yaml, absolute. */
  readonly file: string
  readonly expect?: Expect | undefined
  readonly onDisk?: OnDisk | undefined
}

/** Reads the files once, as they are now. Lines are those of the user's files; none is ever written. */
export async function placesOf({ file, expect, onDisk }: Reading): Promise<Places> {
  const configuration = onDisk && configurationOf(onDisk.release)
  const snapshotFile = join(dirname(file), snapshotFileName)
  const [yaml, snapshot] = await Promise.all([file, snapshotFile].map((one) => readFile(one, 'utf8').catch(() => '')))
  const lineIn = (text: string | undefined, path: readonly string[]) => lineOf(text ?? '', path)
  const top = { file, line: 1 }
  return {
    directive: ({ planned: { group }, directive }) => {
      if (!configuration || group === null || directive === null) return undefined
      const found = atFault(configuration, group, directive)
      const source = found && onDisk.sources.get(found.file)
      return source === undefined ? undefined : { file: source, line: found?.line ?? 1 }
    },
    budget: ({ planned: { mode, target } }, check) => {
      const path = budgetPath(expect, { mode, target, check })
      return { file, line: (path && lineIn(yaml, path)) ?? lineIn(yaml, ['expect']) ?? 1 }
    },
    snapshot: ({ cell }) => {
      const line = lineIn(snapshot, ['cells', cell])
      return line === undefined ? top : { file: snapshotFile, line }
    },
  }
}
