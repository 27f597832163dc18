import { isPattern, locationOf, type Place } from '../../knowledge/location.ts'
import type { Model } from '../../knowledge/model.ts'
import type { Directive } from '../../read/directive.ts'
import type { Trapped } from '../rule.ts'

/** Locations that Nginx would not know apart or that stand in each other wrongly, and conditions it cannot read. */
export function refusedLocations({ all, broken }: Model): Trapped[] {
  const seen = new Map<Directive, Set<string>>()
  return all.flatMap((directive) => {
    const { name, block, parent } = directive
    if (!block || !parent || broken.has(directive.file)) return []
    const says =
      name === 'location' ? locationTrouble(directive, seen) : name === 'if' ? conditionTrouble(directive) : undefined
    return says === undefined ? [] : [{ directive, says }]
  })
}

function locationTrouble(directive: Directive, seen: Map<Directive, Set<string>>): string | undefined {
  const { parent, args } = directive
  // What a template fills in may be anything, and one word or three are told elsewhere.
  if (!parent || args.length === 0 || args.length > 2 || args.some((text) => /\$\{|\{\{|<%/.test(text)))
    return undefined
  const own = locationOf(directive)
  if ('wrong' in own) return own.wrong
  const outer = parent.name === 'location' ? locationOf(parent) : undefined
  if (outer && !('wrong' in outer)) {
    const nested = nestedTrouble(own, outer)
    if (nested !== undefined) return nested
  }
  // Patterns may be repeated, the first that fits is taken; and so may names.
  if (isPattern(own) || own.kind === 'named') return undefined
  const known = seen.get(parent) ?? new Set<string>()
  seen.set(parent, known)
  const key = `${own.kind === 'exact'} ${own.name}`
  if (known.has(key)) return `duplicate location "${own.name}"`
  known.add(key)
  return undefined
}

function nestedTrouble(own: Place, outer: Place): string | undefined {
  const place = `location "${own.name}"`
  if (outer.kind === 'exact') return `${place} cannot be inside the exact location "${outer.name}"`
  if (outer.kind === 'named') return `${place} cannot be inside the named location "${outer.name}"`
  if (own.kind === 'named') return `named ${place} can be on the server level only`
  if (isPattern(own) || own.name.startsWith(outer.name)) return undefined
  return `${place} is outside location "${outer.name}"`
}

const compares = ['=', '!=', '~', '~*', '!~', '!~*']
const looks = ['-f', '!-f', '-d', '!-d', '-e', '!-e', '-x', '!-x']

/** Nginx knows neither `&&` nor `==` (ngx_http_rewrite_if_condition). */
function conditionTrouble({ args, words }: Directive): string | undefined {
  const [first = ''] = args
  if (args.length === 0 || args.some((text) => /\{\{|<%/.test(text))) return undefined
  if (!first.startsWith('(')) return `invalid condition "${first}"`
  if (!args.at(-1)?.endsWith(')') || words.at(-1)?.quote != null) return `invalid condition "${args.join(' ')}"`
  const inner = args.map((text, at) => text.slice(at === 0 ? 1 : 0, at === args.length - 1 ? -1 : undefined))
  // A bracket that stands alone is no word; two quotes are one.
  if (inner[0] === '') inner.shift()
  if (inner.at(-1) === '' && args.at(-1) === ')') inner.pop()
  const [one = '', sign, other] = inner
  if (one.length > 1 && one.startsWith('$')) {
    if (sign === undefined) return undefined
    if (!compares.includes(sign)) return `unexpected "${sign}" in condition`
    return other === undefined || inner.length > 3 ? `invalid condition "${one}"` : undefined
  }
  return looks.includes(one) && inner.length === 2 ? undefined : `invalid condition "${one}"`
}
