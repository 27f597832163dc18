import { compareVariants, type VariantRow } from '../../checks/index.ts'
import { count, counted } from '../../kit/figures.ts'
import type { ReportedGroup, ReportedIncident, ReportedVariant } from '../reporter.ts'
import { badFindings } from './headline.ts'
import { type VariantWords, variantWords } from './variant-words.ts'

/** One variant of one incident, ready to be shown. */
export interface IncidentRow extends VariantWords {
  readonly incident: ReportedIncident
  /** Outage on the incident's clock. */
  readonly minutes: string
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
  const words = variantWords(variant, row, { afterFailure: ['never', 'never'], unharmed: ['–', '–'] })
  return { incident, minutes: `${Number(row.outageMinutes.toFixed(1))} min`, ...words }
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
