import { type Status, worst } from '../../checks/index.ts'
import type { ReportedGroup, ReportedRun } from '../reporter.ts'

/** Word and sign of a status: never colour alone. */
export const statusWords: Record<Status, { word: string; sign: string }> = {
  pass: { word: 'PASS', sign: '✓' },
  fail: { word: 'FAIL', sign: '✗' },
  inconclusive: { word: 'INCONCLUSIVE', sign: '?' },
}

/** Worst of all variants; a run that lacks shards tells nothing as a whole. */
export function statusOf({ variants, lacks = [] }: ReportedRun): Status {
  return lacks.length > 0 ? 'inconclusive' : worst(variants.map((variant) => variant.verdict.status))
}

/** Worst of all runs; what was never run proves nothing. */
export function groupStatus({ incidents, notRun, lacks = [] }: ReportedGroup): Status {
  if (lacks.length > 0) return 'inconclusive'
  return worst([...incidents.map(({ run }) => statusOf(run)), ...notRun.map(() => 'inconclusive' as const)])
}
