import type { Verdict } from '../checks/index.ts'
import { inertJson } from '../kit/inert.ts'
import { attemptsOf } from './narrative/attempts.ts'
import { healingOf } from './narrative/healing.ts'
import type { FileReporter, ReportedRun, ReportedVariant } from './reporter.ts'
import { statusOf } from './words/status.ts'

const printed = (value: unknown) => `${inertJson(value, 2)}\n`

/** For programs: the verdict of a variant as it is, and of a run `{ status, variants: { name: Verdict }, healing }`. */
export const verdictReporter: FileReporter = {
  name: 'verdict',
  file: 'verdict.json',
  write: (run) => printed(runVerdict(run)),
  writeVariant: (variant) => printed(told(variant)),
}

/** The verdict, and what was played before it. */
export function told(variant: ReportedVariant): Verdict {
  const attempts = attemptsOf(variant)
  return { ...variant.verdict, ...(attempts.length > 0 ? { attempts } : {}) }
}

/** What all variants together say: the controls too. */
export function runVerdict(run: ReportedRun) {
  const variants = Object.fromEntries(run.variants.map((variant) => [variant.verdict.variant, told(variant)]))
  return { status: statusOf(run), variants, healing: healingOf(run), ...lacksOf(run) }
}

/** Only where something is lacking. */
export const lacksOf = ({ lacks = [] }: Pick<ReportedRun, 'lacks'>) => (lacks.length > 0 ? { lacks } : {})
