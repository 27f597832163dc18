import type { Pass } from '../../knowledge/model.ts'
import { bytesOf } from '../../knowledge/units.ts'
import { once, type Rule } from '../rule.ts'
import { keepaliveOrderRule, keepaliveRule } from './keepalive-rule.ts'

const smallBufferBytes = 4_096

/** What Nginx waits for, module by module; `stream` has the first of these, and 10 min for a session. */
const timeoutsOf = ({ family, protocol }: Pass): string[] =>
  protocol === 'stream'
    ? ['proxy_connect_timeout']
    : [`${family}_connect_timeout`, `${family}_send_timeout`, `${family}_read_timeout`]

const tlsSchemes = ['https', 'grpcs', 'suwsgi']
const isHttp = ({ protocol }: Pass) => protocol === 'http'

/** Traps around `proxy_pass` and its family. */
export const passRules: readonly Rule[] = [
  {
    trap: 'default-timeouts',
    level: 'trap',
    claims: 'A `…_pass` is asked with a default timeout: connect, send or read; in `stream` connect.',
    because: 'The defaults are 60 s: a server that hangs holds each request, and its user, for a minute.',
    remedy: 'Set what is missing to what a user waits for.',
    bad: 'server { location / { proxy_pass http://10.0.0.1:80; proxy_read_timeout 3s; } }',
    good: `server {
  proxy_connect_timeout 1s; proxy_send_timeout 4s; proxy_read_timeout 4s;
  location / { proxy_pass http://10.0.0.1:80; }
}`,
    find: ({ passes, effects }) =>
      once(
        passes.map((one) => {
          const set = timeoutsOf(one).map((name) => ({ name, ...effects.at(one.directive, name) }))
          const missing = set.filter(({ directives, isSure }) => directives.length === 0 && isSure)
          const says = `${one.target} is asked without ${missing.map(({ name }) => name).join(', ')}`
          return missing.length === 0 ? undefined : { directive: one.directive, says }
        }),
      ),
  },
  {
    trap: 'next-upstream-off',
    level: 'trap',
    claims: '`…_next_upstream off` holds for a group with several servers.',
    because: 'A request that fails at one server is not tried at another one: every failure is seen by a user.',
    remedy: 'Leave it at `error timeout` (in `stream`: on).',
    bad: `upstream web { server 10.0.0.1:80; server 10.0.0.2:80; }
server { location / { proxy_pass http://web; proxy_next_upstream off; } }`,
    good: `upstream web { server 10.0.0.1:80; }
server { location / { proxy_pass http://web; proxy_next_upstream off; } }`,
    find: ({ passes, effects }) =>
      once(
        passes.map((one) => {
          const { directive, isSure } = effects.first(one.directive, `${one.family}_next_upstream`)
          const several = one.upstreams.find(({ servers }) => servers.length > 1)
          if (!directive?.args.includes('off') || !several || !isSure) return undefined
          return { directive, says: `off, for ${one.target} with ${several.servers.length} servers` }
        }),
      ),
  },
  {
    trap: 'retries-what-is-not-idempotent',
    level: 'trap',
    claims: '`…_next_upstream` has `non_idempotent`.',
    because: 'A POST that was sent is sent again: an order may be taken twice.',
    remedy: 'Leave `non_idempotent` out of it.',
    bad: 'server { location / { fastcgi_pass 10.0.0.1:9000; fastcgi_next_upstream error non_idempotent; } }',
    good: 'server { location / { fastcgi_pass 10.0.0.1:9000; fastcgi_next_upstream error; } }',
    find: ({ passes, effects }) =>
      once(
        passes.filter(isHttp).map((one) => {
          const { directive, isSure } = effects.first(one.directive, `${one.family}_next_upstream`)
          if (!directive?.args.includes('non_idempotent') || !isSure) return undefined
          return { directive, says: `non_idempotent, for ${one.target}` }
        }),
      ),
  },
  keepaliveRule,
  keepaliveOrderRule,
  {
    trap: 'small-header-buffer',
    level: 'trap',
    claims: 'A `…_buffer_size` is smaller than the 4k that Nginx takes by default.',
    because: 'An answer whose header is bigger is answered 502 (upstream sent too big header).',
    remedy: 'Set it to 8k or more, with the other buffers to match.',
    bad: 'server { location / { uwsgi_pass 10.0.0.1:9000; uwsgi_buffer_size 1k; } }',
    good: 'server { location / { uwsgi_pass 10.0.0.1:9000; uwsgi_buffer_size 8k; } }',
    find: ({ passes, effects }) =>
      once(
        passes.filter(isHttp).map((one) => {
          const { directive, isSure } = effects.first(one.directive, `${one.family}_buffer_size`)
          const bytes = bytesOf(directive?.args[0])
          if (!directive || bytes === undefined || bytes >= smallBufferBytes || !isSure) return undefined
          return { directive, says: `${bytes} bytes for the whole header of an answer` }
        }),
      ),
  },
  {
    trap: 'name-not-sent-over-tls',
    level: 'trap',
    claims: 'A server is asked over TLS without `…_ssl_server_name on`.',
    because: 'The backend is not told which name is asked for: one with several certificates refuses (502).',
    remedy: 'Set `proxy_ssl_server_name on;` and proxy_ssl_name (grpc_, uwsgi_ alike).',
    bad: 'server { location / { grpc_pass grpcs://api.test:443; } }',
    good: 'server { location / { grpc_pass grpcs://api.test:443; grpc_ssl_server_name on; } }',
    find: ({ passes, effects }) =>
      passes.flatMap((one) => {
        const isTls =
          one.protocol === 'stream'
            ? effects.first(one.directive, 'proxy_ssl').directive?.args[0] === 'on'
            : one.ways.some(({ scheme }) => tlsSchemes.includes(scheme))
        const hasName = one.ways.some(({ kind, upstream }) => kind === 'name' || kind === 'unknown' || upstream)
        const sent = effects.first(one.directive, `${one.family}_ssl_server_name`)
        if (!isTls || !hasName || !sent.isSure || sent.directive?.args[0] === 'on') return []
        return [{ directive: one.directive, says: `${one.target} without ${one.family}_ssl_server_name` }]
      }),
  },
]
