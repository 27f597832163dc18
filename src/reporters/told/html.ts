import { html, type Markup } from '../html/markup.ts'
import { pageOf } from '../html/page.ts'
import { table } from '../html/parts.ts'
import { cellOf, type Told, type ToldCell, type ToldPart } from './told.ts'

const tones = { good: 'pass', bad: 'fail', plain: '', muted: 'muted', strong: '' } as const

/** A page of its own, in the style of the reports. */
export function toldPage(told: Told): string {
  const { title, lead, parts } = told
  return pageOf({
    title,
    definitions: null,
    head: html`<h1>${title}</h1><p class="lead">${lead}</p>`,
    main: html`${parts.map((part) => html`<h2>${part.head}</h2>${partOf(part)}`)}`,
    footer: html`Made by badgateway from the journals alone.`,
  }).markup
}

/** A section of a report. */
export function toldSection({ title, lead, parts }: Told): Markup {
  return html`<h3>${title}</h3>${lead === '' ? null : html`<p>${lead}</p>`}${parts.map(partOf)}`
}

function partOf(part: ToldPart): Markup {
  if (part.is === 'list') {
    return html`${part.groups.map(({ head, items }) => {
      const told = items.map(({ name, text }) => html`<li><b>${name}</b>: ${text}</li>`)
      return html`<h3>${head}</h3><ul>${told}</ul>`
    })}`
  }
  const { caption, columns, rows, note } = part
  const heads = columns.map((head) => ({ head }))
  return html`${table(
    caption,
    heads,
    rows.map((row) => row.map(cell)),
  )}${
    note === undefined
      ? null
      : html`
<p class="muted small">${note}</p>`
  }`
}

function cell(one: string | ToldCell): Markup {
  const { lines, tone, because } = cellOf(one)
  const inner =
    tone === 'strong'
      ? lines.map((line, at) => (at === 0 ? html`<b>${line}</b>` : html`<br><span class="muted small">${line}</span>`))
      : lines.map((line) => html`<p class="nowrap">${line}</p>`)
  return html`<div class="${tones[tone]}" title="${because}">${inner}</div>`
}
