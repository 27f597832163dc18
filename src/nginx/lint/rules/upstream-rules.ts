import type { Upstream, UpstreamServer } from '../../knowledge/model.ts'
import { targetOf } from '../../knowledge/targets.ts'
import { compareVersions, secondsOf } from '../../knowledge/units.ts'
import type { Known, Rule } from '../rule.ts'

const defaultKeepAliveS = 60

const counts = ({ options }: UpstreamServer) => options.has('max_fails') || options.has('fail_timeout')
const isName = ({ address }: UpstreamServer) => targetOf(address).kind === 'name' && !/^localhost(:|$)/i.test(address)
const known = (upstreams: readonly Upstream[]) => upstreams.filter(({ isKnown }) => isKnown)

/** From 1.29.7 on connections of a group are kept without being asked to. */
const keepsByItself = ({ version }: Known) => version !== undefined && compareVersions(version, '1.29.7') >= 0

/** Traps in `upstream` blocks. */
export const upstreamRules: readonly Rule[] = [
  {
    trap: 'single-server-counts-nothing',
    level: 'trap',
    claims: 'A group with one address has `max_fails` or `fail_timeout`.',
    because: 'A group with one address never takes it out: max_fails and fail_timeout are ignored.',
    remedy: 'Add a second server, or take the parameters away.',
    bad: 'upstream web { server 10.0.0.1:80 max_fails=3; }',
    good: 'upstream web { server 10.0.0.1:80 max_fails=3; server 10.0.0.2:80; }',
    find: ({ upstreams }) =>
      known(upstreams)
        .filter(({ servers }) => servers.length === 1)
        .flatMap(({ servers }) => servers.filter(counts))
        .map((server) => ({
          directive: server.directive,
          says: `${server.address} is the only server, and has max_fails`,
          // A name with several addresses is several servers.
          ...(isName(server) ? { level: 'note' as const } : {}),
        })),
  },
  {
    trap: 'down-sibling',
    level: 'trap',
    claims: 'All servers of a group but one are `down`, and that one counts failures.',
    because:
      'A server that is `down` counts as one, so a single failure of the other takes the whole group out (10 s).',
    remedy: 'Remove the line that is down, or give the other server max_fails=0.',
    bad: 'upstream web { server 10.0.0.1:80; server 10.0.0.2:80 down; }',
    good: 'upstream web { server 10.0.0.1:80 max_fails=0; server 10.0.0.2:80 down; }',
    find: ({ upstreams }) =>
      known(upstreams).flatMap(({ servers }) => {
        const up = servers.filter(({ isDown }) => !isDown)
        const [only] = up
        if (!only || up.length > 1 || servers.length === 1 || only.options.get('max_fails') === '0') return []
        return [{ directive: only.directive, says: `${only.address} is the only one up of ${servers.length} servers` }]
      }),
  },
  {
    trap: 'no-server-up',
    level: 'trap',
    claims: 'Every server of a group is `down`.',
    because: 'With no server to ask, every request is answered 502 (no live upstreams).',
    remedy: 'Name a server that is not down.',
    bad: 'upstream web { server 10.0.0.1:80 down; }',
    good: 'upstream web { server 10.0.0.1:80; }',
    find: ({ upstreams }) =>
      known(upstreams)
        .filter(({ servers }) => servers.length > 0 && servers.every(({ isDown }) => isDown))
        .map(({ name, directive }) => ({ directive, says: `upstream ${name} has no server that is up` })),
  },
  {
    trap: 'upstream-without-zone',
    level: 'trap',
    claims: 'A group of several servers has no `zone`, and there are several workers.',
    because: 'Each worker counts failures and connections for itself: a dead server is asked once by every worker.',
    remedy: 'Add `zone <name> 64k;` to the upstream.',
    bad: 'worker_processes 2; http { upstream web { server 10.0.0.1:80; server 10.0.0.2:80; } }',
    good: 'worker_processes 2; http { upstream web { zone web 64k; server 10.0.0.1:80; server 10.0.0.2:80; } }',
    find: ({ upstreams, workers = '1' }) =>
      known(upstreams)
        .filter(({ servers, directive }) => workers !== '1' && servers.length > 1 && directive.own('zone').length === 0)
        .map(({ name, directive }) => {
          return { directive, says: `upstream ${name} has no zone, with worker_processes ${workers}` }
        }),
  },
  {
    trap: 'keepalive-longer-than-backend',
    level: 'trap',
    claims: 'Nginx keeps an idle connection longer than the backend does (asked with `--backend-keep-alive`).',
    because: 'The backend hangs up on a connection that Nginx is about to use: a POST that meets it is answered 502.',
    remedy: 'Make keepalive_timeout in the upstream shorter than what the backend keeps.',
    bad: 'upstream web { server 10.0.0.1:80; keepalive 8; }',
    good: 'upstream web { server 10.0.0.1:80; keepalive 8; keepalive_timeout 4s; }',
    find: ({ upstreams }, given) =>
      known(upstreams).flatMap(({ directive, protocol }) => {
        const { backendKeepAliveS } = given
        const [keepalive] = directive.own('keepalive')
        const isOff = keepalive ? keepalive.args[0] === '0' : !keepsByItself(given)
        if (isOff || protocol !== 'http' || backendKeepAliveS === undefined) return []
        const [timeout] = directive.own('keepalive_timeout')
        const seconds = secondsOf(timeout?.args[0]) ?? defaultKeepAliveS
        if (seconds < backendKeepAliveS) return []
        const set = timeout ? `${seconds} s` : `${seconds} s by default`
        const says = `kept for ${set}, by the backend for ${backendKeepAliveS} s`
        return [{ directive: timeout ?? keepalive ?? directive, says }]
      }),
  },
  {
    trap: 'nobody-listens',
    level: 'trap',
    claims: 'Nothing listens at a server that is not `down` (asked where the stack runs).',
    because: 'Every request sent there is refused or waits: 502 or 504.',
    remedy: 'Correct host and port, or start the server.',
    bad: 'upstream web { server 10.0.0.1:8090; server 10.0.0.2; }',
    good: 'upstream web { server 10.0.0.3:80; server 10.0.0.2 down; }',
    find: ({ upstreams }, { unreachable = [] }) =>
      upstreams
        .flatMap(({ servers }) => servers)
        .filter(({ address, isDown }) => !isDown && unreachable.includes(withPort(address)))
        .map(({ directive, address }) => ({ directive, says: `there is no answer at ${withPort(address)}` })),
  },
  {
    trap: 'names-resolved-once',
    level: 'note',
    claims: 'A server is named by a name that is looked up when Nginx starts or reloads, and not again.',
    because: 'Names are resolved when Nginx starts or reloads: a server with a new address is not found until then.',
    remedy: 'Keep addresses fixed, reload after each change, or use `resolve` with a zone (1.27.3 and later).',
    bad: 'upstream web { server web-1:80; }',
    good: 'upstream web { server 10.0.0.1:80; server unix:/run/web.sock; server [2001:db8::1]:80; }',
    find: ({ upstreams, passes }) => [
      ...upstreams.flatMap(({ name, servers, directive }) => {
        const named = servers.filter((server) => isName(server) && !server.options.has('resolve'))
        const list = named.map(({ address }) => address).join(', ')
        return named.length === 0 ? [] : [{ directive, says: `upstream ${name} names ${list}` }]
      }),
      ...passes.flatMap(({ directive, variables, target, ways }) => {
        const isNamed = ways.some(({ kind, upstream, host }) => kind === 'name' && !upstream && host !== 'localhost')
        const says = `${directive.name} names ${target}`
        return variables.length === 0 && isNamed ? [{ directive, says }] : []
      }),
    ],
  },
]

function withPort(address: string): string {
  return /:\d+$/.test(address) ? address : `${address}:80`
}
