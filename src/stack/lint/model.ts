import type { Configuration, Directive } from './parse.ts'

/** One `server` of an upstream. */
export interface UpstreamServer {
  readonly directive: Directive
  /** `web-1:8080`, as it stands there. */
  readonly address: string
  readonly isDown: boolean
  /** `max_fails` → `3`. */
  readonly options: ReadonlyMap<string, string>
}

export interface Upstream {
  readonly name: string
  readonly directive: Directive
  readonly servers: readonly UpstreamServer[]
}

/** A `proxy_pass`, with everything around it. */
export interface Proxied {
  readonly directive: Directive
  /** Scheme and host with port, as they stand there; variables included. */
  readonly scheme: string
  readonly host: string
  /** The upstream it names; undefined: it names a server itself. */
  readonly upstream: Upstream | undefined
  /** The blocks that it stands in, innermost first. */
  readonly around: readonly (readonly Directive[])[]
}

/** A configuration as the rules read it. */
export interface Model {
  readonly upstreams: readonly Upstream[]
  readonly proxied: readonly Proxied[]
  readonly all: readonly Directive[]
  readonly workers: string
}

export function modelOf({ directives }: Configuration): Model {
  const all = flat(directives)
  const upstreams = all.filter(({ name, block }) => name === 'upstream' && block).map(upstreamOf)
  const workers = all.find(({ name }) => name === 'worker_processes')?.args[0] ?? '1'
  return { upstreams, proxied: proxiedIn(directives, [directives], upstreams), all, workers }
}

function flat(directives: readonly Directive[]): Directive[] {
  return directives.flatMap((directive) => [directive, ...flat(directive.block ?? [])])
}

function upstreamOf(directive: Directive): Upstream {
  const servers = (directive.block ?? []).filter(({ name }) => name === 'server').map(serverOf)
  return { name: directive.args[0] ?? '', directive, servers }
}

function serverOf(directive: Directive): UpstreamServer {
  const [address = '', ...rest] = directive.args
  const options = new Map(rest.map((word) => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']))
  return { directive, address, isDown: options.has('down'), options }
}

function proxiedIn(
  directives: readonly Directive[],
  around: readonly (readonly Directive[])[],
  upstreams: readonly Upstream[],
): Proxied[] {
  return directives.flatMap((directive) => {
    if (directive.block) return proxiedIn(directive.block, [directive.block, ...around], upstreams)
    if (directive.name !== 'proxy_pass') return []
    const [, scheme = '', host = ''] = /^(\w+):\/\/([^/]*)/.exec(directive.args[0] ?? '') ?? []
    return [{ directive, scheme, host, upstream: upstreams.find(({ name }) => name === host), around }]
  })
}

/** The directives of a name that are in effect here: those of the innermost block that has any. */
export function inEffect({ around }: Proxied, name: string): readonly Directive[] {
  for (const block of around) {
    const own = block.filter((directive) => directive.name === name)
    if (own.length > 0) return own
  }
  return []
}

const units: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 }

/** Nginx's times, in seconds: `1m30s`, `500ms`, `60`; undefined when it is none. */
export function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+(ms|[smhd])?)+$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+)(ms|[smhd])?/g)]
  return parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (units[unit] ?? 1), 0)
}

/** Nginx's sizes, in bytes: `4k`, `1m`, `512`; undefined when it is none. */
export function bytesOf(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d+)([kKmMgG]?)$/.exec(text ?? '') ?? []
  if (number === undefined) return undefined
  return Number(number) * ({ k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[unit.toLowerCase()] ?? 1)
}
