import { inert } from './inert.ts'
import { masked } from './masked.ts'

const plain = /^[\w./:=@%+,-]+$/
const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

/** A command for bash or zsh whose words are these, on one line that is shown as it is. */
export function shellCommand(words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

function quoted(word: string): string {
  const kept = masked(word)
  const isSeen = inert(kept, Number.POSITIVE_INFINITY) === kept
  if (isSeen && plain.test(kept)) return kept
  if (isSeen) return `'${kept.replaceAll("'", `'\\''`)}'`
  return `$'${kept.replace(/[^\w./=@%+,\u00a1-\uffff -]|[\u00a1-\uffff]/gu, spelled)}'`
}

/** Of what would be seen as something else, or not at all, the number. */
function spelled(character: string): string {
  if (character > '\u00a0' && inert(character) === character) return character
  const code = (character.codePointAt(0) ?? 0).toString(16)
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`
}

/** The words of a command that does nothing but call a program with them; undefined where a shell would do more. */
export function shellWords(command: string): string[] | undefined {
  const words: string[] = []
  const word = /(?:[\w./:=@%+,-]|'[^']*'|\\'|\$'(?:[^'\\]|\\[^\n])*')+(?: |$)/y
  for (let at = 0; at < command.length; at = word.lastIndex) {
    word.lastIndex = at
    const [found] = word.exec(command) ?? []
    if (found === undefined) return undefined
    words.push(wordOf(found.endsWith(' ') ? found.slice(0, -1) : found))
  }
  return words
}

function wordOf(text: string): string {
  return text.replace(
    /\$'((?:[^'\\]|\\.)*)'|'([^']*)'|\\(')/g,
    (_, spelt?: string, held?: string, quote?: string) =>
      spelt?.replace(/\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|(.))/g, readBack) ??
      held ??
      quote ??
      '',
  )
}

function readBack(_: string, x?: string, u?: string, long?: string, other = ''): string {
  const code = x ?? u ?? long
  return code === undefined
    ? (escapes[other] ?? other)
    : String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))
}
