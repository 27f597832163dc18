import type { Directive } from './parse.ts'
import type { Rule } from './rule.ts'

const named =
  (...names: string[]) =>
  ({ name }: Directive) =>
    names.includes(name)

/** Statuses of a `proxy_cache_valid`; the last word is the time. Without any it is 200, 301 and 302. */
const statusesOf = ({ args }: Directive) => args.slice(0, -1)
const isError = (status: string) => /^5\d\d$/.test(status)

/** Traps in what users are answered. */
export const answerRules: readonly Rule[] = [
  {
    trap: 'errors-are-cached',
    level: 'trap',
    because: 'An error is stored and shown to everybody, also when the backend is well again, and no log says so.',
    remedy: 'Name the statuses that may be kept: `proxy_cache_valid 200 301 10m;`.',
    find: ({ all }) =>
      all
        .filter(named('proxy_cache_valid'))
        .filter((directive) => statusesOf(directive).some((status) => status === 'any' || isError(status)))
        .map((directive) => ({
          directive,
          says: `${statusesOf(directive).join(' ')} kept for ${directive.args.at(-1)}`,
        })),
  },
  {
    trap: 'error-shown-as-success',
    level: 'trap',
    because: 'A failure leaves as 200: no user agent, monitoring or cache can tell it from an answer.',
    remedy: 'Leave the status as it is: `error_page 502 504 /sorry.html;`.',
    find: ({ all }) =>
      all
        .filter(named('error_page'))
        .filter(({ args }) => args.some(isError) && args.some((word) => /^=(2\d\d)?$/.test(word)))
        .map((directive) => ({ directive, says: directive.args.join(' ') })),
  },
  {
    trap: 'limited-as-503',
    level: 'trap',
    because: 'Who is turned away gets 503, as if the site were broken; retries and alarms follow.',
    remedy: 'Set limit_req_status or limit_conn_status to 429.',
    find: ({ all }) =>
      ['limit_req', 'limit_conn'].flatMap((limit) => {
        if (all.some(named(`${limit}_status`))) return []
        return all.filter(named(limit)).map((directive) => ({ directive, says: `${limit} without ${limit}_status` }))
      }),
  },
]
