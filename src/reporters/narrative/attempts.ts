import type { Verdict } from '../../checks/index.ts'
import { counted } from '../../kit/figures.ts'
import type { ReportedVariant } from '../reporter.ts'
import { badFindings } from './headline.ts'

/** What was played before, with the first reason for which it was played again. */
export function attemptsOf({ attempts = [] }: ReportedVariant): NonNullable<Verdict['attempts']> {
  return attempts.map(({ folder, verdict }) => ({ folder, status: verdict.status, because: reasonFor(verdict) }))
}

/** `Played 2 times; the last one counts. The one kept in … was …`; undefined when it was played once. */
export function attemptsSentence(variant: ReportedVariant): string | undefined {
  const earlier = attemptsOf(variant)
  if (earlier.length === 0) return undefined
  const each = earlier.map(({ folder, status, because }) => `The one kept in ${folder} was ${status}: ${because}.`)
  return `Played ${counted(earlier.length + 1, 'time')}; the last one counts. ${each.join(' ')}`
}

/** Why a verdict is not a pass, first of all. */
export function reasonFor(verdict: Verdict): string {
  const [first] = badFindings(verdict)
  return first ? first.because.replace(/\.$/, '') : 'nothing was asked'
}
