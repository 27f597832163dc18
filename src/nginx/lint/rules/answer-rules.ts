import type { Directive } from '../../read/directive.ts'
import type { Rule } from '../rule.ts'

const named =
  (...names: string[]) =>
  ({ name }: Directive) =>
    names.includes(name)

const cacheValid = ['proxy_cache_valid', 'fastcgi_cache_valid', 'uwsgi_cache_valid', 'scgi_cache_valid']

function isWithin(directive: Directive, block: Directive | null): boolean {
  for (let one = directive.parent; one; one = one.parent) if (one === block) return true
  return block === null
}

/** Statuses of a `proxy_cache_valid`; the last word is the time. Without any it is 200, 301 and 302. */
const statusesOf = ({ args }: Directive) => args.slice(0, -1)
const isError = (status: string) => /^5\d\d$/.test(status)

/** Traps in what users are answered. */
export const answerRules: readonly Rule[] = [
  {
    trap: 'errors-are-cached',
    level: 'trap',
    claims: 'A `…_cache_valid` keeps a 5xx, by its number or by `any`.',
    because: 'An error is stored and shown to everybody, also when the backend is well again, and no log says so.',
    remedy: 'Name the statuses that may be kept: `proxy_cache_valid 200 301 10m;`.',
    bad: 'server { location / { proxy_cache_valid any 30s; } }',
    good: 'server { location / { proxy_cache_valid 200 30s; proxy_cache_valid 1m; } }',
    find: ({ all }) =>
      all
        .filter(named(...cacheValid))
        .filter((directive) => statusesOf(directive).some((status) => status === 'any' || isError(status)))
        // For no time at all is how to leave one out of `any`.
        .filter(({ args }) => !/^0(s|m|h|ms)?$/.test(args.at(-1) ?? ''))
        .map((directive) => ({
          directive,
          says: `${statusesOf(directive).join(' ')} kept for ${directive.args.at(-1)}`,
        })),
  },
  {
    trap: 'error-shown-as-success',
    level: 'trap',
    claims: 'An `error_page` gives a 5xx another status: `=200`, or `=` and that of the page.',
    because: 'A failure leaves as 200: no user agent, monitoring or cache can tell it from an answer.',
    remedy: 'Leave the status as it is: `error_page 502 504 /sorry.html;`.',
    bad: 'server { error_page 502 =200 /sorry; }',
    good: 'server { error_page 502 /sorry; error_page 404 =200 /x; }',
    find: ({ all }) =>
      all
        .filter(named('error_page'))
        .filter(({ args }) => args.some(isError) && args.some((word) => /^=(2\d\d)?$/.test(word)))
        .map((directive) => ({ directive, says: directive.args.join(' ') })),
  },
  {
    trap: 'limited-as-503',
    level: 'trap',
    claims: 'A `limit_req` or `limit_conn` has no status of its own.',
    because: 'Who is turned away gets 503, as if the site were broken; retries and alarms follow.',
    remedy: 'Set limit_req_status or limit_conn_status to 429.',
    bad: 'server { limit_req zone=z; }',
    good: 'server { limit_req_status 429; location / { limit_req zone=z; } }',
    find: ({ all, effects }) =>
      all.filter(named('limit_req', 'limit_conn')).flatMap((directive) => {
        if (directive.within('stream')) return []
        const { directives, isSure } = effects.at(directive, `${directive.name}_status`)
        const status = directives[0]?.args[0] ?? '503'
        if (status !== '503' || (directives.length === 0 && !isSure)) return []
        // A limit holds further in as well, and there may be the status.
        const isInner = (one: Directive) => one.name === `${directive.name}_status` && isWithin(one, directive.parent)
        if (directives.length === 0 && all.some(isInner)) return []
        return [{ directive, says: `${directive.name} without ${directive.name}_status` }]
      }),
  },
]
