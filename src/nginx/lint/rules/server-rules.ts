import type { Model } from '../../knowledge/model.ts'
import { compareVersions } from '../../knowledge/units.ts'
import type { Directive } from '../../read/directive.ts'
import type { Known, Rule, Trapped } from '../rule.ts'
import { bound } from './refused-servers.ts'

const fewRequests = 1_000
const note = 'note'

/** Servers, workers, and how long clients keep a connection. */
export const serverRules: readonly Rule[] = [
  {
    trap: 'first-server-by-chance',
    level: note,
    claims: 'Several servers listen at one socket, and none is its `default_server`.',
    because: 'The first that is read answers for every other name: with files in an order of names that is chance.',
    remedy: 'Mark one with default_server, best one that returns 444 or 421.',
    bad: `events { } http {
  server { listen 80; server_name a.test; }
  server { listen 80; server_name b.test; }
}`,
    good: `events { } http {
  server { listen 80 default_server; return 444; }
  server { listen 80; server_name b.test; }
}`,
    find: byChance,
  },
  {
    trap: 'clients-cut-early',
    level: note,
    claims: '`keepalive_requests` is below 1000, which is the default.',
    because: 'Connections are closed that often, and a request that meets the end of one is lost or sent again.',
    remedy: 'Leave it away.',
    versions: 'Until 1.19.9 the default was 100.',
    bad: 'server { keepalive_requests 10; location / { proxy_pass http://10.0.0.1; } }',
    good: 'server { keepalive_requests 10000; location / { proxy_pass http://10.0.0.1; } }',
    find: ({ all }) =>
      all
        .filter(({ name, args: [count = ''] }) => name === 'keepalive_requests' && /^\d+$/.test(count))
        .filter(({ args: [count] }) => Number(count) < fewRequests)
        .map((directive) => ({ directive, says: `${directive.args[0]} requests a connection` })),
  },
  {
    trap: 'one-worker',
    level: 'hint',
    claims: 'Nothing says `worker_processes`.',
    because: 'One process does it all, on one core: what holds it up (a disk, an expression) holds up every user.',
    remedy: 'Write `worker_processes auto;`, and a zone into each upstream.',
    bad: 'events { } http { server { location / { proxy_pass http://10.0.0.1; } } }',
    good: 'worker_processes auto; events { } http { server { location / { proxy_pass http://10.0.0.1; } } }',
    find: ({ all, isWhole, hasUnread, workers }) => {
      const events = all.find(({ name, parent }) => name === 'events' && parent === null)
      return isWhole && !hasUnread && workers === undefined && events
        ? [{ directive: events, says: 'there is one worker process' }]
        : []
    },
  },
  {
    trap: 'quic-without-reuseport',
    level: note,
    claims: 'A `listen` for QUIC has no `reuseport`, and there are several workers.',
    because: 'Packets of one connection come to any worker: connections break, at a reload above all.',
    remedy: 'Add reuseport to one listen of the socket.',
    bad: 'worker_processes 2; events { } http { server { listen 443 quic; ssl_reject_handshake on; } }',
    good: 'worker_processes 2; events { } http { server { listen 443 quic reuseport; ssl_reject_handshake on; } }',
    find: ({ all, workers = '1' }) => {
      const quic = all.filter(({ name, args }) => name === 'listen' && args.includes('quic'))
      const shared = new Set(
        quic.filter(({ args }) => args.includes('reuseport')).map(({ args }) => bound(args[0] ?? '')),
      )
      const open = workers === '1' ? [] : quic.filter(({ args }) => !shared.has(bound(args[0] ?? '')))
      return open.map((directive) => ({ directive, says: `${directive.args[0]} with worker_processes ${workers}` }))
    },
  },
  {
    trap: 'stapling-without-resolver',
    level: note,
    claims: '`ssl_stapling` is on, and no `resolver` holds there.',
    because: 'The responder is looked up when Nginx starts, and not again: with a new address nothing is stapled.',
    remedy: 'Name a resolver.',
    bad: 'server { listen 443 ssl; ssl_certificate a; ssl_certificate_key b; ssl_stapling on; }',
    good: 'server { listen 443 ssl; ssl_certificate a; ssl_certificate_key b; ssl_stapling on; resolver 10.0.0.9; }',
    find: ({ all, effects }) =>
      all
        .filter(({ name, args }) => name === 'ssl_stapling' && args[0] === 'on')
        .flatMap((directive) => {
          const { directives, isSure } = effects.at(directive, 'resolver')
          const isFile = effects.at(directive, 'ssl_stapling_file').directives.length > 0
          return directives.length > 0 || !isSure || isFile ? [] : [{ directive, says: 'no resolver holds here' }]
        }),
  },
  {
    trap: 'of-an-older-nginx',
    level: note,
    claims: 'A directive or a parameter is obsolete for the version that is asked about.',
    because: 'Nginx warns, does nothing for it, or, in a later version, does not start.',
    remedy: 'Write what has taken its place.',
    versions: 'Each from the version on that is said; where that is not known, what is obsolete since 1.22 and before.',
    bad: 'server { http2_max_requests 10000; location / { proxy_pass http://10.0.0.1; } }',
    good: 'server { keepalive_requests 10000; location / { proxy_pass http://10.0.0.1; } }',
    find: ({ all }, known) => all.flatMap((directive) => obsolete(directive, known)),
  },
]

