import { secondsOf, type Upstream } from './model.ts'
import type { Rule } from './rule.ts'

const defaultKeepAliveS = 60

const counts = (upstream: Upstream) =>
  upstream.servers.filter(({ options }) => options.has('max_fails') || options.has('fail_timeout'))
const isName = (address: string) => /[a-z]/i.test(address) && !address.startsWith('unix:')

/** Traps in `upstream` blocks. */
export const upstreamRules: readonly Rule[] = [
  {
    trap: 'single-server-counts-nothing',
    level: 'trap',
    because: 'A group with one address never takes it out: max_fails and fail_timeout are ignored.',
    remedy: 'Add a second server, or take the parameters away.',
    find: ({ upstreams }) =>
      upstreams
        .filter(({ servers }) => servers.length === 1)
        .flatMap((upstream) => counts(upstream))
        .map(({ directive, address }) => ({ directive, says: `${address} is the only server, and has max_fails` })),
  },
  {
    trap: 'down-sibling',
    level: 'trap',
    because:
      'A server that is `down` counts as one, so a single failure of the other takes the whole group out (10 s).',
    remedy: 'Remove the line that is down, or give the other server max_fails=0.',
    find: ({ upstreams }) =>
      upstreams.flatMap(({ servers }) => {
        const up = servers.filter(({ isDown }) => !isDown)
        const [only] = up
        if (!only || up.length > 1 || servers.length === 1 || only.options.get('max_fails') === '0') return []
        return [{ directive: only.directive, says: `${only.address} is the only one up of ${servers.length} servers` }]
      }),
  },
  {
    trap: 'no-server-up',
    level: 'trap',
    because: 'With no server to ask, every request is answered 502 (no live upstreams).',
    remedy: 'Name a server that is not down.',
    find: ({ upstreams }) =>
      upstreams
        .filter(({ servers }) => servers.every(({ isDown }) => isDown))
        .map(({ name, directive }) => ({ directive, says: `upstream ${name} has no server that is up` })),
  },
  {
    trap: 'upstream-without-zone',
    level: 'trap',
    because: 'Each worker counts failures and connections for itself: a dead server is asked once by every worker.',
    remedy: 'Add `zone <name> 64k;` to the upstream.',
    find: ({ upstreams, workers }) =>
      upstreams
        .filter(({ servers, directive }) => {
          return workers !== '1' && servers.length > 1 && !directive.block?.some(({ name }) => name === 'zone')
        })
        .map(({ name, directive }) => {
          return { directive, says: `upstream ${name} has no zone, with worker_processes ${workers}` }
        }),
  },
  {
    trap: 'keepalive-longer-than-backend',
    level: 'trap',
    because: 'The backend hangs up on a connection that Nginx is about to use: a POST that meets it is answered 502.',
    remedy: 'Make keepalive_timeout in the upstream shorter than what the backend keeps.',
    find: ({ upstreams }, { backendKeepAliveS }) =>
      upstreams.flatMap(({ directive }) => {
        const own = directive.block ?? []
        const keepalive = own.find(({ name }) => name === 'keepalive')
        if (!keepalive || backendKeepAliveS === undefined) return []
        const timeout = own.find(({ name }) => name === 'keepalive_timeout')
        const seconds = secondsOf(timeout?.args[0]) ?? defaultKeepAliveS
        if (seconds < backendKeepAliveS) return []
        const set = timeout ? `${seconds} s` : `${seconds} s by default`
        return [{ directive: timeout ?? keepalive, says: `kept for ${set}, by the backend for ${backendKeepAliveS} s` }]
      }),
  },
  {
    trap: 'nobody-listens',
    level: 'trap',
    because: 'Every request sent there is refused or waits: 502 or 504.',
    remedy: 'Correct host and port, or start the server.',
    find: ({ upstreams }, { unreachable = [] }) =>
      upstreams
        .flatMap(({ servers }) => servers)
        .filter(({ address, isDown }) => !isDown && unreachable.includes(withPort(address)))
        .map(({ directive, address }) => ({ directive, says: `nobody answers at ${withPort(address)}` })),
  },
  {
    trap: 'names-resolved-once',
    level: 'note',
    because: 'Names are resolved when Nginx starts or reloads: a server with a new address is not found until then.',
    remedy: 'Keep addresses fixed, reload after each change, or use `resolve` with a zone (1.27.3 and later).',
    find: ({ upstreams }) =>
      upstreams.flatMap(({ name, servers, directive }) => {
        const named = servers.filter(({ address, options }) => isName(address) && !options.has('resolve'))
        const list = named.map(({ address }) => address).join(', ')
        return named.length === 0 ? [] : [{ directive, says: `upstream ${name} names ${list}` }]
      }),
  },
]

function withPort(address: string): string {
  return /:\d+$/.test(address) ? address : `${address}:80`
}
