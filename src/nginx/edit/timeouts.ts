import type { Pass } from '../knowledge/model.ts'
import { secondsOf } from '../knowledge/units.ts'
import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'
import { type Edit, edit } from './edit.ts'
import type { Change, EditedFile } from './splices.ts'

/** A configuration whose timeouts are no longer than asked, and what was changed. */
export interface Shortened {
  readonly files: readonly EditedFile[]
  /** `was` is empty where Nginx's default held. */
  readonly changes: readonly Change[]
  /** What could not be shortened. */
  readonly left: readonly { readonly file: string; readonly line: number; readonly because: string }[]
}

/** What Nginx waits for by itself, s. */
interface Wait {
  readonly name: string
  readonly usualS: number
}

const named = /^((proxy|fastcgi|uwsgi|scgi|grpc|memcached)_(connect|read|send)_timeout|proxy_timeout|resolver_timeout)$/

/** Each module's own; `stream` waits 10 min for either side of a session. */
const waitsOf = ({ family, protocol }: Pass): Wait[] =>
  protocol === 'stream'
    ? [
        { name: 'proxy_connect_timeout', usualS: 60 },
        { name: 'proxy_timeout', usualS: 600 },
      ]
    : ['connect', 'read', 'send'].map((what) => ({ name: `${family}_${what}_timeout`, usualS: 60 }))

/**
 * Lowers what Nginx waits for (connect, read, send, resolver, idle connections to upstreams) to at most this many ms.
 * Values are changed where they stand; what is left at Nginx's default is set at the level of `http` (or `stream`).
 */
export function timeoutsAtMost(configuration: Configuration, ms: number): Shortened | { readonly because: string } {
  if (!Number.isSafeInteger(ms) || ms < 1) return { because: `${ms} ms is no timeout: give at least 1, a whole number` }
  const one = edit(configuration)
  const work = new Work(one, ms)
  work.lower()
  work.setDefaults()
  return { files: one.files(), changes: one.changes(), left: work.left }
}

class Work {
  readonly left: { file: string; line: number; because: string }[] = []
  readonly #edit: Edit
  readonly #ms: number
  readonly #text: string

  constructor(one: Edit, ms: number) {
    this.#edit = one
    this.#ms = ms
    this.#text = ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`
  }

  lower(): void {
    for (const one of this.#edit.find((it) => it.block === null && this.#isWait(it))) {
      const [first = ''] = one.args
      const seconds = secondsOf(first)
      const [, word] = one.words
      if (seconds === undefined || !word) this.#leave(one, `${one.name} ${first} cannot be read`)
      else if (seconds * 1_000 > this.#ms) this.#edit.replace(one, word, this.#text)
    }
  }

  /** How long users keep a connection is theirs; how long an upstream's is kept is Nginx's. */
  #isWait({ name, parent }: Directive): boolean {
    if (parent?.name === 'upstream') return name === 'keepalive_timeout' || name === 'resolver_timeout'
    return named.test(name) && (parent === null || isLevel(parent))
  }

  setDefaults(): void {
    const { model } = this.#edit.sites
    for (const pass of model.passes) {
      for (const wait of waitsOf(pass)) this.#default(pass.directive, wait)
    }
    for (const resolver of model.all.filter(({ name, block }) => name === 'resolver' && block === null)) {
      this.#default(resolver, { name: 'resolver_timeout', usualS: 30 })
    }
    for (const { directive } of model.upstreams) {
      const [last] = directive.own('keepalive')
      if (!last || this.#ms >= 60_000 || directive.has('keepalive_timeout')) continue
      if (model.effects.knows(directive)) this.#edit.addAfter(last, `keepalive_timeout ${this.#text};`)
      else this.#leave(directive, 'an include of this upstream was not looked at: it may have a keepalive_timeout')
    }
  }

  /** Where nothing sets it: at the outermost level that was looked at, so that it stands there once. */
  #default(place: Directive, { name, usualS }: Wait): void {
    const { effects } = this.#edit.sites.model
    if (usualS * 1_000 <= this.#ms || effects.at(place, name).directives.length > 0) return
    const around: Directive[] = []
    for (let block = place.parent; block; block = block.parent) around.push(block)
    const level = around.findLast((block) => isLevel(block) && effects.knows(block))
    if (level) this.#edit.addInside(level, `${name} ${this.#text};`)
    else this.#leave(place, `nothing around it can have ${name}: an include there was not looked at`)
  }

  #leave({ file, line }: Directive, because: string): void {
    this.left.push({ file, line, because })
  }
}

/** Blocks that may have such a directive: no `if`, and no group. */
const isLevel = ({ name }: Directive) => ['http', 'stream', 'server', 'location'].includes(name)
