import { count, percent } from '../../kit/figures.ts'
import { html, type Markup } from '../html/markup.ts'
import { pageOf } from '../html/page.ts'
import { wordTable } from '../html/parts.ts'
import type { FileReporter, ReportedRun } from '../reporter.ts'
import { badgeOf, verdictOf } from './badge.ts'
import {
  heads,
  isFelt,
  type MatrixRow,
  matrixSentence,
  notesOf,
  outcomeOf,
  rowsToTell,
  sortedRows,
  titleOf,
  wordsOf,
} from './rows.ts'

/** The matrix as a page: modes down, targets across, then each cell that hurts with its sentence and its change. */
export const matrixHtmlReporter: FileReporter = {
  name: 'matrix',
  file: 'matrix.html',
  write: (run) => page(run).markup,
}

function page(run: ReportedRun): Markup {
  const rows = sortedRows(run)
  const title = titleOf(run)
  const felt = rowsToTell(rows)
  return pageOf({
    title,
    definitions: null,
    head: html`<p>${badgeOf(run)}</p><h1>${title}</h1><p class="lead">${matrixSentence(rows)}</p>`,
    main: html`${lackList(run.lacks)}
${felt.length > 0 ? html`<h2>What hurts, and what would help</h2>${hurtTable(felt)}` : null}
<h2>Modes and targets</h2>${grid(rows)}
<h2>Figures</h2>${figureTable(rows)}`,
    footer: html`Made by badgateway from the journals alone. Failed: share of the requests that left while the fault was
there. p95: what 95 of 100 requests waited at most, of a usual second before it and of the worst second of it. After:
from the fault's end to the last failed request.`,
  })
}

function lackList(lacks: ReportedRun['lacks'] = []): Markup | null {
  if (lacks.length === 0) return null
  return html`<h2>What the shards lack</h2><ul>${lacks.map((one) => html`<li>${one}</li>`)}</ul>`
}

const linkTo = ({ row, variant }: MatrixRow) =>
  html`<a href="${encodeURIComponent(variant.record.plan.variant)}/report.html">${row.cell}</a>`

/** Of each cell the share that failed; darker where it is more. */
function grid(rows: readonly MatrixRow[]): Markup {
  const targets = [...new Set(rows.map(({ row }) => row.planned.target))].sort()
  const modes = [...new Set(rows.map(({ row }) => row.planned.mode))].sort()
  const columns = [{ head: 'Mode', plain: true }, ...targets.map((head) => ({ head, className: 'num' }))]
  const lines = modes.map((mode) => [
    mode,
    ...targets.map((target) => {
      const found = rows.find(({ row }) => row.planned.mode === mode && row.planned.target === target)
      return found ? square(found) : '–'
    }),
  ])
  return wordTable('Share of requests that failed, by mode and target', columns, lines)
}

function square({ row, variant }: MatrixRow): Markup {
  const { figures } = row
  const place = `${encodeURIComponent(variant.record.plan.variant)}/report.html`
  if (!figures) return html`<a href="${place}">?</a>`
  const look = row.verdict === 'fail' ? 'fail' : isFelt(row) ? 'inconclusive' : 'pass'
  return html`<a class="status ${look}" href="${place}">${outcomeOf(row).sign} ${percent(figures.failedShare)}</a>`
}

function hurtTable(rows: readonly MatrixRow[]): Markup {
  const columns = ['Cell', 'Verdict', 'What happened', 'The change most likely to help'].map((head) => {
    const isName = head === 'Cell' || head === 'Verdict'
    return { head, plain: isName, className: isName ? 'nowrap' : '' }
  })
  const cells = rows.map((one) => {
    const { row, plays } = one
    const notes = notesOf(row, plays).map((note) => html`<p class="small">${note}</p>`)
    return [linkTo(one), verdictOf(one), html`${row.sentence}${notes}`, row.change ? withCode(row.change) : '–']
  })
  return wordTable('What hurts most first: outages without an alert come first', columns, cells)
}

/** Directives stand between backticks. */
function withCode(text: string): Markup {
  return html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

function figureTable(rows: readonly MatrixRow[]): Markup {
  const more = ['Sent to a second server', 'Writes lost', 'Done twice'] as const
  const words: readonly string[] = ['Cell', 'Told', 'Ended', 'Verdict']
  const columns = [...heads, ...more, 'Verdict'].map((head) => {
    return { head, plain: head === 'Cell' || head === 'Verdict', className: words.includes(head) ? '' : 'num wrapped' }
  })
  const cells = rows.map((one) => {
    const { figures } = one.row
    const writes = figures?.writes
    const shown = (value: number | null | undefined) => (value === null || value === undefined ? '–' : count(value))
    return [
      linkTo(one),
      ...wordsOf(one.row, one.plays),
      shown(figures?.hiddenRetries),
      writes ? `${count(writes.lost)} of ${count(writes.sent)}` : '–',
      shown(writes?.twice),
      verdictOf(one),
    ]
  })
  return wordTable('Users only; times from the first failed request', columns, cells)
}
