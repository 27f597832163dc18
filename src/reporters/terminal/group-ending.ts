import { inert } from '../../kit/inert.ts'
import { attemptsSentence } from '../narrative/attempts.ts'
import { askedAndAnswered } from '../narrative/headline.ts'
import { relapseSentence } from '../narrative/healing.ts'
import { groupSentence, type IncidentRow, incidentHeads, incidentRows, openQuestions } from '../narrative/incidents.ts'
import type { EndedGroup } from '../reporter.ts'
import { groupStatus } from '../words/status.ts'
import { wrapped } from '../words/width.ts'
import type { Colors } from './colors.ts'
import { statusCell, statusText } from './ending.ts'
import { mostColumns, type TextRow, textTable } from './table.ts'

/** Findings of one run that are told here; its own report has them all. */
const toldFindings = 3
/** Room for text over all columns. */
const inside = mostColumns - 4

/** The overview of a group: one table over all incidents, what did not pass, where to read on. */
export function groupEnding({ group, folder }: EndedGroup, colors: Colors): string {
  const rows = incidentRows(group)
  const open = rows.flatMap((row) => openLines(row, colors))
  const missing = group.notRun.length > 0 ? [`Never run: ${inert(group.notRun.join(', '))}`] : []
  const lacks = (group.lacks ?? []).map((one) => wrapped(`Lacking: ${inert(one, 400)}`, mostColumns))
  const blocks = [
    ...(rows.length > 0 ? [tableOf(rows, colors)] : []),
    ...(open.length > 0 ? [open.join('\n')] : []),
    ...missing,
    ...lacks,
    `${statusText(groupStatus(group), colors)} ${groupSentence(group)}\nReport: ${inert(folder)}/report.html`,
  ]
  return `\n${blocks.join('\n\n')}\n`
}

/** An incident's name, then a line of figures and one of words for each of its variants. */
function tableOf(rows: readonly IncidentRow[], colors: Colors): string {
  const lines = rows.flatMap((row, index): TextRow[] => {
    const { incident, variant } = row
    const isFirst = rows[index - 1]?.incident !== incident
    const name = { over: `${inert(incident.scenario)}  ${inert(incident.title)}`, paint: colors.bold }
    const figures = [row.minutes, row.outage, row.failed, row.users, row.detect, row.recover]
    const words = wordsBelow(row)
    return [
      ...(isFirst ? [...(index > 0 ? (['rule'] as const) : []), name] : []),
      [inert(variant.record.plan.variant), statusCell(variant.verdict.status, colors), ...figures],
      ...(words === '' ? [] : [{ over: wrapped(inert(words), inside).replace(/^/gm, '  ') }]),
    ]
  })
  return textTable(lines, { heads: incidentHeads, right: [2, 3, 4, 5, 6, 7] })
}

function wordsBelow({ cause, benefits, variant }: IncidentRow): string {
  const parts = [
    cause && `Cause named by ${cause}.`,
    benefits.length > 0 && `Benefit: ${benefits.join(', ')}.`,
    relapseSentence(variant.verdict),
    attemptsSentence(variant),
  ]
  return parts.filter(Boolean).join(' ')
}

function openLines({ incident, variant }: IncidentRow, colors: Colors): string[] {
  const { told, more } = openQuestions(variant, toldFindings)
  if (told.length === 0) return []
  const lines = told.map(
    (finding) => `  ${statusText(finding.status, colors)} ${inert(askedAndAnswered(finding), 300)}`,
  )
  const rest = more > 0 ? [`  … and ${more} more: ${inert(incident.folder)}/report.html`] : []
  return [colors.bold(inert(`${incident.scenario}, ${variant.record.plan.variant}`)), ...lines, ...rest]
}
