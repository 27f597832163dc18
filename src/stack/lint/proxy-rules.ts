import { bytesOf, inEffect, type Proxied } from './model.ts'
import type { Rule, Trapped } from './rule.ts'

const timeouts = ['proxy_connect_timeout', 'proxy_send_timeout', 'proxy_read_timeout']
const smallBufferBytes = 4_096

const where = ({ directive }: Proxied) => directive.args[0] ?? ''
const first = (proxied: Proxied, name: string) => inEffect(proxied, name)[0]

/** One finding a directive, however many locations it is in effect for. */
function once(found: readonly (Trapped | undefined)[]): Trapped[] {
  const unique = new Map(found.flatMap((one) => (one ? [[one.directive, one] as const] : [])))
  return [...unique.values()]
}

/** Traps around `proxy_pass`. */
export const proxyRules: readonly Rule[] = [
  {
    trap: 'default-timeouts',
    level: 'trap',
    because: 'The defaults are 60 s: a server that hangs holds each request, and its user, for a minute.',
    remedy: 'Set proxy_connect_timeout, proxy_send_timeout and proxy_read_timeout to what a user waits for.',
    find: ({ proxied }) =>
      once(
        proxied.map((one) => {
          const missing = timeouts.filter((name) => inEffect(one, name).length === 0)
          const says = `${where(one)} is asked without ${missing.join(', ')}`
          return missing.length === 0 ? undefined : { directive: one.directive, says }
        }),
      ),
  },
  {
    trap: 'next-upstream-off',
    level: 'trap',
    because: 'A request that fails at one server is not tried at another one: every failure is seen by a user.',
    remedy: 'Leave proxy_next_upstream at `error timeout`.',
    find: ({ proxied }) =>
      once(
        proxied.map((one) => {
          const directive = first(one, 'proxy_next_upstream')
          if (!directive?.args.includes('off') || (one.upstream?.servers.length ?? 0) < 2) return undefined
          return { directive, says: `off, for ${where(one)} with ${one.upstream?.servers.length} servers` }
        }),
      ),
  },
  {
    trap: 'retries-what-is-not-idempotent',
    level: 'trap',
    because: 'A POST that was sent is sent again: an order may be taken twice.',
    remedy: 'Leave `non_idempotent` out of proxy_next_upstream.',
    find: ({ proxied }) =>
      once(
        proxied.map((one) => {
          const directive = first(one, 'proxy_next_upstream')
          return directive?.args.includes('non_idempotent')
            ? { directive, says: `non_idempotent, for ${where(one)}` }
            : undefined
        }),
      ),
  },
  {
    trap: 'keepalive-not-used',
    level: 'trap',
    because: 'Until 1.29.7 connections are not kept without HTTP/1.1 and an empty Connection header.',
    remedy: 'Set `proxy_http_version 1.1;` and `proxy_set_header Connection "";`.',
    find: ({ proxied }) =>
      once(
        proxied.map((one) => {
          const keepalive = one.upstream?.directive.block?.some(({ name }) => name === 'keepalive')
          const version = first(one, 'proxy_http_version')?.args[0] === '1.1'
          const emptied = inEffect(one, 'proxy_set_header').some(
            ({ args }) => args[0]?.toLowerCase() === 'connection' && args[1] === '',
          )
          if (!keepalive || (version && emptied)) return undefined
          return { directive: one.directive, says: `${where(one)} has keepalive, and connections are closed` }
        }),
      ),
  },
  {
    trap: 'resolver-missing',
    level: 'trap',
    because: 'A name from a variable is resolved for each request; without a resolver each is answered 502.',
    remedy: 'Name a resolver, with valid= for how long answers are kept.',
    find: ({ proxied }) =>
      proxied
        .filter((one) => /[$][\w{]/.test(one.host) && inEffect(one, 'resolver').length === 0)
        .map(({ directive, host }) => ({ directive, says: `${host} needs a resolver, and there is none` })),
  },
  {
    trap: 'small-header-buffer',
    level: 'trap',
    because: 'An answer whose header is bigger is answered 502 (upstream sent too big header).',
    remedy: 'Set proxy_buffer_size to 8k or more, with proxy_buffers and proxy_busy_buffers_size to match.',
    find: ({ proxied }) =>
      once(
        proxied.map((one) => {
          const directive = first(one, 'proxy_buffer_size')
          const bytes = bytesOf(directive?.args[0])
          if (!directive || bytes === undefined || bytes >= smallBufferBytes) return undefined
          return { directive, says: `${bytes} bytes for the whole header of an answer` }
        }),
      ),
  },
  {
    trap: 'name-not-sent-over-tls',
    level: 'trap',
    because: 'The backend is not told which name is asked for: one with several certificates refuses (502).',
    remedy: 'Set `proxy_ssl_server_name on;` and proxy_ssl_name.',
    find: ({ proxied }) =>
      proxied
        .filter((one) => one.scheme === 'https' && first(one, 'proxy_ssl_server_name')?.args[0] !== 'on')
        .map((one) => ({ directive: one.directive, says: `${where(one)} without proxy_ssl_server_name` })),
  },
]
