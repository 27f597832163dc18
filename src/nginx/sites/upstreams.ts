import type { Model, Pass, UpstreamServer, Way } from '../knowledge/model.ts'
import { secondsOf } from '../knowledge/units.ts'
import type { Directive } from '../read/directive.ts'
import { namedBy, type Spoken, spokenBy } from './leads.ts'

/** One server of a group. */
export interface GroupServer {
  /** The `server` of the block; where there is none, the `…_pass` that names it. */
  readonly directive: Directive
  /** As it stands there. */
  readonly address: string
  /** Without port; path of a socket: null. */
  readonly host: string | null
  /** Null: a socket, or it is not known here. */
  readonly port: number | null
  readonly socket: string | null
  readonly weight: number
  readonly isBackup: boolean
  readonly isDown: boolean
  readonly maxFails: number
  readonly failTimeoutMs: number
  /** Whether its name is looked up again while Nginx runs. */
  readonly isResolved: boolean
}

/** Servers that requests are spread over: an `upstream` block, or a host that a `…_pass` names. */
export interface Group {
  /** Of the block; else the host, with its port where the host has several; `unix:/run/a.sock`. */
  readonly name: string
  readonly directive: Directive | null
  readonly servers: readonly GroupServer[]
  /** What it is spoken to in; empty: no `…_pass` is known to lead there. */
  readonly protocols: readonly Spoken[]
  readonly passes: readonly Pass[]
  /** Idle connections that are kept; null: none. */
  readonly keepalive: number | null
  /** Name of the shared memory; null: each worker counts for itself. */
  readonly zone: string | null
  /** Its directive: `least_conn`, `ip_hash` …; null: by turns. */
  readonly method: string | null
  /** False when servers are chosen or named by something that is not read. */
  readonly isKnown: boolean
}

/** All groups: those of blocks first, in the order of the text. */
export function groupsOf(model: Model): Group[] {
  const nameOf = namerOf(model)
  const byName = new Map<string, { pass: Pass; way: Way }[]>()
  for (const pass of model.passes) {
    for (const way of pass.ways) {
      const name = nameOf(pass, way)
      if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), { pass, way }])
    }
  }
  const blocks = model.upstreams.map((upstream): Group => {
    const ways = [...byName.values()].flat().filter((one) => one.way.upstream === upstream)
    const { name, directive, isKnown } = upstream
    const [keepalive] = directive.own('keepalive')
    return {
      ...{ name, directive, isKnown, ...spokenIn(ways) },
      servers: upstream.servers.map(memberOf),
      keepalive: Number(keepalive?.args[0]) || null,
      zone: directive.own('zone')[0]?.args[0] ?? null,
      method: directive.own(...methods)[0]?.name ?? null,
    }
  })
  const hosts = [...byName].flatMap(([name, ways]): Group[] => {
    const [first] = ways
    const named = first && namedBy(first.pass, first.way)
    if (!named) return []
    const servers = [hostOf(first.pass, named)]
    return [
      {
        ...{ name, directive: null, servers, isKnown: true, keepalive: null, zone: null, method: null },
        ...spokenIn(ways),
      },
    ]
  })
  return [...blocks, ...hosts]
}

const methods = ['least_conn', 'ip_hash', 'hash', 'random', 'least_time', 'fair', 'sticky']

/** The group that a way of a pass leads to; undefined: not known here. */
export function namerOf({ passes }: Model): (pass: Pass, way: Way) => string | undefined {
  const ports = new Map<string, Set<number | null>>()
  for (const pass of passes) {
    for (const way of pass.ways) {
      const named = namedBy(pass, way)
      if (named) ports.set(named.host, (ports.get(named.host) ?? new Set()).add(named.port))
    }
  }
  return (pass, way) => {
    if (way.upstream) return way.upstream.name
    const named = namedBy(pass, way)
    if (!named) return undefined
    return (ports.get(named.host)?.size ?? 0) > 1 ? `${named.host}:${named.port}` : named.host
  }
}

function spokenIn(ways: readonly { pass: Pass; way: Way }[]): Pick<Group, 'protocols' | 'passes'> {
  return {
    protocols: [...new Set(ways.map(({ pass, way }) => spokenBy(pass, way)))],
    passes: [...new Set(ways.map(({ pass }) => pass))],
  }
}

const usual = { weight: 1, isBackup: false, isDown: false, maxFails: 1, failTimeoutMs: 10_000 }

function memberOf({ directive, address, isDown, options }: UpstreamServer): GroupServer {
  const socket = /^unix:([^:]+)/i.exec(address)?.[1] ?? null
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(address) ?? []
  const isHttp = directive.within('stream') === undefined
  const number = (name: string, other: number) => Number(options.get(name) ?? other)
  return {
    ...{ directive, address, isDown, socket, host: socket === null ? host : null },
    port: port === undefined ? (isHttp && socket === null && host !== '' ? 80 : null) : Number(port),
    weight: number('weight', usual.weight),
    isBackup: options.has('backup'),
    maxFails: number('max_fails', usual.maxFails),
    failTimeoutMs: (secondsOf(options.get('fail_timeout')) ?? usual.failTimeoutMs / 1_000) * 1_000,
    isResolved: options.has('resolve'),
  }
}

function hostOf(pass: Pass, { host, port }: { host: string; port: number | null }): GroupServer {
  const { directive, variables } = pass
  const socket = host.startsWith('unix:') ? host.slice('unix:'.length) : null
  const address = socket !== null || port === null ? host : `${host}:${port}`
  return {
    ...usual,
    directive,
    address,
    host: socket === null ? host : null,
    port,
    socket,
    isResolved: variables.length > 0,
  }
}
