import { byName, type Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'

/** What holds at a place: directives are those of the innermost block that has any. */
export interface Effect {
  readonly directives: readonly Directive[]
  /** False when an `include` that was not looked at may say otherwise. */
  readonly isSure: boolean
}

/** Includes of these names hold nothing but types, character sets or modules, whoever made them. */
const harmless = /(^|\/)(mime\.types|koi-utf|koi-win|win-utf)$|\/modules(-enabled)?\/[^/]*\.conf$/

/** Answers what holds where. */
export class Effects {
  readonly #outermost: ReturnType<typeof byName>
  /** Blocks (null: the outermost level) with an `include` that was not looked at. */
  readonly #inconclusive: ReadonlySet<Directive | null>

  constructor({ directives, unread }: Configuration) {
    this.#outermost = byName(directives)
    const open = unread.filter(({ kind, include, path }) => kind !== 'refused' && include && !harmless.test(path))
    this.#inconclusive = new Set(open.map(({ include }) => include?.parent ?? null))
  }

  /** Whether everything in this very block was looked at. */
  knows(block: Directive | null): boolean {
    return !this.#inconclusive.has(block)
  }

  /** The directives of a name that hold for what stands beside `place`. */
  at(place: Directive, name: string): Effect {
    return this.#from(place.parent, place, name)
  }

  /** Those that hold in a block, for what stands in it. */
  inside(block: Directive, name: string): Effect {
    return this.#from(block, block, name)
  }

  #from(innermost: Directive | null, place: Directive, name: string): Effect {
    let isSure = true
    for (let block = innermost; ; block = block.parent) {
      isSure &&= this.knows(block)
      const directives = block ? block.own(name) : (this.#outermost.get(name) ?? [])
      if (directives.length > 0) return { directives, isSure }
      // What a few locations are included into is not known; what is around a server is much alike everywhere.
      if (block === null) return { directives, isSure: isSure && !this.#isFragment(place) }
    }
  }

  #isFragment(place: Directive): boolean {
    return !['server', 'http', 'stream'].includes(place.name) && !place.within('server', 'http', 'stream')
  }

  /** The first of them, where there can be one only. */
  first(place: Directive, name: string): { directive: Directive | undefined; isSure: boolean } {
    const { directives, isSure } = this.at(place, name)
    // What stands in the same block as an unknown include cannot stand there twice.
    const own = directives[0]?.parent === place.parent
    return { directive: directives[0], isSure: isSure || own }
  }
}
