import type { ReportedGroup, ReportedIncident, ReportedRun } from '../../../src/reporters/index.ts'
import { outageJournal } from '../../support/journal.ts'
import { sampleRun, variantOf } from './hostile.ts'

/** So many incidents, of which the third fails and the fourth is inconclusive where there are as many. */
export function sampleGroup(size: number): ReportedGroup {
  const good = sampleRun()
  const late: ReportedRun = { variants: [variantOf(outageJournal({ servedAgainMs: null })), ...good.variants.slice(1)] }
  const dead: ReportedRun = { variants: [variantOf(outageJournal({ inForce: false }))] }
  const incidents = Array.from({ length: size }, (_, index): ReportedIncident => {
    const name = `incident-${index + 1}`
    const run = index === 2 ? late : index === 3 ? dead : good
    return { scenario: name, title: `The incident number ${index + 1}`, folder: name, run }
  })
  return { name: 'incidents', incidents, notRun: [] }
}
