import { masked, maskedText } from './masked.ts'

/** Longest captured text that is shown, in characters. */
export const shownLimit = 2_000

/** What is not seen, or could be taken for something else than text: control, direction, zero width, half a letter. */
const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/u
/** Most text has none of these, and asking each of its characters what it is takes a page of a report a second. */
const beyondAscii = /[^ -~]/gu

/**
 * The one way captured text is shown, wherever that is: one line of plain text in which nothing hides. ESC becomes
 * `\x1b`, a line break `\n`, what is too long says so, and nothing is a command to the machine that reads a log
 * (`::error::`, `##[…]`, `##vso[…]`, `##teamcity[…]`). Done twice it is the same. Sources: attacks 42 and 48 of the
 * safety notes; GitHub's runner takes `::` after blanks, Azure's takes `##` anywhere in a line.
 */
export function inert(text: string, limit: number = shownLimit): string {
  const whole = masked(text)
  const cut = whole.length > limit ? whole.slice(0, limit) : whole
  const line = cut.replaceAll('\t', ' ').replaceAll('\r', '\\r').replaceAll('\n', '\\n')
  const shown = disarmed(spelledOut(line))
  return cut === whole ? shown : `${shown}… (truncated, ${whole.length.toLocaleString('en-GB')} characters)`
}

/** A table may break a line before any word, so a word is disarmed wherever it stands. */
function disarmed(line: string): string {
  return line.replace(/(^|\s):(?=:)/g, '$1\\x3a').replace(/(?<=^|\s)#(?=#)|#(?=#\w*\[)/g, '\\x23')
}

/** `escaped` says how a character is written that would not be seen; those in `own` stay. */
function spelledOut(text: string, own = '', escaped = spelled): string {
  return text.replace(beyondAscii, (one) => (unseen.test(one) && !own.includes(one) ? escaped(one) : one))
}

function spelled(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\u{${code}}`
}

/** What a terminal reporter sends besides text: colours, and where the live line is drawn. */
const ownControl = new RegExp(`(${String.fromCharCode(27)}\\[[?\\d;]*[A-HJKfhlm])`)

export interface NetOptions {
  /** Lets colours and the movements of a live line through: for a terminal, never for a file or a pipe. */
  controls?: boolean
  /** Characters that the text itself is made with, e.g. the zero-width spaces of Markdown. */
  own?: string
}

/**
 * A whole text just before it leaves: its line breaks stay, each line is as inert as `inert` makes it. It is the net
 * below all that is printed or written; what is captured has been made inert where it was put into a sentence.
 */
export function inertLines(text: string, { controls = false, own = '' }: NetOptions = {}): string {
  const parts = controls ? text.split(ownControl) : [text]
  const net = (part: string) => {
    const lines = part.replaceAll('\r\n', '\n').split('\n')
    return lines.map((line) => lineOf(line, own)).join('\n')
  }
  return parts.map((part, index) => (index % 2 === 1 ? part : net(part))).join('')
}

function lineOf(line: string, own: string): string {
  return spelledOut(masked(line, { markup: true }).replaceAll('\t', ' '), own)
    .replace(/^(\s*):(?=:)/, '$1\\x3a')
    .replace(/#(?=#\w*\[)/g, '\\x23')
}

/** JSON in which nothing hides either: it reads back as the same value. */
export function inertJson(value: unknown, space?: number): string {
  const text = maskedText(value, space)
  return spelledOut(text, '\n', escapedUnits).replace(/#(?=#\w*\[)/g, '\\u0023')
}

function escapedUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
