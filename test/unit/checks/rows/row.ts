import type { CheckSpec } from '../../../../src/journal/plan.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, guardedJournal, outageJournal, storyT, withoutKind } from '../../../support/journal.ts'

/** What a check says to a record, and why. */
export type Row = [
  status: 'pass' | 'fail' | 'inconclusive',
  name: string,
  record: RunRecord,
  spec: CheckSpec,
  because: RegExp,
]

export const good = outageJournal()
/** The fault was said to be injected, and did nothing. */
export const quiet = outageJournal({ inForce: false })
export const stopped = guardedJournal('config-validation', 'rejected')
/** Service was not restored before the run ended. */
export const never = outageJournal({ servedAgainMs: null })
export const noLoad = withoutKind(good, 'load-sample')
/** Users failed at both ends of an outage in which nobody asked for anything. */
export const unasked = changed(good, 'load-sample', ({ source, fromT }) => {
  if (source !== 'users' || fromT < storyT + 600 || fromT > storyT + 65_000) return {}
  return { planned: 0, ledger: {}, firstFailedT: null, lastFailedT: null, usersActive: [], usersFailed: [] }
})
