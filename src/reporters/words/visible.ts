/** Longest captured text that is shown, in characters. */
export const shownLimit = 2_000

/** What is not seen, or could be taken for something else than text: control, direction, zero width, half a letter. */
const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu

/**
 * Captured text as one line in which nothing hides: ESC becomes `\x1b`, a line break `\n`, what is too long says so.
 * Sources: attacks 42 and 48 of the safety notes.
 */
export function visible(text: string, limit: number = shownLimit): string {
  const cut = text.length > limit ? text.slice(0, limit) : text
  const shown = cut.replaceAll('\t', ' ').replaceAll('\r', '\\r').replaceAll('\n', '\\n').replace(unseen, spelled)
  return cut === text ? shown : `${shown}… (truncated, ${text.length.toLocaleString('en-GB')} characters)`
}

function spelled(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  if (code.length <= 2) return `\\x${code.padStart(2, '0')}`
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\u{${code}}`
}

/** Text of one line cut to a width, with a sign that it was. */
export function shortened(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, Math.max(0, limit - 1))}…` : text
}

/** Text in lines of at most so many characters, broken between words. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
