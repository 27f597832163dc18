import type { Model } from '../../knowledge/model.ts'
import type { Directive } from '../../read/directive.ts'
import type { Trapped } from '../rule.ts'

/** Expressions whose brackets do not match: of locations, rewrites, names, conditions and maps. */
export function refusedPatterns({ all, broken }: Model): Trapped[] {
  return all.flatMap((directive) => {
    if (broken.has(directive.file)) return []
    const wrong = patternsOf(directive).find((pattern) => !isBalanced(pattern))
    return wrong === undefined ? [] : [{ directive, says: `pcre_compile() failed: unmatched bracket in "${wrong}"` }]
  })
}

export function patternsOf({ name, args, block, parent }: Directive): string[] {
  const [first = '', second = ''] = args
  if (parent && (parent.name === 'map' || parent.name === 'geo')) {
    return parent.name === 'map' && name.startsWith('~') ? [name.replace(/^~\*?/, '')] : []
  }
  if (name === 'location' && block) {
    if (first === '~' || first === '~*') return [second]
    return first.startsWith('~') ? [first.replace(/^~\*?/, '')] : []
  }
  if (name === 'rewrite' && !block) return [first]
  if (name === 'server_name') return args.filter((text) => text.startsWith('~')).map((text) => text.slice(1))
  if (name === 'if' && block && /^!?~\*?$/.test(second))
    return [
      args
        .slice(2)
        .join(' ')
        .replace(/\s*\)$/, ''),
    ]
  return []
}

/** What a class, an escape, a comment or a quotation may hold is passed over. */
function isBalanced(pattern: string): boolean {
  if (/\\Q|\(\?#|\(\?[a-z]*x|\$\{|\{\{|<%/.test(pattern)) return true
  let depth = 0
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern[at]
    if (sign === '\\') at += 1
    else if (sign === '(') depth += 1
    else if (sign === ')') {
      depth -= 1
      if (depth < 0) return false
    } else if (sign === '[') {
      const end = endOfClass(pattern, at)
      if (end === undefined) return false
      at = end
    }
  }
  return depth === 0
}

/** A bracket that comes first is one of the class. */
export function endOfClass(pattern: string, from: number): number | undefined {
  let at = from + (pattern[from + 1] === '^' ? 2 : 1)
  for (const start = at; at < pattern.length; at += 1) {
    const named = /^\[:\^?\w+:\]/.exec(pattern.slice(at, at + 16))
    if (named) at += named[0].length - 1
    else if (pattern[at] === '\\') at += 1
    else if (pattern[at] === ']' && at > start) return at
  }
  return undefined
}
