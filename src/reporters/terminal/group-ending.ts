import Table from 'cli-table3'
import { inert } from '../../kit/inert.ts'
import type { EndedGroup } from '../reporter.ts'
import { attemptsSentence } from '../tale/attempts.ts'
import { askedAndAnswered } from '../tale/headline.ts'
import { relapseSentence } from '../tale/healing.ts'
import { groupSentence, type IncidentRow, incidentHeads, incidentRows, openQuestions } from '../tale/incidents.ts'
import { groupStatus } from '../words/status.ts'
import { wrapped } from '../words/width.ts'
import type { Colors } from './colors.ts'
import { statusText } from './ending.ts'

/** Findings of one run that are told here; its own report has them all. */
const toldFindings = 3
/** Of the columns, in characters. */
const widths = [24, 15, 10, 9, 10, 10, 10, 10]
/** Room for text over all columns. */
const inside = widths.reduce((sum, width) => sum + width, 0) - 1
/** No lines but those that rule the incidents off from each other: twenty of them are to be read at once. */
const bare = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
)

/** The overview of a group: one table over all incidents, what did not pass, where to read on. */
export function groupEnding({ group, folder }: EndedGroup, colors: Colors): string {
  const rows = incidentRows(group)
  const open = rows.flatMap((row) => openLines(row, colors))
  const missing = group.notRun.length > 0 ? [`Never run: ${inert(group.notRun.join(', '))}`] : []
  const blocks = [
    ...(rows.length > 0 ? [tableOf(rows, colors)] : []),
    ...(open.length > 0 ? [open.join('\n')] : []),
    ...missing,
    `${statusText(groupStatus(group), colors)} ${groupSentence(group)}\nReport: ${inert(folder)}/report.html`,
  ]
  return `\n${blocks.join('\n\n')}\n`
}

/** An incident's name, then a line of figures and one of words for each of its variants. */
function tableOf(rows: readonly IncidentRow[], colors: Colors): string {
  const table = new Table({
    head: [...incidentHeads],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
    // Heads of two words stand in two lines, which keeps the whole narrow.
    colWidths: widths,
    wordWrap: true,
    chars: { ...bare, middle: '' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
  })
  const line = (content: string) => table.push([{ colSpan: incidentHeads.length, content }])
  for (const [index, row] of rows.entries()) {
    const { incident, variant } = row
    if (rows[index - 1]?.incident !== incident) {
      line('─'.repeat(inside))
      line(`${colors.bold(inert(incident.scenario))}  ${inert(incident.title)}`)
    }
    const figures = [row.minutes, row.seconds, row.failed, row.users, row.detect, row.recover]
    table.push([inert(variant.record.plan.variant), statusText(variant.verdict.status, colors), ...figures])
    const text = wordsBelow(row)
    if (text !== '') line(wrapped(inert(text), inside - 2).replace(/^/gm, '  '))
  }
  return table.toString().replace(/ +$/gm, '')
}

function wordsBelow({ cause, bought, variant }: IncidentRow): string {
  const parts = [
    cause && `Cause named by ${cause}.`,
    bought.length > 0 && `Bought: ${bought.join(', ')}.`,
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
