import type { Directive } from '../read/directive.ts'

/** A `location` as Nginx reads it: the sign may stand apart or right before the name. */
export interface Place {
  /** `only`: a prefix with `^~`, behind which no expression is tried. */
  readonly kind: 'exact' | 'prefix' | 'only' | 'pattern' | 'any-case' | 'named'
  /** Path, expression, or `@name`. */
  readonly name: string
}

const kinds = new Map<string, Place['kind']>([
  ['=', 'exact'],
  ['^~', 'only'],
  ['~', 'pattern'],
  ['~*', 'any-case'],
])

export function locationOf({ args: [first = '', second], words }: Directive): Place | { wrong: string } {
  if (second !== undefined) {
    const kind = kinds.get(first)
    return kind ? { kind, name: second } : { wrong: `invalid location modifier "${first}"` }
  }
  const [, sign = '', name = ''] = /^(=|\^~|~\*?|)([\s\S]*)$/.exec(first) ?? []
  const kind = kinds.get(sign)
  if (kind) return { kind, name }
  return { kind: first.startsWith('@') && words.length > 1 ? 'named' : 'prefix', name: first }
}

/** One that is found by an expression. */
export const isPattern = ({ kind }: Place): boolean => kind === 'pattern' || kind === 'any-case'
