/** What XML 1.0 has no way to say: control characters, halves of characters, non-characters. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Longest text of one element, in characters: viewers of test results refuse large files. */
export const textLimit = 4_000
/** Longest attribute, in characters. */
export const attributeLimit = 500

/** Text for an element. `]]>` is safe since `>` is escaped; what is left out is said. */
export function xmlText(text: string): string {
  return escaped(text, textLimit)
}

/** An attribute with its name: `name="…"`, on one line. */
export function attribute(name: string, value: string | number): string {
  return `${name}="${escaped(String(value).replace(/[\t\r\n]+/g, ' '), attributeLimit)}"`
}

function escaped(text: string, limit: number): string {
  const whole = text.length > limit ? `${text.slice(0, limit)}… (truncated, ${text.length} characters)` : text
  return whole.replace(illegal, '').replace(/[&<>"']/g, (character) => names[character] ?? '')
}
