import { percent } from '../../kit/figures.ts'
import type { Drawer } from '../charts/draw.ts'
import { stripPicture } from '../charts/panels.ts'
import { commonScale, type Stage } from '../charts/scale.ts'
import { badgeOf } from '../matrix/badge.ts'
import { rowOf } from '../matrix/rows.ts'
import { meaningOf, nameOf } from '../narrative/headline.ts'
import { type MeasureRow, measureHeads, measureRows } from '../narrative/measures.ts'
import type { ReportedRun, ReportedVariant } from '../reporter.ts'
import { legendOf } from './legend.ts'
import { html, type Markup } from './markup.ts'
import { breakable, wordTable } from './parts.ts'

export interface Staged {
  readonly variant: ReportedVariant
  readonly stage: Stage
  /** Anchor of the variant's own section. */
  readonly id: string
}

/** All variants beside each other, on one scale. */
export function overview(run: ReportedRun, staged: readonly Staged[], drawer: Drawer): Markup {
  const rows = measureRows(run)
  const longest = Math.max(0.001, ...rows.map(({ variant }) => variant.verdict.outage.seconds))
  const most = Math.max(1, ...rows.map(({ variant }) => variant.verdict.outage.failedRequests))
  const cards = rows.map((row, index) =>
    card(row, { longest, most, id: staged[index]?.id ?? '', alone: rows.length < 2 }),
  )
  // Rows of three or four, whichever leaves no card alone.
  const width = rows.length % 3 === 0 || rows.length === 5 ? 'three' : 'four'
  return html`<div class="cards ${width}">${cards}</div>
${staged.length > 1 ? html`<h3>The same scale for all</h3>${strips(staged, drawer)}` : null}
${staged.length > 1 || rows.some(({ acted }) => acted.length > 0) ? measureSection(rows) : null}`
}

function card(row: MeasureRow, scale: { longest: number; most: number; id: string; alone: boolean }): Markup {
  const { verdict } = row.variant
  const { outage } = verdict
  const bar = (share: number) =>
    scale.alone
      ? null
      : share > 0
        ? html`<span class="bar" style="width:${Math.max(1, share * 100).toFixed(1)}%"></span>`
        : html`<span class="bar none"></span>`
  return html`<article class="card ${verdict.status}">${badgeOf({ variants: [row.variant] })}
<h3><a href="#${scale.id}">${nameOf(row.variant)}</a></h3>
<p class="small">${rowOf(row.variant)?.sentence ?? meaningOf(verdict)}</p>
<dl>
<dt>Outage</dt><dd>${row.outage}${bar(outage.seconds / scale.longest)}</dd>
<dt>Failed requests</dt><dd>${row.failed}${bar(outage.failedRequests / scale.most)}</dd>
<dt>Users affected</dt><dd>${row.users}${bar(outage.usersAffectedShare)}</dd>
<dt>Time to detect</dt><dd>${row.detect} <span class="muted">${breakable(verdict.detectedBy ?? '')}</span></dd>
<dt>Cause named</dt><dd>${breakable(row.cause)}</dd>
<dt>Time to recover</dt><dd>${row.recover}</dd>
<dt>Afterwards</dt><dd>${verdict.clean ? 'proven clean' : 'NOT proven clean'}</dd>
</dl></article>`
}

function strips(staged: readonly Staged[], drawer: Drawer): Markup {
  const { range, highest } = commonScale(staged.map(({ stage }) => stage))
  const pictures = staged.map(({ variant, stage }) => {
    const picture = stripPicture(stage.buckets, { ...stage.backdrop, range }, highest)
    const share = percent(variant.verdict.outage.usersAffectedShare)
    return html`<h4>${nameOf(variant)}: ${share} of the users affected</h4>
<div class="scroll" tabindex="0" role="region" aria-label="Chart, requests per second">${drawer.draw(picture)}</div>`
  })
  const buckets = staged.flatMap(({ stage }) => stage.buckets)
  return html`<figure>${pictures}${legendOf(buckets)}</figure>`
}

function measureSection(rows: readonly MeasureRow[]): Markup {
  return html`<h3>Benefit per measure</h3>
${measureTable(rows)}`
}

function measureTable(rows: readonly MeasureRow[]): Markup {
  const columns = [
    ...measureHeads.map((head, index) => ({ head, className: index === 0 ? '' : 'num', plain: index === 0 })),
    { head: 'Benefit' },
    { head: 'What it did' },
  ]
  const cells = rows.map(({ variant, measures, outage, failed, users, detect, benefits, acted }) => [
    html`<b>${measures}</b><br><span class="muted small">${variant.record.plan.variant}</span>`,
    outage,
    failed,
    users,
    detect,
    benefits.length > 0 ? html`${benefits.map((one) => html`<p>${one}</p>`)}` : '–',
    acted.length > 0 ? html`${acted.map((sentence) => html`<p>${sentence}</p>`)}` : '–',
  ])
  return wordTable('Measured in this run, users only', columns, cells)
}