function byChance({ all, isWhole, hasUnread, broken }: Model): Trapped[] {
  if (!isWhole || hasUnread || broken.size > 0) return []
  const sockets = new Map<string, { servers: Set<Directive>; isMarked: boolean; first: Directive }>()
  const servers = all.filter(({ name, block, parent }) => name === 'server' && block && parent?.name === 'http')
  for (const server of servers) {
    const listens = server.own('listen').map(({ args }) => ({ key: bound(args[0] ?? ''), args }))
    for (const { key, args } of listens.length > 0 ? listens : [{ key: bound('80'), args: [] }]) {
      const known = sockets.get(key) ?? { servers: new Set(), isMarked: false, first: server }
      known.servers.add(server)
      known.isMarked ||= args.includes('default_server') || args.includes('default')
      sockets.set(key, known)
    }
  }
  const found = [...sockets].flatMap(([socket, { servers: those, isMarked, first }]): [Directive, string][] => {
    return isMarked || those.size < 2
      ? []
      : [[first, `it answers for every name at ${socket}, with ${those.size} servers there`]]
  })
  return [...new Map(found)].map(([directive, says]) => ({ directive, says }))
}

/** Names that have lost their meaning, since when, and what has taken their place. */
const old: Readonly<Record<string, readonly [since: string, instead: string]>> = {
  http2_idle_timeout: ['1.19.7', 'keepalive_timeout'],
  http2_max_field_size: ['1.19.7', 'large_client_header_buffers'],
  http2_max_header_size: ['1.19.7', 'large_client_header_buffers'],
  http2_max_requests: ['1.19.7', 'keepalive_requests'],
  http2_recv_timeout: ['1.19.7', 'client_header_timeout'],
  http2_max_concurrent_pushes: ['1.25.1', 'nothing: there is no push'],
  http2_push: ['1.25.1', 'nothing: there is no push'],
  http2_push_preload: ['1.25.1', 'nothing: there is no push'],
  ssl: ['1.15.0', '`listen … ssl`'],
}
const oldParameters: Readonly<Record<string, readonly [since: string, instead: string]>> = {
  http2: ['1.25.1', '`http2 on`'],
  spdy: ['1.9.5', '`http2 on`'],
}

/** Where nothing is known, what has taken its place must be there in the oldest that is cared for. */
const oldest = '1.22.0'

function obsolete(directive: Directive, { version = oldest }: Known): Trapped[] {
  const { name, args, block, parent } = directive
  const places = ['http', 'server', 'location', 'mail']
  if (block || (parent && !places.includes(parent.name))) return []
  const word = name === 'listen' ? args.find((text) => Object.hasOwn(oldParameters, text)) : undefined
  const found = word ? oldParameters[word] : Object.hasOwn(old, name) ? old[name] : undefined
  // Off is what it is without it.
  if (!found || args[0] === 'off') return []
  const [since, instead] = found
  if (compareVersions(version, since) < 0) return []
  return [{ directive, says: `${word ?? name} is obsolete since ${since}; instead: ${instead}` }]
}
