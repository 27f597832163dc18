import { inert } from '../../kit/inert.ts'

/** HTML that may go on a page as it is. Only the tag below and `trusted` make it. */
export interface Markup {
  readonly markup: string
}

type Piece = Markup | string | number | null | undefined | false | readonly Piece[]

const replacements: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/**
 * The one way text gets on a page: everything interpolated is text, with nothing hidden in it, unless it is Markup.
 * Attributes must be quoted in the template.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const markup = strings.reduce((done, literal, index) => done + textOf(pieces[index - 1]) + literal)
  return { markup }
}

/** Markup that was made elsewhere from escaped parts: charts and our own style sheet. Never captured text. */
export function trusted(markup: string): Markup {
  return { markup }
}

function textOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return ''
  if (typeof piece === 'string') return escaped(piece)
  if (typeof piece === 'number') return String(piece)
  return isList(piece) ? piece.map(textOf).join('') : piece.markup
}

function isList(piece: object): piece is readonly Piece[] {
  return Array.isArray(piece)
}

function escaped(text: string): string {
  return inert(text).replace(/[&<>"'`]/g, (character) => replacements[character] ?? '')
}
