import { isPattern, locationOf, type Place } from '../knowledge/location.ts'
import { families } from '../knowledge/model.ts'
import type { Directive } from '../read/directive.ts'
import { bytes, patternFits } from './pattern.ts'

/** The location that Nginx takes for a path. */
export interface Chosen {
  /** Null: none, so that the server itself answers. */
  readonly location: Directive | null
  /** Answered 301 with a stroke behind the path: `/api` where `location /api/` passes requests on. */
  readonly isRedirect: boolean
  /** Why it may be another one; undefined: it is this one. */
  readonly doubt?: string | undefined
}

interface Named {
  readonly directive: Directive
  readonly place: Place
}

const passes = families.map((family) => `${family}_pass`)

/** Walks the locations as ngx_http_core_find_location does. `path` is one that was compared before (`comparedPath`). */
export function chooseLocation(server: Directive, path: string): Chosen {
  const walk = new Walk(bytes(path))
  walk.into(server)
  const { location, isRedirect, doubt } = walk
  return { location, isRedirect, doubt }
}

type Found = 'whole' | 'prefix' | 'nothing'

class Walk {
  location: Directive | null = null
  isRedirect = false
  doubt: string | undefined
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  into(block: Directive): Found {
    const named = block.own('location').flatMap((directive): Named[] => {
      const place = locationOf(directive)
      return 'wrong' in place || place.kind === 'named' ? [] : [{ directive, place }]
    })
    const still = named.filter(({ place }) => !isPattern(place))
    let found = this.#still(still)
    const isOnly = found === 'prefix' && this.location !== null && isOnlyPrefix(this.location)
    if (found === 'prefix' && this.location) found = this.into(this.location)
    if (found === 'whole' || isOnly) return found
    for (const { directive, place } of named) {
      if (!isPattern(place) || !this.#fits(directive, place)) continue
      this.location = directive
      this.into(directive)
      return 'whole'
    }
    return found
  }

  /** The exact one, else the longest prefix. */
  #still(still: readonly Named[]): Found {
    const path = this.#path
    const pick = (holds: (name: string, kind: Place['kind']) => boolean) =>
      still.filter(({ place }) => holds(bytes(place.name), place.kind))
    const [exact] = pick((name, kind) => kind === 'exact' && name === path)
    if (exact) return this.#take(exact.directive, 'whole')
    const prefixes = pick((name, kind) => kind !== 'exact' && path.startsWith(name))
    const longest = prefixes.toSorted((a, b) => bytes(b.place.name).length - bytes(a.place.name).length)[0]
    const [stroke] = pick((name) => name === `${path}/`).filter(({ directive }) => directive.has(...passes))
    if (stroke && bytes(longest?.place.name ?? '') !== path) {
      this.isRedirect = true
      return this.#take(stroke.directive, 'whole')
    }
    return longest ? this.#take(longest.directive, 'prefix') : 'nothing'
  }

  #take(directive: Directive, found: Found): Found {
    this.location = directive
    return found
  }

  #fits({ file, line }: Directive, { kind, name }: Place): boolean {
    const fits = patternFits(name, kind === 'any-case', this.#path)
    if (fits !== undefined) return fits
    this.doubt ??= `${file}:${line}: whether ${name} fits is not known here`
    return false
  }
}

function isOnlyPrefix(location: Directive): boolean {
  const place = locationOf(location)
  return 'kind' in place && place.kind === 'only'
}
