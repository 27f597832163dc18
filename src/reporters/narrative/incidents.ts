import { compareVariants, type VariantRow } from '../../checks/index.ts'
import { count, counted, percent, seconds } from '../../kit/figures.ts'
import type { ReportedGroup, ReportedIncident, ReportedVariant } from '../reporter.ts'
import { badFindings } from './headline.ts'

/** One variant of one incident, ready to be shown. */
export interface IncidentRow {
  readonly incident: ReportedIncident
  readonly variant: ReportedVariant
  /** Outage on the incident's clock, and here. */
  readonly minutes: string
  readonly seconds: string
  readonly failed: string
  readonly users: string
  readonly detect: string
  readonly recover: string
  /** Which alert named the cause, and when; empty for none. */
  readonly cause: string
  /** Benefit of the measures, compared with the first variant; empty for nothing. */
  readonly benefits: readonly string[]
}

export const incidentHeads = [
  'Variant',
  'Verdict',
  'Outage, incident',
  'Outage, here',
  'Failed requests',
  'Users affected',
  'Time to detect',
  'Time to recover',
] as const
/** Longer texts, for who has room for them beside the figures. */
export const incidentTexts = ['Cause named by', 'Benefit of the measures'] as const

/** Every variant of every incident, in the order in which they were run. */
export function incidentRows(group: ReportedGroup): IncidentRow[] {
  return group.incidents.flatMap((incident) => {
    const { variants } = incident.run
    const base = variants.filter(({ record }) => record.plan.measures.length === 0).slice(0, 1)
    const ordered = [...base, ...variants.filter((variant) => !base.includes(variant))]
    const rows = compareVariants(
      ordered.map(({ verdict }) => verdict),
      ordered.map(({ record }) => record.plan),
    )
    return ordered.flatMap((variant, index) => {
      const row = rows[index]
      return row ? [incidentRow(incident, variant, row)] : []
    })
  })
}

function incidentRow(incident: ReportedIncident, variant: ReportedVariant, row: VariantRow): IncidentRow {
  const wasOut = row.failedRequests > 0
  return {
    incident,
    variant,
    minutes: `${Number(row.outageMinutes.toFixed(1))} min`,
    seconds: seconds(row.outageSeconds),
    failed: count(row.failedRequests),
    users: percent(row.usersAffectedShare),
    detect: seconds(row.timeToDetectSeconds, wasOut ? 'never' : '–'),
    recover: seconds(row.timeToRecoverSeconds, wasOut ? 'never' : '–'),
    cause: causeWords(row),
    benefits: benefitWords(row),
  }
}

/** `NginxDown, 4.2 s before the first failed request`; empty when no alert named the cause. */
export function causeWords(
  row: Pick<VariantRow, 'causeNamedBy' | 'causeNamedAfterSeconds' | 'causeNamedFrom'>,
): string {
  const { causeNamedBy, causeNamedAfterSeconds: after, causeNamedFrom } = row
  if (causeNamedBy === null || after === null) return ''
  return `${causeNamedBy}, ${seconds(Math.abs(after))} ${after < 0 ? 'before' : 'after'} the ${causeNamedFrom}`
}

/** The same as a sentence. */
export function causeSentence(verdict: Parameters<typeof causeWords>[0]): string {
  const words = causeWords(verdict)
  return words === '' ? '' : `The cause was named by the alert ${words}.`
}

/** What is less than in the first variant, and what is more. */
export function benefitWords({ savedSeconds, savedRequests, earlierSeconds }: VariantRow): string[] {
  const told: string[] = []
  if (savedSeconds !== null && Math.abs(savedSeconds) >= 0.05) {
    told.push(`${seconds(Math.abs(savedSeconds))} ${savedSeconds > 0 ? 'less' : 'more'} outage`)
  }
  if (savedRequests !== null && savedRequests !== 0) {
    const change = savedRequests > 0 ? 'fewer' : 'more'
    told.push(
      `${count(Math.abs(savedRequests))} ${change} failed ${Math.abs(savedRequests) === 1 ? 'request' : 'requests'}`,
    )
  }
  if (earlierSeconds !== null && Math.abs(earlierSeconds) >= 0.05) {
    told.push(`detected ${seconds(Math.abs(earlierSeconds))} ${earlierSeconds > 0 ? 'sooner' : 'later'}`)
  }
  return told
}

/** Where an incident's own report lies, seen from the group's folder: safe in any quotes and brackets. */
export function reportLink({ folder }: ReportedIncident): string {
  const name = encodeURIComponent(folder.toWellFormed()).replace(
    /[!'()*~]/g,
    (one) => `%${one.charCodeAt(0).toString(16)}`,
  )
  return `./${name}/report.html`
}

/** `5 scenarios in 9 runs: 8 pass, 1 fail.` */
export function groupSentence({ incidents, notRun }: ReportedGroup): string {
  const statuses = incidents.flatMap(({ run }) => run.variants.map(({ verdict }) => verdict.status))
  const counts = (['pass', 'fail', 'inconclusive'] as const).flatMap((status) => {
    const number = statuses.filter((one) => one === status).length
    return number > 0 ? [`${count(number)} ${status}`] : []
  })
  const missing = notRun.length > 0 ? [`${count(notRun.length)} never run`] : []
  const runs = counted(statuses.length, 'run')
  const ended = [...counts, ...missing].join(', ') || 'nothing was run'
  return `${counted(incidents.length, 'scenario')} in ${runs}: ${ended}.`
}

/** What did not pass, a line each, worst first; at most so many a run. */
export function openQuestions(
  { verdict }: ReportedVariant,
  most: number,
): { told: ReturnType<typeof badFindings>; more: number } {
  const bad = badFindings(verdict)
  return { told: bad.slice(0, most), more: Math.max(0, bad.length - most) }
}
