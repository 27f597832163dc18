import { locationOf, type Place } from '../knowledge/location.ts'
import { type Model, modelOf } from '../knowledge/model.ts'
import { protocolOf } from '../knowledge/protocol.ts'
import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'
import { chooseLocation } from './choose-location.ts'
import { chooseServer, namesOf, type Where } from './choose-server.ts'
import { type Lead, leadsOf } from './leads.ts'
import { type Listen, type Listening, listeningOf } from './listens.ts'
import { comparedPath } from './path.ts'
import { bytes, patternFits } from './pattern.ts'
import { type Group, groupsOf, namerOf } from './upstreams.ts'

/** One location of a server, nested ones too, in the order of the text. */
export interface SiteLocation {
  readonly directive: Directive
  readonly kind: Place['kind']
  /** Path, expression, or `@name`. */
  readonly name: string
  /** The location around it; null: it stands in the server. */
  readonly outer: Directive | null
  /** Not for requests of clients. */
  readonly isInternal: boolean
  readonly leads: readonly Lead[]
}

/** One server of http. */
export interface Site {
  readonly server: Directive
  readonly listens: readonly Listen[]
  /** As they stand there; `''`: it has none. */
  readonly names: readonly string[]
  /** What becomes of a request that no location takes; what stands here is asked before any location. */
  readonly leads: readonly Lead[]
  readonly locations: readonly SiteLocation[]
}

/** Which part of a configuration answers a request, and where that leads. */
export interface Answering {
  readonly server: Directive
  readonly listen: Listen
  /** Null: the server itself. */
  readonly location: Directive | null
  /** Answered 301, with a stroke behind the path. */
  readonly isRedirect: boolean
  readonly leads: readonly Lead[]
  /** Why it may be other than that; undefined: it is so. */
  readonly doubt?: string | undefined
}

/** What a configuration answers, and with what. */
export class Sites {
  readonly model: Model
  readonly #listening: readonly Listening[]
  readonly #leads = new Map<Directive, readonly Lead[]>()
  readonly #nameOf: ReturnType<typeof namerOf>

  constructor(configuration: Configuration) {
    this.model = modelOf(configuration)
    this.#nameOf = namerOf(this.model)
    this.#listening = listeningOf(this.model, (server) => protocolOf(server) === 'http')
  }

  get sites(): Site[] {
    return this.#listening.map(({ server, listens }) => ({
      ...{ server, listens, names: namesOf(server), leads: this.leads(server) },
      locations: this.#locations(server, null),
    }))
  }

  get groups(): Group[] {
    return groupsOf(this.model)
  }

  leads(block: Directive): readonly Lead[] {
    const known = this.#leads.get(block) ?? leadsOf(block, this.model, this.#nameOf)
    this.#leads.set(block, known)
    return known
  }

  /** The server that answers there. */
  server(where: Where): ReturnType<typeof chooseServer> {
    return chooseServer(this.#listening, where)
  }

  /** What answers this path, as a client sends it. */
  answering(path: string, where: Where = {}): Answering | { readonly because: string } {
    const found = this.server(where)
    if ('because' in found) return found
    const { server, listen } = found
    const merges = this.model.effects.inside(server, 'merge_slashes').directives[0]?.args[0] !== 'off'
    const compared = comparedPath(path, merges)
    if (compared === undefined) return { because: `${path} is answered 400` }
    const [first] = server.own('return')
    if (first)
      return { server, listen, location: null, isRedirect: false, leads: this.leads(server), doubt: found.doubt }
    const { location, isRedirect, doubt } = chooseLocation(server, compared)
    const leads = this.leads(location ?? server)
    return {
      server,
      listen,
      location,
      isRedirect,
      leads,
      doubt: found.doubt ?? doubt ?? changedBefore(server, compared),
    }
  }

  #locations(block: Directive, outer: Directive | null): SiteLocation[] {
    return block.own('location').flatMap((directive): SiteLocation[] => {
      const place = locationOf(directive)
      if ('wrong' in place) return []
      const one = { ...place, directive, outer, isInternal: directive.has('internal'), leads: this.leads(directive) }
      return [one, ...this.#locations(directive, directive)]
    })
  }
}

/** What a server may do with a path before it looks for a location. */
function changedBefore(server: Directive, path: string): string | undefined {
  const tell = ({ file, line, name }: Directive) => `${file}:${line}: ${name} may answer it or change its path before`
  const rewrite = server.own('rewrite').find(({ args: [pattern = ''] }) => {
    return patternFits(pattern, false, bytes(path)) !== false
  })
  const [condition] = server.own('if')
  const first = rewrite ?? (condition?.has('return', 'rewrite', 'break') ? condition : undefined)
  return first && tell(first)
}

/** Every server of http: where it listens, its names, and where its locations lead. */
export const sitesOf = (configuration: Configuration): Site[] => new Sites(configuration).sites

/** Every group of servers, that of an `upstream` block or of a host that is named by a `…_pass`. */
export const upstreamsOf = (configuration: Configuration): Group[] => new Sites(configuration).groups

/** What answers this path there. */
export const answeringOf = (configuration: Configuration, path: string, where: Where = {}) =>
  new Sites(configuration).answering(path, where)
