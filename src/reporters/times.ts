import { pieceName } from '../journal/index.ts'
import { inertJson } from '../kit/inert.ts'
import { timesFileName } from '../kit/shards/split.ts'
import type { FileReporter, GroupReporter, ReportedVariant } from './reporter.ts'

/** How long each cell took, of several plays their mean: what shards are split by. */
export const timesReporter: FileReporter = {
  name: 'times',
  file: timesFileName,
  write: ({ variants }) => timesText(variants),
}

/** The same of a group, by `SCENARIO/VARIANT`. */
export const groupTimesReporter: GroupReporter = {
  name: 'times',
  file: timesFileName,
  write: ({ incidents }) => timesText(incidents.flatMap(({ run }) => run.variants)),
}

function timesText(variants: readonly ReportedVariant[]): string {
  const taken = new Map<string, number[]>()
  for (const { record } of variants) {
    const end = record.facts.at(-1)
    // What was cut says how long it lived, not how long it takes.
    if (end?.kind !== 'run-ended') continue
    const name = pieceName(record.plan)
    taken.set(name, [...(taken.get(name) ?? []), Math.max(0, end.t)])
  }
  const ms = [...taken].map(([name, all]) => [name, Math.round(all.reduce((sum, one) => sum + one, 0) / all.length)])
  return `${inertJson({ format: 1, ms: Object.fromEntries(ms) }, 2)}\n`
}
