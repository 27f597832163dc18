import { inert, inertJson } from '../kit/inert.ts'
import { findingsOf, type RuleId } from './findings.ts'
import type { ToldCheck } from './told.ts'

const severities = {
  'over-budget': 'major',
  worse: 'major',
  'acceptance-over': 'minor',
  'gap-gone': 'minor',
} as const satisfies Record<RuleId, string>

/** For GitLab's Code Quality. It knows no acceptance, so an accepted gap is left out. */
export function codeQualityText(told: ToldCheck): string {
  const issues = findingsOf(told).flatMap(({ rule, title, says, change, place, fingerprint, accepted }) => {
    if (accepted !== undefined) return []
    const description = [`${title}.`, says, ...(change === null ? [] : [change])].map((one) => inert(one)).join(' ')
    return {
      description,
      check_name: `badgateway/${rule}`,
      fingerprint,
      severity: severities[rule],
      location: { path: inert(place.file), lines: { begin: place.line } },
    }
  })
  return `${inertJson(issues, 2)}\n`
}
