import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'

/** A line of somebody's file; `line` from 1. */
export interface Place {
  /** Absolute, or as the reader has it. */
  readonly file: string
  readonly line: number
}

/**
 * The line of a YAML or JSON text on which the last name of this path stands, from 1; undefined: the text has no such
 * path.
 */
export function lineOf(text: string, path: readonly (string | number)[]): number | undefined {
  const lines = new LineCounter()
  let node: unknown = parseDocument(text, { lineCounter: lines }).contents
  let at: number | undefined
  for (const name of path) {
    if (isSeq(node) && typeof name === 'number') {
      node = node.items[name]
      at = rangeOf(node)
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === name)
      node = pair?.value
      at = rangeOf(pair?.key)
    } else return undefined
    if (at === undefined) return undefined
  }
  return at === undefined ? undefined : lines.linePos(at).line
}

const rangeOf = (node: unknown): number | undefined =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range[0] : undefined
