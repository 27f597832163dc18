import { type Status, worst } from '../../checks/index.ts'
import type { ReportedGroup, ReportedRun } from '../reporter.ts'

/** Word and sign of a status: never colour alone. */
export const statusWords: Record<Status, { word: string; sign: string }> = {
  pass: { word: 'PASS', sign: '✓' },
  fail: { word: 'FAIL', sign: '✗' },
  inconclusive: { word: 'INCONCLUSIVE', sign: '?' },
}

/** Worst of all variants. */
export function statusOf(run: ReportedRun): Status {
  return worst(run.variants.map((variant) => variant.verdict.status))
}

/** Worst of all runs; what was never run proves nothing. */
export function groupStatus({ incidents, notRun }: ReportedGroup): Status {
  return worst([...incidents.map(({ run }) => statusOf(run)), ...notRun.map(() => 'inconclusive' as const)])
}
