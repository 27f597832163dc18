import type { Effect, Effects } from '../knowledge/effect.ts'
import { knownDirective } from '../knowledge/known-directives.ts'
import { protocolOf } from '../knowledge/protocol.ts'
import type { Directive } from '../read/directive.ts'
import { type Splices, written } from './splices.ts'

/** What stands in a block for itself: no block in it inherits it. */
const ownOnly = new Set(
  [
    'break',
    'if',
    'internal',
    'limit_except',
    'listen',
    'location',
    'return',
    'rewrite',
    'server',
    'server_name',
  ].concat(
    ['set', 'try_files', 'alias', 'upstream', 'map', 'geo', 'log_format', 'stub_status', 'proxy_pass', 'fastcgi_pass'],
    ['uwsgi_pass', 'scgi_pass', 'grpc_pass', 'memcached_pass'],
  ),
)

/** A block, found by what it is for: what holds in it, and how that is changed there. */
export class BlockEdit {
  readonly directive: Directive
  readonly #edit: Splices
  readonly #effects: Effects

  constructor(edit: Splices, directive: Directive, effects: Effects) {
    this.#edit = edit
    this.directive = directive
    this.#effects = effects
  }

  /** What is in force there and where that is set: in this block, or in one around it. */
  effective(name: string): Effect {
    if (!ownOnly.has(name)) return this.#effects.inside(this.directive, name)
    return { directives: this.directive.own(name), isSure: this.#effects.knows(this.directive) }
  }

  /**
   * Gives a directive these values for this block: the one that stands there is changed, else it is added. Of those
   * that a block may have several times, as `proxy_set_header`, the one with the same first value is meant.
   */
  set(name: string, ...values: string[]): this {
    const own = this.directive.own(name).filter(({ block }) => block === null)
    const isRepeated = this.#isRepeated(name)
    const meant = isRepeated ? own.find(({ args: [first] }) => sameWord(first, values[0])) : own[0]
    if (meant) this.#edit.set(meant, ...values)
    else this.add(name, ...values)
    return this
  }

  /** Adds it. Nginx inherits none of a kind into a block that has one: what held until now is written beside it. */
  add(name: string, ...values: string[]): this {
    const line = (words: readonly string[]) => `${[name, ...words.map(written)].join(' ')};`
    const own = this.directive.own(name)
    const inherited = own.length === 0 && this.#isRepeated(name) ? this.effective(name).directives : []
    const kept = inherited.filter(({ block, args: [first] }) => block === null && !sameWord(first, values[0]))
    const last = own.at(-1)
    if (last) this.#edit.addAfter(last, line(values))
    else
      for (const words of [...kept.map(({ args }) => args), values]) this.#edit.addInside(this.directive, line(words))
    return this
  }

  /** Takes it out of this block; what a block around it sets holds then. */
  remove(name: string): this {
    for (const one of this.directive.own(name)) this.#edit.remove(one)
    return this
  }

  #isRepeated(name: string): boolean {
    const places = ['l', 's', 'h', 'u'].map((place) => knownDirective(protocolOf(this.directive), name, place))
    return !ownOnly.has(name) && places.some((one) => one?.kind === 'any')
  }
}

const sameWord = (one: string | undefined, other: string | undefined) => one?.toLowerCase() === other?.toLowerCase()
