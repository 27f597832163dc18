import { inertJson } from '../kit/inert.ts'
import type { FileReporter, ReportedRun } from './reporter.ts'
import { healingOf } from './tale/healing.ts'
import { statusOf } from './words/status.ts'

const printed = (value: unknown) => `${inertJson(value, 2)}\n`

/** For programs: the verdict of a variant as it is, and of a run `{ status, variants: { name: Verdict }, healing }`. */
export const verdictReporter: FileReporter = {
  name: 'verdict',
  file: 'verdict.json',
  write: (run) => printed(runVerdict(run)),
  writeVariant: ({ verdict }) => printed(verdict),
}

/** What all variants together say: the controls too. */
export function runVerdict(run: ReportedRun) {
  const variants = Object.fromEntries(run.variants.map(({ verdict }) => [verdict.variant, verdict]))
  return { status: statusOf(run), variants, healing: healingOf(run) }
}
