import { inert } from '../../kit/inert.ts'

const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Longest text of one element, in characters: viewers of test results refuse large files. */
export const textLimit = 4_000
/** Longest attribute, in characters. */
export const attributeLimit = 500

/**
 * Text for an element, on one line. `]]>` is safe since `>` is escaped; what XML 1.0 has no way to say is spelled out,
 * what is left out is said.
 */
export function xmlText(text: string): string {
  return escaped(text, textLimit)
}

/** An attribute with its name: `name="…"`, on one line. */
export function attribute(name: string, value: string | number): string {
  return `${name}="${escaped(String(value), attributeLimit)}"`
}

function escaped(text: string, limit: number): string {
  return inert(text, limit).replace(/[&<>"']/g, (character) => names[character] ?? '')
}
