import { defaultHandling, type Handling } from '../kit/matrix/handling.ts'
import { type Model, modelOf, type Pass, type Upstream } from './knowledge/model.ts'
import { secondsOf } from './knowledge/units.ts'
import type { Configuration } from './read/read.ts'

/** A `Connection` header that ends the connection. */
const noKeepAlive = /^\s*(close)?\s*$/

/**
 * What a configuration does about the servers of each of these groups: by the name of their `upstream` block, or of
 * the host that a `…_pass` names. Where several places lead to one group, the first counts. Groups that nothing leads
 * to are left out.
 */
export function handlingsOf(configuration: Configuration, groups: readonly string[]): Record<string, Handling> {
  const model = modelOf(configuration)
  return Object.fromEntries(
    groups.flatMap((name) => {
      const pass = passTo(model, name)
      return pass ? [[name, handlingAt(model, pass, upstreamOf(pass, name))]] : []
    }),
  )
}

export const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
const upstreamOf = ({ upstreams }: Pass, name: string) => upstreams.find((one) => same(one.name, name))

/** The first pass that leads to this group. */
export const passTo = ({ passes }: Model, name: string): Pass | undefined => passes.find((one) => leadsTo(one, name))

function leadsTo(pass: Pass, name: string): boolean {
  return upstreamOf(pass, name) !== undefined || pass.ways.some(({ host, upstream }) => !upstream && same(host, name))
}

function handlingAt(model: Model, { directive, family, variables }: Pass, group: Upstream | undefined): Handling {
  const first = (name: string) => model.effects.first(directive, `${family}_${name}`).directive?.args
  const written: string[] = []
  const given = (name: string): readonly string[] | undefined => {
    const args = first(name)
    if (args) written.push(`${family}_${name}`)
    return args
  }
  const time = (name: string, instead: number) => msOf(given(name)?.[0]) ?? instead
  const { connectMs, readMs, sendMs, nextUpstream, nextTries, nextTimeoutMs } = defaultHandling
  const stale = given('cache_use_stale') ?? []
  const cache = first('cache')?.[0]
  return {
    family,
    servers: group ? group.servers.filter(({ isDown }) => !isDown).length : 1,
    isGroup: group !== undefined,
    connectMs: time('connect_timeout', connectMs),
    readMs: time('read_timeout', readMs),
    sendMs: time('send_timeout', sendMs),
    nextUpstream: [...(given('next_upstream') ?? nextUpstream)],
    nextTries: Number(given('next_upstream_tries')?.[0] ?? nextTries),
    nextTimeoutMs: time('next_upstream_timeout', nextTimeoutMs),
    keepalive: keepaliveOf(model, { directive, family }, group),
    ...failsOf(group),
    resolves: variables.length > 0 || (group?.servers.some(({ options }) => options.has('resolve')) ?? false),
    caches: cache !== undefined && cache !== 'off',
    useStale: stale.filter((word) => word !== 'off'),
    written,
  }
}

function msOf(text: string | undefined): number | undefined {
  const seconds = secondsOf(text)
  return seconds === undefined ? undefined : Math.round(seconds * 1_000)
}

/** Kept connections need the block's word and, over HTTP, the request's: `Connection: close` goes out by default. */
function keepaliveOf(
  { effects }: Model,
  { directive, family }: Pick<Pass, 'directive' | 'family'>,
  group: Upstream | undefined,
): number | null {
  const kept = Number(group?.directive.own('keepalive')[0]?.args[0] ?? 0)
  if (kept === 0) return null
  if (family !== 'proxy') return kept
  const { directives } = effects.at(directive, 'proxy_set_header')
  const header = directives.find(({ args }) => args[0]?.toLowerCase() === 'connection')?.args[1]
  const version = effects.first(directive, 'proxy_http_version').directive?.args[0] ?? '1.0'
  return version === '1.1' && header !== undefined && (header === '' || !noKeepAlive.test(header)) ? kept : null
}

function failsOf(group: Upstream | undefined): Pick<Handling, 'maxFails' | 'failTimeoutMs'> {
  const { maxFails, failTimeoutMs } = defaultHandling
  const servers = group?.servers ?? []
  // Of one server alone Nginx keeps no count.
  if (servers.length < 2) return { maxFails, failTimeoutMs }
  const fails = servers.map(({ options }) => Number(options.get('max_fails') ?? maxFails.most))
  const times = servers.map(({ options }) => msOf(options.get('fail_timeout')) ?? failTimeoutMs)
  return { maxFails: { least: Math.min(...fails), most: Math.max(...fails) }, failTimeoutMs: Math.max(...times) }
}
