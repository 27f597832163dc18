import type { RunRecord } from '../../journal/index.ts'
import { html, type Markup } from '../html/markup.ts'
import { pageOf } from '../html/page.ts'
import { table } from '../html/parts.ts'
import { matrixOf, runbookLegend, runbookRows, runbookSentence, runbookSteps } from '../tale/runbook.ts'

const tones = { good: 'pass', bad: 'fail', plain: '', none: 'muted' } as const

/** The matrix as a table; null when none of the records took the guide's steps. */
export function runbookTable(records: readonly RunRecord[]): Markup | null {
  const rows = runbookRows(records)
  if (rows.length === 0) return null
  const { heads, rows: told } = matrixOf(rows)
  const cells = told.map((row) => [
    html`<b>${row.cause}</b><br><span class="muted small">${row.title}</span>`,
    ...row.cells.map(({ lines, tone, because }) => {
      const parts = lines.map((line) => html`<p class="nowrap">${line}</p>`)
      return html`<div class="${tones[tone]}" title="${because}">${parts}</div>`
    }),
    html`<span class="nowrap">${row.firstFound}</span>`,
    html`<span class="nowrap">${row.firstCured}</span>`,
  ])
  const columns = heads.map((head) => ({ head }))
  return html`${table('Measured: what each step of the guide found and did', columns, cells)}
<p class="muted small">${runbookLegend}</p>`
}

/** `runbook.html`: the matrix over all causes, in the style of the reports. */
export function runbookPage(records: readonly RunRecord[]): string {
  const rows = runbookRows(records)
  const reasons = rows.map((row) => {
    const items = row.cells.map((cell, index) => {
      return html`<li><b>${runbookSteps[index]}</b>: ${cell?.because ?? 'not asked for'}</li>`
    })
    return html`<h3>${row.title}</h3><ul>${items}</ul>`
  })
  return pageOf({
    title: 'The runbook, measured',
    definitions: null,
    head: html`<h1>The runbook, measured</h1><p class="lead">${runbookSentence(rows)}</p>`,
    main: html`<h2>Cause and step</h2>${runbookTable(records)}<h2>What was seen</h2>${reasons}`,
    footer: html`Made by badgateway from the journals alone.`,
  }).markup
}
