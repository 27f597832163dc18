import type { Status } from '../../checks/index.ts'
import { statusWords } from '../words/status.ts'
import { html, type Markup } from './markup.ts'

export function badge(status: Status): Markup {
  const { word, sign } = statusWords[status]
  return html`<span class="status badge ${status}">${sign} ${word}</span>`
}

export function statusWord(status: Status): Markup {
  const { word, sign } = statusWords[status]
  return html`<span class="status ${status}">${sign} ${word}</span>`
}

/** Numbers of facts, at most a handful: `facts 4, 7–9`. */
export function factNumbers(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const runs: [number, number][] = []
  for (const number of sorted) {
    const last = runs.at(-1)
    if (last && number === last[1] + 1) last[1] = number
    else runs.push([number, number])
  }
  const shown = runs.slice(0, 5).map(([from, to]) => (from === to ? String(from) : `${from}–${to}`))
  return `${shown.join(', ')}${runs.length > shown.length ? ' …' : ''}`
}

export interface Column {
  readonly head: string
  readonly className?: string
  /** Where cells stand below each other, this one needs no head: it is plain what it is. */
  readonly plain?: boolean
}

type Rows = readonly (readonly (Markup | string)[])[]

/** A table that scrolls by itself on a narrow screen, also by keyboard. */
export function table(caption: string, columns: readonly Column[], rows: Rows): Markup {
  return tableOf('', caption, columns, rows)
}

/** A table of sentences: on a narrow screen the cells of a row stand below each other, each with its head. */
export function wordTable(caption: string, columns: readonly Column[], rows: Rows): Markup {
  return tableOf('stacked', caption, columns, rows)
}

function tableOf(look: string, caption: string, columns: readonly Column[], rows: Rows): Markup {
  const cell = (value: Markup | string, index: number) => {
    const { head = '', className = '', plain = false } = columns[index] ?? {}
    const isNothing = value === '' || value === '–'
    const told = look === '' || plain || isNothing ? null : html` data-head="${head}"`
    return html`<td class="${className}${look !== '' && isNothing ? ' nothing' : ''}"${told}>${value}</td>`
  }
  const heads = columns.map(({ head, className }) => html`<th scope="col" class="${className ?? ''}">${head}</th>`)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="${look}">
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table></div>`
}

/** Names of alerts are long: a narrow place breaks them between their words, and not anywhere. */
export function breakable(text: string): Markup {
  return html`${text.split(/(?<=[a-z])(?=[A-Z])/).map((word, index) => html`${index > 0 && html`<wbr>`}${word}`)}`
}
