import { html, type Markup } from '../html/markup.ts'
import { badge, statusWord } from '../html/parts.ts'
import type { ReportedRun } from '../reporter.ts'
import { statusOf } from '../words/status.ts'
import { type MatrixRow, rowOf, verdictWord } from './rows.ts'

/** The verdict of a run: of cells that are held to no budget, or were rehearsed, that they were. */
export function badgeOf(run: ReportedRun): Markup {
  const rows = run.variants.flatMap((variant) => {
    const row = rowOf(variant)
    return row ? [{ row }] : []
  })
  if (rows.length === 0) return badge(statusOf(run))
  const { word, tone } = verdictWord(statusOf(run), rows)
  return tone === null ? html`<span class="status badge">${word}</span>` : badge(tone)
}

export function verdictOf(one: MatrixRow): Markup {
  const { word, tone } = verdictWord(one.row.verdict, [one])
  return tone === null ? html`<span class="status">${word}</span>` : statusWord(tone)
}
