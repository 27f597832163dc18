import { lackLines, md, mdCode, mdTable } from '../markdown/escape.ts'
import { attemptsSentence } from '../narrative/attempts.ts'
import { askedAndAnswered } from '../narrative/headline.ts'
import { healingOf, relapseSentence } from '../narrative/healing.ts'
import {
  groupSentence,
  type IncidentRow,
  incidentHeads,
  incidentRows,
  incidentTexts,
  openQuestions,
  reportLink,
} from '../narrative/incidents.ts'
import type { GroupReporter, ReportedGroup } from '../reporter.ts'
import { groupStatus, statusWords } from '../words/status.ts'

const toldFindings = 8

/** The overview of a group for who reads Markdown: one table, and below it what did not pass. */
export const incidentsReporter: GroupReporter = {
  name: 'incidents',
  file: 'incidents.md',
  write: (group) => `${page(group)}\n`,
}

function page(group: ReportedGroup): string {
  const rows = incidentRows(group)
  const heads = ['Incident', ...incidentHeads, ...incidentTexts]
  const open = rows.flatMap(openPart)
  const judged = group.incidents.flatMap(({ scenario, run }) =>
    healingOf(run).map(({ variant, remedy, words }) => [md(scenario), md(variant), md(remedy), md(words)]),
  )
  const missing = group.notRun.map((name) => `- ${mdCode(name)}`)
  return [
    `# ${md(group.name)}: ${statusWords[groupStatus(group)].word}`,
    groupSentence(group),
    ...lackLines(group.lacks),
    rows.length > 0 ? mdTable(heads, rows.map(cells)) : 'Nothing was run to its end.',
    ...(judged.length > 0
      ? ['## Recovery attribution', mdTable(['Incident', 'Variant', 'Remedy', 'Judged'], judged)]
      : []),
    ...(open.length > 0 ? ['## What did not pass', ...open] : []),
    ...(missing.length > 0 ? ['## Never run', missing.join('\n')] : []),
  ].join('\n\n')
}

function cells({ incident, variant, cause, benefits, ...row }: IncidentRow): string[] {
  const { status } = variant.verdict
  return [
    `[${md(incident.scenario)}](${reportLink(incident)})`,
    md(variant.record.plan.variant),
    statusWords[status].word,
    row.minutes,
    row.outage,
    row.failed,
    row.users,
    row.detect,
    row.recover,
    md(cause) || '–',
    md(benefits.join(', ')) || '–',
  ]
}

function openPart({ incident, variant }: IncidentRow): string[] {
  const { told, more } = openQuestions(variant, toldFindings)
  const relapse = relapseSentence(variant.verdict)
  const again = attemptsSentence(variant)
  if (told.length === 0 && relapse === '' && !again) return []
  const lines = told.map((finding) => `- ${statusWords[finding.status].word}: ${md(askedAndAnswered(finding))}`)
  return [
    `### ${md(incident.scenario)}, ${md(variant.record.plan.variant)}`,
    [
      ...lines,
      ...[relapse, again].flatMap((sentence) => (sentence ? [`- ${md(sentence)}`] : [])),
      ...(more > 0 ? [`- and ${more} more, see its report`] : []),
    ].join('\n'),
  ]
}
