import type { Model, Pass, Way } from '../knowledge/model.ts'
import { unknown, unknownPath } from '../knowledge/variables.ts'
import type { Directive } from '../read/directive.ts'

/** What servers are spoken to in. */
export const spokenProtocols = [
  ...(['http', 'https', 'fastcgi', 'uwsgi', 'suwsgi', 'scgi', 'grpc', 'grpcs', 'memcached', 'tcp', 'udp'] as const),
] as const
export type Spoken = (typeof spokenProtocols)[number]

/** What becomes of a request, one of the ways that it may go. */
export type Lead =
  /** To the servers of a group: an `upstream` block, or a host that is named there. */
  | { readonly kind: 'group'; readonly group: string; readonly protocol: Spoken; readonly directive: Directive }
  /** To what a variable says, which is not known here. */
  | { readonly kind: 'unknown'; readonly target: string; readonly directive: Directive }
  /** `return`; `to`: its URL or its text. */
  | { readonly kind: 'return'; readonly status: number | null; readonly to: string; readonly directive: Directive }
  | { readonly kind: 'rewrite'; readonly to: string; readonly directive: Directive }
  /** To another location of the server, `@app` or a path. */
  | { readonly kind: 'location'; readonly to: string; readonly directive: Directive }
  /** To files below this folder; null: below Nginx's own. */
  | { readonly kind: 'files'; readonly root: string | null; readonly directive: Directive }
  /** To something that answers by itself: a script, a status page. */
  | { readonly kind: 'handler'; readonly directive: Directive }

/** How the server of a way is spoken to. */
export function spokenBy({ family, protocol, directive }: Pass, { scheme }: Pick<Way, 'scheme'>): Spoken {
  if (protocol === 'stream') {
    const isUdp = directive
      .within('server')
      ?.own('listen')
      .some(({ args }) => args.includes('udp'))
    return isUdp ? 'udp' : 'tcp'
  }
  if (family === 'proxy') return scheme === 'https' ? 'https' : 'http'
  if (family === 'grpc') return scheme === 'grpcs' ? 'grpcs' : 'grpc'
  if (family === 'uwsgi') return scheme === 'suwsgi' ? 'suwsgi' : 'uwsgi'
  return family
}

const defaultPorts = new Map<Spoken, number>([
  ['http', 80],
  ['https', 443],
  ['grpc', 80],
  ['grpcs', 443],
])

/** Where a way leads when no `upstream` block is meant: host, and port or null; undefined: not known here. */
export function namedBy(pass: Pass, way: Way): { host: string; port: number | null } | undefined {
  const { host, port, kind, upstream } = way
  const isOpen = `${host}${port}`.includes(unknown) || `${host}${port}`.includes(unknownPath)
  if (upstream || host === '' || kind === 'unknown' || isOpen) return undefined
  if (kind === 'socket') return { host, port: null }
  return { host, port: port === '' ? (defaultPorts.get(spokenBy(pass, way)) ?? null) : Number(port) }
}

const handlers = /^(content_by_lua\w*|js_content|perl|stub_status|empty_gif|flv|mp4|dav_methods|api|autoindex|echo)$/

/** What a server or a location does with a request, in the order in which Nginx asks. */
export function leadsOf(block: Directive, model: Model, nameOf: (pass: Pass, way: Way) => string | undefined): Lead[] {
  const inner = [block, ...block.own('if', 'limit_except')]
  const own = (name: string) => inner.flatMap((one) => one.own(name))
  const passes = model.passes.filter(({ directive }) => directive.parent !== null && inner.includes(directive.parent))
  const found: Lead[] = [
    ...own('return').map((one) => returned(one)),
    ...own('rewrite').map((directive): Lead => ({ kind: 'rewrite', to: directive.args[1] ?? '', directive })),
    ...own('try_files').flatMap((directive) => tried(directive)),
    ...passes.flatMap((pass) => passed(pass, nameOf)),
    ...inner
      .flatMap(({ block: all }) => all ?? [])
      .filter(({ name, args }) => handlers.test(name) && args[0] !== 'off')
      .map((directive): Lead => ({ kind: 'handler', directive })),
  ]
  const ends = found.some(({ kind, directive: { parent, name } }) => {
    return parent === block && kind !== 'rewrite' && name !== 'try_files'
  })
  return ends ? found : [...found, files(block, model)]
}

function returned(directive: Directive): Lead {
  const [first = '', second] = directive.args
  const isStatus = /^\d{1,3}$/.test(first)
  return {
    ...{ kind: 'return', directive },
    status: isStatus ? Number(first) : second === undefined ? 302 : null,
    to: isStatus ? (second ?? '') : first,
  }
}

function tried(directive: Directive): Lead[] {
  const last = directive.args.at(-1) ?? ''
  if (/^=\d+$/.test(last)) return [{ kind: 'return', status: Number(last.slice(1)), to: '', directive }]
  return [{ kind: 'location', to: last, directive }]
}

function passed(pass: Pass, nameOf: (pass: Pass, way: Way) => string | undefined): Lead[] {
  const { directive, target } = pass
  const leads = pass.ways.map((way): Lead => {
    const group = nameOf(pass, way)
    if (group === undefined) return { kind: 'unknown', target, directive }
    return { kind: 'group', group, protocol: spokenBy(pass, way), directive }
  })
  const keys = leads.map((one) => (one.kind === 'group' ? `${one.group} ${one.protocol}` : one.kind))
  return leads.filter((_one, at) => keys.indexOf(keys[at] ?? '') === at)
}

function files(block: Directive, { effects }: Model): Lead {
  const [alias] = block.own('alias')
  const [root] = alias ? [alias] : effects.inside(block, 'root').directives
  return { kind: 'files', root: root?.args[0] ?? null, directive: root ?? block }
}
