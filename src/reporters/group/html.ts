import { html, type Markup } from '../html/markup.ts'
import { pageOf } from '../html/page.ts'
import { badge, statusWord, wordTable } from '../html/parts.ts'
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
import type { GroupReporter, ReportedGroup, ReportedIncident } from '../reporter.ts'
import { groupStatus, statusOf } from '../words/status.ts'

/** Findings of one run that are told here; its own report has them all. */
const toldFindings = 8

/** The overview page of a group: every incident with its variants, each with a link to its own report. */
export const groupHtmlReporter: GroupReporter = {
  name: 'html',
  file: 'report.html',
  write: (group) => page(group).markup,
}

function page(group: ReportedGroup): Markup {
  const rows = incidentRows(group)
  const links = group.incidents.map((incident) => html`<li>${linkTo(incident, incident.scenario)}</li>`)
  const lacks = (group.lacks ?? []).map((one) => html`<li>${one}</li>`)
  const missing = group.notRun.map((name) => html`<li><code>${name}</code></li>`)
  return pageOf({
    title: group.name,
    definitions: null,
    head: html`<p>${badge(groupStatus(group))}</p><h1>${group.name}</h1>
<p class="lead">${groupSentence(group)}</p>
<nav aria-label="Scenarios"><ul>${links}</ul></nav>`,
    // What is asked first comes first.
    main: html`${openTable(rows)}
${lacks.length > 0 ? html`<h2>What the shards lack</h2><ul>${lacks}</ul>` : null}
${missing.length > 0 ? html`<h2>Never run</h2><ul>${missing}</ul>` : null}
<h2>Benefit per measure</h2>
${rows.length > 0 ? incidentTable(rows) : html`<p>Nothing was run to its end.</p>`}
<h2>Outage and users affected, one by one</h2>
<div class="cards three">${group.incidents.map((incident) => card(incident, rows))}</div>
${healingTable(group)}`,
    footer: html`Made by badgateway from the journals alone. Only users are counted in an outage. Measures are compared
with the first variant of each scenario, the one without measures where it has one.`,
  })
}

function linkTo(incident: ReportedIncident, text: string): Markup {
  return html`<a href="${reportLink(incident)}">${text}</a>`
}

function card(incident: ReportedIncident, rows: readonly IncidentRow[]): Markup {
  const own = rows.filter((row) => row.incident === incident)
  const longest = Math.max(0.001, ...own.map(({ variant }) => variant.verdict.outage.seconds))
  const lines = own.map(({ variant, outage, users }) => {
    const share = variant.verdict.outage.seconds / longest
    const bar =
      share > 0
        ? html`<span class="bar" style="width:${Math.max(1, share * 100).toFixed(1)}%"></span>`
        : html`<span class="bar none"></span>`
    return html`<dt>${variant.record.plan.variantTitle}</dt><dd>${outage}, ${users}${bar}</dd>`
  })
  const status = statusOf(incident.run)
  const summary = incident.run.variants[0]?.record.plan.summary ?? ''
  return html`<article class="card ${status}">${badge(status)}<h3>${linkTo(incident, incident.title)}</h3>
<p class="small">${summary}</p><dl>${lines}</dl></article>`
}

function incidentTable(rows: readonly IncidentRow[]): Markup {
  const words: readonly string[] = ['Incident', 'Variant', 'Verdict']
  const texts: readonly string[] = incidentTexts
  const columns = ['Incident', ...incidentHeads, ...incidentTexts].map((head) => {
    return {
      head,
      plain: words.includes(head),
      className: texts.includes(head) ? 'told' : words.includes(head) ? '' : 'num wrapped',
    }
  })
  const cells = rows.map((row, index) => [
    rows[index - 1]?.incident === row.incident ? '' : linkTo(row.incident, row.incident.scenario),
    row.variant.record.plan.variant,
    statusWord(row.variant.verdict.status),
    row.minutes,
    row.outage,
    row.failed,
    row.users,
    row.detect,
    row.recover,
    row.cause || '–',
    row.benefits.length > 0 ? html`${row.benefits.map((one) => html`<p>${one}</p>`)}` : '–',
  ])
  return wordTable('Measured, users only; times from the first failed request', columns, cells)
}

function healingTable({ incidents }: ReportedGroup): Markup | null {
  const rows = incidents.flatMap((incident) =>
    healingOf(incident.run).map(({ variant, remedy, words }) => [
      incident.scenario,
      variant,
      remedy,
      html`<b>${words}</b>`,
    ]),
  )
  if (rows.length === 0) return null
  const columns = ['Incident', 'Variant', 'Remedy', 'Judged'].map((head) => ({ head, plain: true }))
  const caption = 'Each remedy, by the failed requests of the users before and after'
  return html`<h2>Recovery attribution</h2>${wordTable(caption, columns, rows)}`
}

function openTable(rows: readonly IncidentRow[]): Markup | null {
  const told = rows.flatMap(({ incident, variant }) => {
    const name = html`${linkTo(incident, incident.scenario)}, ${variant.record.plan.variant}`
    const { told: findings, more } = openQuestions(variant, toldFindings)
    const relapse = relapseSentence(variant.verdict)
    return [
      ...findings.map((finding) => [name, statusWord(finding.status), askedAndAnswered(finding)]),
      ...[relapse, attemptsSentence(variant)].flatMap((sentence) => (sentence ? [[name, '', sentence]] : [])),
      ...(more > 0 ? [[name, '', `and ${more} more, see its report`]] : []),
    ]
  })
  if (told.length === 0) return null
  const columns = ['Run', 'Answer', 'Question and answer'].map((head) => {
    return { head, plain: true, className: head === 'Answer' ? 'nowrap' : '' }
  })
  const caption = 'Open and failed questions, relapses, and what was played again'
  return html`<h2>What did not pass</h2>${wordTable(caption, columns, told)}`
}
