import type { Finding, Verdict } from '../../checks/index.ts'
import { count, counted, percent, seconds } from '../../kit/figures.ts'
import type { ReportedRun, ReportedVariant } from '../reporter.ts'

/** What a status means, for somebody who reads only one sentence. */
export function meaningOf(verdict: Verdict): string {
  const failed = badFindings(verdict)
  const asked = counted(verdict.findings.length, 'question')
  if (verdict.status === 'pass') return `All ${asked} asked of this run have the expected answer.`
  if (verdict.status === 'fail') return `${count(failed.length)} of ${asked} do not have the expected answer.`
  return failed.length === 0
    ? 'Nothing was asked, so nothing is proven.'
    : `This was no sound experiment: ${count(failed.length)} of ${asked} stay open.`
}

/** Findings that are not as they should be, worst first, validity before behaviour. */
export function badFindings(verdict: Verdict): Finding[] {
  return sortedFindings(verdict).filter((finding) => finding.status !== 'pass')
}

const ranks = { fail: 0, inconclusive: 1, pass: 2 } as const

/** Validity first, since without it the rest means nothing; in each the worst first. */
export function sortedFindings(verdict: Verdict): Finding[] {
  const validity = (finding: Finding) => (finding.about === 'validity' ? 0 : 1)
  return verdict.findings.toSorted((a, b) => validity(a) - validity(b) || ranks[a.status] - ranks[b.status])
}

export function outageSentence({ outage }: Verdict): string {
  if (outage.failedRequests === 0) return 'No user saw a failure.'
  const minutes = Number(outage.incidentMinutes.toFixed(1))
  const lasted = `${seconds(outage.seconds)} (${count(minutes)} min on the incident's clock)`
  const failed = counted(outage.failedRequests, 'failed request')
  return `Users were failed for ${lasted}: ${failed}, ${percent(outage.usersAffectedShare)} of the users affected.`
}

export function detectionSentence(verdict: Verdict): string {
  const { outage, timeToDetectSeconds, detectedBy } = verdict
  if (timeToDetectSeconds !== null) {
    const alert = detectedBy ?? '(unnamed)'
    return `Detected ${seconds(timeToDetectSeconds)} after the first failure, by the alert ${alert}.`
  }
  return outage.failedRequests === 0 ? 'There was nothing to detect.' : 'Not detected: no alert was delivered.'
}

export function recoverySentence({ outage, timeToRecoverSeconds }: Verdict): string {
  if (outage.failedRequests === 0) return 'There was nothing to recover from.'
  if (timeToRecoverSeconds === null) return 'Service did not come back and hold.'
  return `Service was back and held ${seconds(timeToRecoverSeconds)} after the first failure.`
}

export function cleanSentence({ clean }: Verdict): string {
  return clean
    ? 'Everything is proven to be as it was before the run.'
    : 'It is NOT proven that everything is as it was before the run: see npx badgateway clean.'
}

/** A variant's name and title as one. */
export function nameOf({ record }: ReportedVariant): string {
  const { variant, variantTitle } = record.plan
  return variantTitle === '' || variantTitle === variant ? variant : `${variantTitle} (${variant})`
}

/** The variant that shows the incident without measures; the first one when all have some. */
export function baseVariant(run: ReportedRun): ReportedVariant | undefined {
  return run.variants.find(({ record }) => record.plan.measures.length === 0) ?? run.variants[0]
}

/** A question and its answer as one sentence. */
export function askedAndAnswered({ title, because }: Finding): string {
  return /[?!.:]$/.test(title) ? `${title} ${because}` : `${title}: ${because}`
}
