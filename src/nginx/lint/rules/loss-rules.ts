import type { Model } from '../../knowledge/model.ts'
import type { Directive } from '../../read/directive.ts'
import { once, type Rule, type Trapped } from '../rule.ts'

/** What replaces all of its kind further out as soon as one stands further in. */
const lists = (family: string) => [`${family}_set_header`, `${family}_param`, `${family}_hide_header`]
/** The same, of every block. */
const ofBlocks = ['add_header', 'error_page', 'limit_conn', 'limit_req']

/** Levels at which no failure of an upstream is written. */
const silent = ['crit', 'alert', 'emerg']
const defaultConnections = 512

/** Traps about what is lost: headers, values, log lines, connections. */
export const lossRules: readonly Rule[] = [
  {
    trap: 'not-inherited',
    level: 'note',
    claims:
      'Headers, parameters, limits or error pages further in replace all those further out, and some are not repeated.',
    because: 'Nginx inherits such a list whole or not at all: a Host, a limit, a page for 502 is lost.',
    remedy: 'Repeat them, or include them from one file in both places.',
    bad: `server {
  proxy_set_header Host $host;
  location / { proxy_pass http://10.0.0.1; proxy_set_header X-Real-IP $remote_addr; }
}`,
    good: `server {
  proxy_set_header Host $host;
  location / { proxy_pass http://10.0.0.1; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; }
}`,
    find: ({ passes, all, effects }) =>
      once([
        ...passes.flatMap(({ family, directive }) =>
          lists(family).map((name) => lost(effects.at(directive, name).directives[0], effects)),
        ),
        ...all
          .filter(({ name, block }) => block && ['server', 'location', 'if'].includes(name))
          .flatMap((block) => ofBlocks.map((name) => lost(block.own(name)[0], effects))),
      ]),
  },
  {
    trap: 'target-can-be-empty',
    level: 'trap',
    claims: 'A `…_pass` leads to what a `map` or `geo` without a default says.',
    because: 'Where it says nothing there is no host, and the request is answered 500 (invalid URL prefix, no host).',
    remedy: 'Give it a `default`.',
    bad: `map $host $to { a.test 10.0.0.1; }
server { location / { proxy_pass http://$to; } }`,
    good: `map $host $to { a.test 10.0.0.1; default 10.0.0.2; }
server { location / { proxy_pass http://$to; } }`,
    find: ({ passes, variables }) =>
      passes.flatMap(({ directive, ways, variables: names, target }) => {
        const definition = names.flatMap((name) => variables.definitions(name)).find(({ name }) => name !== 'set')
        if (!definition || !ways.some(({ host, kind }) => host === '' && kind === 'unknown')) return []
        const says = `${target} is empty where the ${definition.name} of line ${definition.line} has no value`
        return [{ directive, says }]
      }),
  },
  {
    trap: 'failures-not-logged',
    level: 'trap',
    claims: 'The error log that holds for a `…_pass` is off, or of a level above error.',
    because: 'Nginx writes why an upstream failed at the level error: in an outage there is nothing to read.',
    remedy: 'Write `error_log /var/log/nginx/error.log warn;`.',
    bad: 'server { error_log /var/log/nginx/error.log crit; location / { proxy_pass http://10.0.0.1; } }',
    good: 'server { error_log /var/log/nginx/error.log warn; location / { proxy_pass http://10.0.0.1; } }',
    find: ({ passes, effects }) =>
      once(
        passes.map(({ directive }) => {
          const { directives } = effects.at(directive, 'error_log')
          const [first] = directives
          if (!first || !directives.every(isSilent)) return undefined
          return { directive: first, says: `error_log ${first.args.join(' ')} has no line of an upstream` }
        }),
      ),
  },
  {
    trap: 'slow-users-hold-backends',
    level: 'note',
    claims: '`…_buffering` is off where requests are passed on.',
    because: 'A server is busy until its answer is at the user: a few slow ones hold all of its workers.',
    remedy: 'Leave it on, and let streams say `X-Accel-Buffering: no`.',
    bad: 'server { location / { proxy_pass http://10.0.0.1; proxy_buffering off; } }',
    good: 'server { location / { proxy_pass http://10.0.0.1; } }',
    find: ({ passes, effects }) =>
      once(
        passes.map(({ directive, family, target }) => {
          const found = effects.first(directive, `${family}_buffering`).directive
          return found?.args[0] === 'off' ? { directive: found, says: `off, for ${target}` } : undefined
        }),
      ),
  },
  {
    trap: 'fewer-files-than-connections',
    level: 'note',
    claims: '`worker_rlimit_nofile` is less than twice `worker_connections`; less than once is a trap.',
    because: 'Every connection takes a file, and so do logs and answers on disk; without one it is 500 (errno 24).',
    remedy: 'Make worker_rlimit_nofile twice worker_connections and more.',
    bad: 'worker_rlimit_nofile 1024; events { worker_connections 1024; }',
    good: 'worker_rlimit_nofile 8192; events { worker_connections 1024; }',
    find: (model) => files(model),
  },
]

function lost(first: Directive | undefined, effects: Model['effects']): Trapped | undefined {
  const block = first?.parent
  if (!first || !block) return undefined
  const { name } = first
  const outer = effects.at(block, name)
  const missing = without(keysIn(outer.directives), keysIn(block.own(name)))
  // 1.29.3 and later can be told to keep both.
  if (name === 'add_header' && effects.at(first, 'add_header_inherit').directives[0]?.args[0] === 'merge')
    return undefined
  const isKnown = outer.isSure && effects.knows(block)
  if (missing.length === 0 || !isKnown) return undefined
  const line = outer.directives[0]?.line
  const more = missing.length > mostNamed ? ' and more' : ''
  const named = missing.slice(0, mostNamed).join(', ')
  return { directive: first, says: `${name} ${named}${more} of line ${line} does not hold here` }
}

const mostNamed = 8
/** Of each list, which many blocks may inherit. */
const keys = new WeakMap<readonly Directive[], ReadonlySet<string>>()

function keysIn(directives: readonly Directive[]): ReadonlySet<string> {
  const found = keys.get(directives) ?? new Set(directives.flatMap(keysOf))
  keys.set(directives, found)
  return found
}

/** The first ones that the other set lacks: as many as are named, and one to know that there are more. */
function without(all: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  const missing: string[] = []
  for (const key of all) {
    if (!others.has(key)) missing.push(key)
    if (missing.length > mostNamed) break
  }
  return missing
}

/** What of a list it sets: a header, a limit's zone, the statuses of a page. */
function keysOf({ name, args }: Directive): string[] {
  if (name === 'error_page') return args.slice(0, -1).filter((text) => !text.startsWith('='))
  const zone = name === 'limit_req' ? args.find((text) => text.startsWith('zone=')) : undefined
  return [(zone ?? args[0] ?? '').toLowerCase()]
}

/** `off` is the name of a file to Nginx, and nobody looks there. */
function isSilent({ args: [file = '', level = 'error'] }: Directive): boolean {
  return file === 'off' || file === '/dev/null' || silent.includes(level)
}

function files({ all }: Model): Trapped[] {
  const limit = all.find(({ name, parent }) => name === 'worker_rlimit_nofile' && parent === null)
  const events = all.find(({ name, block }) => name === 'events' && block)
  if (!limit || !events) return []
  const connections = Number(events.own('worker_connections')[0]?.args[0] ?? defaultConnections)
  const most = Number(limit.args[0])
  if (!(most < 2 * connections)) return []
  const level = most < connections ? 'trap' : 'note'
  return [{ directive: limit, says: `${most} files for ${connections} connections`, level }]
}
