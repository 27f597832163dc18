import { z } from 'zod'
import { duration, lasting } from '../kit/duration.ts'
import type { LatencySummary, Ledger, LedgerClass } from '../kit/ledger.ts'
import type { SpreadData } from '../kit/thresholds/spread.ts'
import { goodSpec, needsBody } from './mix/good.ts'
import { headersSpec } from './mix/headers.ts'

const rate = z.number().min(0.001).max(100_000)

export const requestSpec = z
  .strictObject({
    weight: z.number().positive().max(1_000_000).default(1).describe('How often, beside the others.'),
    method: z
      .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])
      .default('GET')
      .describe('Method.'),
    path: z
      .string()
      .regex(/^\/[\x21-\x7e]*$/, 'no path: begin with / and use printable ASCII')
      .describe('Path at the site.'),
    body: z
      .json()
      .optional()
      .describe('An object or list is sent as application/json, else as text, unless `headers` has a content-type.'),
    bodyBase64: z.base64().optional().describe('The bytes of a body that is no text, instead of `body`.'),
    headers: headersSpec
      .optional()
      .describe(
        `Values, and texts of the body, may hold \`\${env:NAME}\`: filled in when the load starts, and shown nowhere.`,
      ),
    good: goodSpec
      .optional()
      .describe(
        'What its answer must be, beside a status below 400. One that is not is counted as `wrong_content`; of a ' +
          'body of more than 256 KiB only status and size are judged.',
      ),
  })
  .refine(({ method, good }) => method !== 'HEAD' || !good || !needsBody(good), {
    path: ['good'],
    message: 'the answer to a HEAD has no body',
  })
export type RequestSpec = z.output<typeof requestSpec>

/** Open loop: requests leave on plan, whatever the server does. */
export const usersSpec = z
  .strictObject({
    /** Requests per second; with stages the rate the first stage starts from. */
    ratePerS: rate,
    /** Linear changes of the rate, one after the other; the last rate then stays. */
    stages: z.array(z.strictObject({ toRatePerS: rate, over: duration })).default([]),
    /** How many users take turns: request k is sent by user k mod users, as many as there are when it is due. */
    users: z.number().int().positive().max(100_000).default(50),
    /** The most users that may ever take turns, when the load changes in the middle of a run; default: `users`. */
    pool: z.number().int().positive().max(100_000).optional(),
    timeout: lasting.default(10_000),
    /** Requests open at once; what would exceed it is `not_sent`. */
    maxOpen: z.number().int().positive().max(50_000).default(2_000),
    /** Each user keeps cookies as a browser does, and sends them back. */
    cookies: z.boolean().optional(),
    /** The journal keeps each second's answer times as a histogram: thresholds on percentiles of a stretch need it. */
    spreads: z.literal(true).optional(),
    mix: z.array(requestSpec).min(1),
  })
  .refine(({ pool, users }) => (pool ?? users) >= users, { path: ['pool'], message: 'smaller than users' })
export type UsersSpec = z.output<typeof usersSpec>

/** User ids are below this. */
export const poolOf = ({ pool, users }: Pick<UsersSpec, 'pool' | 'users'>): number => pool ?? users

/** The highest rate that the plan reaches, requests per second. */
export const mostRateOf = ({ ratePerS, stages }: Pick<UsersSpec, 'ratePerS' | 'stages'>): number =>
  Math.max(ratePerS, ...stages.map(({ toRatePerS }) => toRatePerS))

/** Closed loop, autocannon: the bulk of the traffic. */
export const pressureSpec = z.strictObject({
  connections: z.number().int().positive().max(10_000),
  /** Requests per second over all connections; absent: as fast as the server answers. */
  ratePerS: rate.optional(),
  timeout: lasting.default(10_000),
  mix: z.array(requestSpec).min(1),
})
export type PressureSpec = z.output<typeof pressureSpec>

export const loadSpec = z.strictObject({ users: usersSpec, pressure: pressureSpec.optional() })
export type LoadSpec = z.output<typeof loadSpec>

