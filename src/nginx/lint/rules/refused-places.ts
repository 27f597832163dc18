import {
  type Kind,
  type KnownDirective,
  knownDirective,
  knownNames,
  placeOf,
  protocolsOf,
} from '../../knowledge/known-directives.ts'
import type { Model } from '../../knowledge/model.ts'
import { isBytes, isSeconds } from '../../knowledge/units.ts'
import type { Directive } from '../../read/directive.ts'
import type { Trapped } from '../rule.ts'

/** Words that a template fills in may become any number of words. */
const hole = /\$\{[A-Z_][A-Z\d_]*\}|\{\{|\{%|<%|@[A-Z_]+@|__[A-Z_]+__/
const isFilled = ({ words }: Directive) => words.some(({ text }) => hole.test(text))

/** Where a directive may stand, how often, with how many values and which: what Nginx's own modules say of it. */
export function refusedPlaces({ all, isWhole, broken }: Model): Trapped[] {
  const seen = new Map<Directive | null, Set<string>>()
  return all.flatMap((directive) => {
    // Behind a brace that is missing everything stands in the wrong place.
    const place = broken.has(directive.file) ? undefined : placeOf(directive, isWhole)
    if (place === undefined) return []
    if (isNoName(directive.name)) return [{ directive, says: `unknown directive "${directive.name}"` }]
    if (!knownNames.has(directive.name)) return []
    const tried = protocolsOf(directive).map((protocol) => refusal(directive, place, protocol))
    const [first] = tried
    if (first !== undefined && tried.every((one) => one !== undefined)) return [{ directive, says: first }]
    const protocol = protocolsOf(directive).find((_, at) => tried[at] === undefined) ?? 'http'
    const repeated = twice(directive, knownDirective(protocol, directive.name, place), seen)
    return repeated === undefined ? [] : [{ directive, says: repeated }]
  })
}

/** What no module can have: words of other languages, and what was copied with a blank that is none. */
const isNoName = (name: string) => /^(else|elsif|elseif|elif|fi|endif)$/.test(name) || /[^\x21-\x7e]/.test(name)

function refusal(directive: Directive, place: string, protocol: 'http' | 'stream' | 'mail'): string | undefined {
  const { name, block, args } = directive
  if (name === 'server') return ofServer(directive, place)
  if (name === 'include' || name === 'ssl') return undefined
  const known = knownDirective(protocol, name, place)
  // One module after the other is given what `http` has of TLS.
  if (!known && protocol !== 'http' && /^(proxy_)?ssl_/.test(name)) return undefined
  if (!known?.places.includes(place)) return `"${name}" directive is not allowed here`
  if (isFilled(directive)) return undefined
  if (known.isBlock && block === null) return `directive "${name}" has no opening "{"`
  if (!known.isBlock && block !== null) return `directive "${name}" is not terminated by ";"`
  if (!known.takes(args.length)) return `invalid number of arguments in "${name}" directive`
  return valueTrouble(name, args, known.kind)
}

function ofServer({ block, args }: Directive, place: string): string | undefined {
  if (place !== 'h' && place !== 'u') return '"server" directive is not allowed here'
  const isBlock = place === 'h'
  if (isBlock && block === null) return 'directive "server" has no opening "{"'
  if (!isBlock && block !== null) return 'directive "server" is not terminated by ";"'
  return isBlock === (args.length === 0) ? undefined : 'invalid number of arguments in "server" directive'
}

/** Variables are refused where a value is checked; what is not of this alphabet may be anything. */
const isPlain = (text: string) => /^[\w.:/+ -]*$/.test(text)

function valueTrouble(name: string, args: readonly string[], kind: Kind): string | undefined {
  if (!args.every(isPlain)) return undefined
  const [first = '', second = ''] = args
  const wrong = `"${name}" directive invalid value`
  switch (kind) {
    case 'flag':
      return /^(on|off)$/i.test(first)
        ? undefined
        : `invalid value "${first}" in "${name}" directive, it must be "on" or "off"`
    case 'num':
      return isNumber(first) ? undefined : `"${name}" directive invalid number`
    case 'size':
      return isBytes(first) ? undefined : wrong
    case 'off':
      return isBytes(first, 'g') ? undefined : wrong
    case 'msec':
    case 'sec':
      return isSeconds(first, kind) ? undefined : wrong
    case 'bufs':
      return isNumber(first) && Number(first) > 0 && isBytes(second) && !/^0+[km]?$/i.test(second) ? undefined : wrong
    default:
      return undefined
  }
}

const isNumber = (text: string) => /^\d{1,18}$/.test(text)

/** What may stand in a block once. */
function twice(
  { name, parent }: Directive,
  known: KnownDirective | undefined,
  seen: Map<Directive | null, Set<string>>,
): string | undefined {
  if (!known || known.kind === 'any') return undefined
  const inBlock = seen.get(parent) ?? new Set<string>()
  seen.set(parent, inBlock)
  // Both are one place to Nginx.
  const key = name === 'alias' ? 'root' : name
  if (inBlock.has(key)) return `"${name}" directive is duplicate`
  inBlock.add(key)
  return undefined
}
