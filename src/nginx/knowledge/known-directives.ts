import type { Directive } from '../read/directive.ts'
import { directiveTable } from './directives.ts'
import type { Protocol } from './protocol.ts'

/** What Nginx asks of a value, and whether it may stand twice in a block. */
export type Kind = 'any' | 'once' | 'flag' | 'num' | 'size' | 'off' | 'msec' | 'sec' | 'bufs'

/** One directive of Nginx's own modules. */
export interface KnownDirective {
  /** Letters, as `directiveTable` has them. */
  readonly places: string
  readonly isBlock: boolean
  readonly kind: Kind
  takes(count: number): boolean
}

const kinds: readonly Kind[] = ['any', 'once', 'flag', 'num', 'size', 'off', 'msec', 'sec', 'bufs']

/** `http proxy_pass`, `core events` and so on. */
const known = new Map(
  directiveTable
    .trim()
    .split(/\n(?! )/)
    .flatMap((line): [string, KnownDirective][] => {
      const [, module = '', places = '', counts = '', word = '', names = ''] =
        /^(\w+) (\w+) (\S+) (\w+): ([\s\S]*)$/.exec(line) ?? []
      const [digits = '', more] = [counts.replace(/[+{]/g, ''), counts.includes('+')]
      const takes = (count: number) => (more ? count >= Number(digits) : digits.includes(String(count)))
      const kind = kinds.find((one) => one === word) ?? 'any'
      const one = { places, isBlock: counts.includes('{'), kind, takes }
      return names.split(/\s+/).map((name) => [`${module} ${name}`, one])
    }),
)

/** Every name that one of Nginx's own modules has. */
export const knownNames: ReadonlySet<string> = new Set(
  [...known.keys()].map((key) => key.slice(key.indexOf(' ') + 1)).concat('server', 'include', 'ssl'),
)

/** What a module says of a directive: its own, and those of Nginx itself that stand outermost and in `events`. */
export const knownDirective = (protocol: Protocol, name: string, place: string): KnownDirective | undefined =>
  place === 'm' || place === 'e' ? known.get(`core ${name}`) : known.get(`${protocol} ${name}`)

/** The letter of the block that a directive stands in; undefined: a block of other words, or nothing that is known. */
export function placeOf({ parent }: Directive, isWhole: boolean): string | undefined {
  if (parent === null) return isWhole ? 'm' : undefined
  const outer = parent.parent?.name
  switch (parent.name) {
    case 'events':
      return 'e'
    case 'http':
    case 'stream':
    case 'mail':
      return 'h'
    case 'server':
      return 's'
    case 'location':
      return 'l'
    case 'upstream':
      return 'u'
    case 'limit_except':
      return 'x'
    case 'if':
      return outer === 'server' ? 'i' : outer === 'location' ? 'j' : undefined
    default:
      return undefined
  }
}

/** The modules that may read it. Where nothing says whose a `server` is, it may be any of them. */
export function protocolsOf(directive: Directive): readonly Protocol[] {
  const outer = directive.within('http', 'stream', 'mail')?.name
  if (outer === 'http' || outer === 'stream' || outer === 'mail') return [outer]
  if (directive.within('location', 'if')) return ['http']
  const server = directive.within('server')
  return server?.has('location', 'root', 'if') ? ['http'] : ['http', 'stream', 'mail']
}
