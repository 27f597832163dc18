import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { inertJson } from '../../kit/inert.ts'
import { add, isFailed, type Ledger, servedOf } from '../../kit/ledger.ts'
import type { LoadSample } from '../../load/index.ts'
import type { Mistakes } from '../mistakes.ts'

/** A file that is there whole or not at all. */
export interface PendingFile {
  write(text: string): Promise<void>
  /** Nothing was written: leaves nothing behind. */
  drop(): Promise<void>
}

interface Asked {
  file: PendingFile
  told(samples: readonly LoadSample[]): string
}

/** The files that are asked for, and what is written into each. */
export async function pendingSeconds(
  { csv, jsonl }: { csv?: string; jsonl?: string },
  cwd: string,
  mistakes: Mistakes,
): Promise<Asked[]> {
  const asked = [
    { flag: '--csv', path: csv, told: secondsCsv },
    { flag: '--jsonl', path: jsonl, told: secondsJson },
  ]
  const files: Asked[] = []
  for (const { flag, path, told } of asked) {
    if (path === undefined) continue
    const file = await mistakes.ask(undefined, () => pendingFile(flag, path, cwd))
    if (file) files.push({ file, told })
  }
  return files
}

/** Makes sure, before any load, that the file can be written; USAGE when it cannot. */
async function pendingFile(flag: string, file: string, cwd: string): Promise<PendingFile> {
  const path = resolve(cwd, file)
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  const handle = await open(beside, 'wx').catch((thrown: unknown) => {
    throw new BadgatewayError('USAGE', `${flag} '${file}' cannot be written`, reasonOf(thrown).replaceAll(beside, path))
  })
  return {
    write: async (text) => {
      await handle.writeFile(text)
      await handle.close()
      await rename(beside, path)
    },
    drop: async () => {
      await handle.close()
      await rm(beside, { force: true })
    },
  }
}

/** An object for every second: the same, and every percentile. */
function secondsJson(samples: readonly LoadSample[]): string {
  const seconds = samples.toSorted((a, b) => a.fromMs - b.fromMs)
  const lines = seconds.map(({ fromMs, planned, ledger, latencyMs, scheduleLagP99Ms }) => {
    const at = new Date(fromMs).toISOString()
    return `${inertJson({ at, planned, ledger, latencyMs, scheduleLagP99Ms: scheduleLagP99Ms ?? null })}\n`
  })
  return lines.join('')
}

/** A line for every second: what was planned, what became of it by class, and how long it took in ms. */
function secondsCsv(samples: readonly LoadSample[]): string {
  const seconds = samples.toSorted((a, b) => a.fromMs - b.fromMs)
  const names = Object.keys(seconds.reduce<Ledger>((sum, { ledger }) => add(sum, ledger), {})).sort()
  const head = ['at', 'planned', ...names, 'served', 'failed', 'p50_ms', 'p90_ms', 'p99_ms', 'max_ms', 'lag_p99_ms']
  const rows = seconds.map(({ fromMs, planned, ledger, latencyMs, scheduleLagP99Ms }) => {
    const counts = Object.entries(ledger)
    const failed = counts.reduce((sum, [name, count = 0]) => sum + (isFailed(name) ? count : 0), 0)
    const byClass = names.map((name) => counts.find(([one]) => one === name)?.[1] ?? 0)
    const took = [latencyMs?.p50, latencyMs?.p90, latencyMs?.p99, latencyMs?.max, scheduleLagP99Ms]
    const cells = [new Date(fromMs).toISOString(), planned, ...byClass, servedOf(ledger), failed]
    return [...cells, ...took.map((one) => one ?? '')].join(',')
  })
  return `${[head.join(','), ...rows].join('\n')}\n`
}