/** One second of one source. All instants are epoch ms from a monotonic source (performance.timeOrigin + now). */
export interface LoadSample {
  source: 'users' | 'pressure'
  fromMs: number
  planned: number
  ledger: Ledger
  latencyMs: LatencySummary
  /** All that `latencyMs` sums up. */
  spread: SpreadData
  firstFailedMs: number | null
  lastFailedMs: number | null
  /** When its last failed request had failed: a timeout does so long after it was sent. */
  failedUntilMs: number | null
  firstServedMs: number | null
  lastServedMs: number | null
  usersActive: number[]
  usersFailed: number[]
  scheduleLagP99Ms: number | null
  loopUtilisation: number
  /** Requests of users that would change something, and those of them that did not end well; absent: none left. */
  writes?: { sent: number; failed: number }
}

export interface LoadSummary {
  source: 'users' | 'pressure'
  planned: number
  ledger: Ledger
  latencyMs: LatencySummary
  scheduleLagMs: { p50: number; p99: number; max: number } | null
  achievedRate: number
  /** The most that took turns at a time. */
  users: number
  /** Class of every request by its number, the k of its id `<prefix>-<k>`: for reconciling with the proxy's log. */
  classOf(k: number): LedgerClass | undefined
  /** Latency of one class alone, so that fast refusals cannot flatter; null when the class did not occur. */
  latencyOf(name: LedgerClass): LatencySummary
  /** What the generator itself ran out of, for people: `EMFILE × 3`. Absent when nothing. */
  trouble?: string
  /** Requests that were sent once more since the server had closed the idle connection before it could read them. */
  repeated?: number
  /** What was answered that is no HTTP or not good, or why TLS was not made, and how often; the first few kinds. */
  oddities?: [reason: string, count: number][]
}

/** Where load goes. */
export interface TargetSpec {
  /** `http://127.0.0.1:PORT`, `https://…`. */
  target: string
  /** The Host header, when it differs from the target's address. */
  host?: string
  /** The Unix socket to connect to instead of the target's address. */
  socketPath?: string
  /** `user:password`, sent as basic authentication where a request has no authorization of its own. */
  credentials?: string
  tls?: TlsSpec
}

/** How a target's certificate is looked at. */
export interface TlsSpec {
  /** The name that it must be for, sent as SNI where it is no address. */
  name: string
  /** PEM of those to be trusted instead of the system's. */
  ca?: string
  /** Whatever certificate is taken. */
  insecure: boolean
}

export interface LoadOptions extends TargetSpec {
  /** More targets: every request of the mix goes to each of them in turn. */
  also?: readonly TargetSpec[]
  /** Sent as `x-request-id: <prefix>-<k>`. */
  idPrefix: string
  /** Where `${env:NAME}` is looked up; default: the process's environment. */
  env?: Readonly<Record<string, string | undefined>>
  /** The plan ends by itself after so many ms; without it only `stop` ends it. */
  forMs?: number
  /** A second is told once every request of it has ended, so a slow second may be told after a later one. */
  onSample: (sample: LoadSample) => void
  /** The generator itself broke: LOAD_FAILED. */
  onBroken: (error: Error) => void
}

/** Load that is on until stopped. */
export interface RunningLoad {
  /** Stops planning, waits for open requests at most `drainMs`, then counts the rest `in_flight_at_end`. */
  stop(drainMs: number): Promise<LoadSummary>
}

/** Where a change of the users' load took hold. */
export interface LoadChange {
  /** The first request by the new plan. */
  fromK: number
  /** Epoch ms. */
  fromMs: number
}

/** Users that are on until stopped. */
export interface RunningUsers extends RunningLoad {
  /**
   * From now on another rate, without stages, and, when given, other users: the first `users` of the pool take turns.
   * Request k is sent by user k mod the users in force when k is due, so after a change back every number goes to whom
   * it would have gone. No request is lost or invented: numbers go on, what was due before leaves by the old plan, and
   * the request that had come due in part goes on from that part. Resolves when it holds. LOAD_FAILED when there are
   * more users than the pool has, or the load has ended.
   */
  change(to: { ratePerS: number; users?: number }): Promise<LoadChange>
}
