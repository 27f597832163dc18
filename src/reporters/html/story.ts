import type { Finding } from '../../checks/index.ts'
import { badgeOf } from '../matrix/badge.ts'
import { rowOf } from '../matrix/rows.ts'
import { attemptsSentence } from '../narrative/attempts.ts'
import {
  cleanSentence,
  detectionSentence,
  meaningOf,
  outageSentence,
  recoverySentence,
  sortedFindings,
} from '../narrative/headline.ts'
import { gapSentence, healingIn, relapseSentence } from '../narrative/healing.ts'
import { stepsNotReached, type TimelineRow, timelineOf } from '../narrative/timeline.ts'
import { causeSentence } from '../narrative/variant-words.ts'
import type { ReportedRun, ReportedVariant } from '../reporter.ts'
import { statusWords } from '../words/status.ts'
import { html, type Markup } from './markup.ts'
import { factNumbers, statusWord, wordTable } from './parts.ts'

/** The opinion about a variant, in sentences and then question by question. */
export function verdictSection(variant: ReportedVariant): Markup {
  const { record, verdict } = variant
  const again = attemptsSentence(variant)
  const findings = sortedFindings(verdict)
  const group = (about: Finding['about']) => findings.filter((finding) => finding.about === about)
  const relapse = relapseSentence(verdict)
  return html`<p class="lead">${badgeOf({ variants: [variant] })} ${rowOf(variant)?.sentence ?? meaningOf(verdict)}</p>
${again ? html`<p><b>${again}</b></p>` : null}
<p>${outageSentence(verdict)} ${detectionSentence(verdict)} ${causeSentence(verdict)}</p>
<p>${recoverySentence(verdict)} ${gapSentence(verdict)}</p>
${relapse ? html`<p><b>${relapse}</b></p>` : null}
<p>${cleanSentence(verdict)}</p>
${record.torn > 0 ? html`<p><b>Lines of the journal that could not be read: ${record.torn}.</b></p>` : null}
${questions('Was this a sound experiment?', group('validity'))}
${questions('Did the system do what the story says?', group('behaviour'))}`
}

/** What did not pass is there to be read; what did, to be opened. */
function questions(title: string, findings: readonly Finding[]): Markup {
  if (findings.length === 0) return html`<p class="muted">${title} Nothing was asked.</p>`
  const passed = findings.filter(({ status }) => status === 'pass')
  const others = findings.filter(({ status }) => status !== 'pass')
  const words = `${title} ${statusWords.pass.sign} ${passed.length} of ${findings.length} answered as expected`
  const open = html`<details class="asked"><summary>${words}</summary>${findingTable(title, passed)}</details>`
  return html`${others.length > 0 ? findingTable(title, others) : null}
${passed.length > 0 ? open : null}`
}

function findingTable(caption: string, findings: readonly Finding[]): Markup {
  const columns = [
    { head: 'Answer', className: 'nowrap', plain: true },
    { head: 'Question', plain: true },
    { head: 'Because', plain: true },
    { head: 'Facts', className: 'num' },
  ]
  const rows = findings.map((finding) => [
    statusWord(finding.status),
    finding.step === null
      ? finding.title
      : html`${finding.title} <span class="muted">(step ${finding.step + 1})</span>`,
    finding.because,
    factNumbers(finding.facts) || '–',
  ])
  return wordTable(caption, columns, rows)
}

/** Each remedy judged; nothing where none was applied. */
export function healingSection(run: ReportedRun, variant: ReportedVariant): Markup | null {
  const judged = healingIn(run, variant)
  if (judged.length === 0) return null
  const columns = [
    { head: 'Remedy', plain: true },
    { head: 'Judged', plain: true },
    { head: 'Because', plain: true },
    { head: 'Control' },
    { head: 'Facts', className: 'num' },
  ]
  const rows = judged.map(({ step, remedy, words, because, control, facts }) => [
    step === null ? remedy : html`${remedy} <span class="muted">(step ${step + 1})</span>`,
    html`<b>${words}</b>`,
    because,
    control ?? 'none',
    factNumbers(facts) || '–',
  ])
  const caption =
    'By the failed requests of the users before and after, and by the variant without it where there is one'
  return html`<h3>Recovery attribution</h3>${wordTable(caption, columns, rows)}`
}

const rightHeads: readonly string[] = ['Here', 'Facts']

/** What happened, in order: numbered steps of the story, and between them what happened by itself. */
export function timelineSection(variant: ReportedVariant): Markup {
  const missed = stepsNotReached(variant)
  const names = missed.map(({ clock, title }) => `${clock} ${title}`).join('; ')
  const heads = ['Step', 'Clock', 'Here', 'What happened', 'Expected', 'Answer', 'Facts'].map(
    (head) => html`<th scope="col" class="${rightHeads.includes(head) ? 'num' : ''}">${head}</th>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Timeline"><table class="stacked">
<caption>Clock: the incident's own, as the report has it for a step, as measured for the rest. Here: since the story
began.</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${timelineOf(variant).map(timelineRow)}</tbody></table></div>
${missed.length > 0 ? html`<p><b>Never reached:</b> ${names}.</p>` : null}`
}

function timelineRow(row: TimelineRow): Markup {
  const isStep = row.number !== null
  const title = isStep ? html`<p><b>${row.title}</b></p>` : row.title
  return html`<tr class="${isStep ? 'step' : 'between'}"><td class="beside">${isStep && html`<b>${row.number}</b>`}</td>
<td class="nowrap beside">${row.clock}</td><td class="num beside">${row.here.toFixed(1)} s</td>
<td class="said">${title}${row.happened.map((said) => html`<p>${said}</p>`)}</td>
<td${row.expected && html` data-head="Expected"`}>${row.expected}</td>
<td class="nowrap">${row.status ? statusWord(row.status) : ''}</td>
<td class="num muted small"${row.facts.length > 0 && html` data-head="Facts"`}>${factNumbers(row.facts)}</td></tr>
`
}
