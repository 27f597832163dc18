import { z } from 'zod'
import { lasting } from '../kit/duration.ts'
import { ledgerClass } from '../kit/ledger.ts'
import { reasons } from '../kit/nginx-errors.ts'

const count = z.number().int().positive()
const name = z.string().min(1).max(200)

/** What a step may wait for: counted since the last fault or remedy before it began, or since the story did. */
const events = {
  /** So many requests of users, however they ended. */
  requests: count.optional(),
  /** So many requests of users that ended like this. */
  answers: z.strictObject({ class: ledgerClass, count: count.default(1) }).optional(),
  /** So many lines of the proxy's error log for this reason, `connect-refused`. */
  log: z.strictObject({ reason: z.enum(reasons), count: count.default(1) }).optional(),
  /** A query to the shop's Prometheus has a value above this. */
  metric: z.strictObject({ query: z.string().min(1).max(1_000), above: z.number() }).optional(),
  /** Name of an alert, and what it is. */
  alert: name.optional(),
  /** Name of a container, and what has become of it. */
  container: name.optional(),
} as const
export type Event = keyof typeof events
export const eventNames = Object.keys(events) as Event[]

const alertStates = ['pending', 'firing', 'delivered', 'resolved'] as const
const containerStates = ['started', 'died', 'oom'] as const

export const onceSchema = z
  .strictObject({
    ...events,
    /** Of an alert or a container. */
    state: z.enum([...alertStates, ...containerStates]).optional(),
    /** As long as it may take, in real time; on a slow machine so much longer. */
    within: lasting,
  })
  .superRefine(
    (once, context) => {
      const named = eventNames.filter((event) => once[event] !== undefined)
      const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message })
      if (named.length !== 1) {
        const found = named.length > 1 ? `has ${named.join(' and ')}` : 'has none'
        refuse(`'once' waits for exactly one of ${eventNames.join(', ')}; this one ${found}`)
        return
      }
      const allowed: Partial<Record<Event, readonly string[]>> = { alert: alertStates, container: containerStates }
      const [event = 'requests'] = named
      const states = allowed[event]
      if (!states && once.state !== undefined) refuse(`'state' does not belong to '${event}'`, 'state')
      if (states && (once.state === undefined || !states.includes(once.state))) {
        refuse(`'${event}' needs a state: one of ${states.join(', ')}`, 'state')
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null },
  )
export type Once = z.output<typeof onceSchema>

/** In words: `10 requests that ended http_502`. */
export function wordsOf({ requests, answers, log, metric, alert, container, state }: Once): string {
  if (requests !== undefined) return `${requests} requests of users`
  if (answers) return `${answers.count} requests of users that ended ${answers.class}`
  if (log) return `${log.count} lines of the proxy's log that say ${log.reason}`
  if (metric) return `${metric.query} above ${metric.above}`
  return alert === undefined ? `container ${container ?? ''}: ${state ?? ''}` : `alert ${alert}: ${state ?? ''}`
}
