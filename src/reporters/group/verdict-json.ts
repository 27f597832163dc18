import { inertJson } from '../../kit/inert.ts'
import type { GroupReporter, ReportedGroup } from '../reporter.ts'
import { lacksOf, runVerdict } from '../verdict-json.ts'
import { groupStatus } from '../words/status.ts'

/** For programs: `{ group, status, incidents: { scenario: { status, variants, healing } }, notRun }`. */
export const groupVerdictReporter: GroupReporter = {
  name: 'verdict',
  file: 'verdict.json',
  write: (group) => `${inertJson(groupVerdict(group), 2)}\n`,
}

export function groupVerdict(group: ReportedGroup) {
  const incidents = group.incidents.map(({ scenario, run }) => [scenario, runVerdict(run)] as const)
  const { name, notRun } = group
  return {
    group: name,
    status: groupStatus(group),
    incidents: Object.fromEntries(incidents),
    notRun,
    ...lacksOf(group),
  }
}
