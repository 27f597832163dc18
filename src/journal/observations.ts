import { z } from 'zod'
import { evidence } from '../kit/json.ts'
import { latencySummary, ledger } from '../kit/ledger.ts'
import { count, fact, ms, wall } from './fact-kind.ts'

/** What can become of an alert: said by Prometheus, and, of its delivery, by Alertmanager. */
/**
 * `received`: it has it, for somebody. `sent`: a notification was begun since. `delivered`: and a receiver has taken
 * one; `unreached`: none has. The others: it is kept back.
 */
export const alertWays = ['received', 'sent', 'delivered', 'unreached', 'silenced', 'inhibited', 'suppressed'] as const
export const alertStates = ['pending', 'firing', 'delivered', 'resolved', 'resolve-delivered'] as const

const source = z.enum(['users', 'pressure'])
/** Which surge brought this pressure, from 1; absent: it is what the run began with. */
const surge = z.number().int().positive().optional()

/** What was seen of load, logs, containers and probes. */
export const observations = [
  fact('observed', { probe: z.string(), finding: z.string(), because: z.string(), evidence }),
  fact('load-sample', {
    source,
    surge,
    /** The second of intended sending this sample is about: monotonic ms since the run started, its begin. */
    fromT: ms,
    planned: count,
    ledger,
    latencyMs: latencySummary,
    /** First and last failed and served request of this second by intended sending, monotonic ms; null when none. */
    firstFailedT: ms.nullable(),
    lastFailedT: ms.nullable(),
    /** When the last of them had failed, for a timeout is known long after it was sent; absent: not recorded. */
    failedUntilT: ms.nullable().optional(),
    firstServedT: ms.nullable(),
    lastServedT: ms.nullable(),
    /** User ids seen in this second, and those of them with at least one failure. Empty for pressure. */
    usersActive: z.array(count),
    usersFailed: z.array(count),
    scheduleLagP99Ms: ms.nullable(),
    /** Event-loop utilisation of the generator, 0 … 1. */
    loopUtilisation: z.number(),
    /** Requests that would change something, and those of them that did not end well; absent: none, or not told. */
    writes: z.strictObject({ sent: count, failed: count }).optional(),
  }),
  fact('ledger-closed', {
    source,
    surge,
    planned: count,
    ledger,
    latencyMs: latencySummary,
    scheduleLagMs: z.strictObject({ p50: ms, p99: ms, max: ms }).nullable(),
    /** Requests per second that were really sent. */
    achievedRate: z.number(),
    users: count,
    /** What was answered that is no HTTP, or not what was asked for, and how often; the first few kinds. */
    oddities: z.array(z.tuple([z.string(), count])).optional(),
  }),
  /** From now on another load. */
  fact('load-changed', {
    source,
    surge,
    /** Requests per second that are asked for; null: as fast as they are answered. 0: it has ended. */
    ratePerS: z.number().nullable(),
    /** Users that take turns from now on, or for pressure: its connections. */
    users: count,
    because: z.string(),
  }),
  fact('proxy-reconciled', {
    /** Answers that clients got and the proxy's access log has too, by request id. */
    matched: count,
    answeredUnlogged: count,
    loggedUnknown: count,
    /** Lost to the client (timeout, reset …) yet in the log. */
    lostButLogged: count,
    /** Requests of this run's loads in the access log, each id once. */
    logged: count.optional(),
    because: z.string(),
  }),
  fact('proxy-sample', {
    fromT: ms,
    /** Requests in the access log in this second by status, `'502': 41`. */
    byStatus: z.record(z.string(), count),
    /** Why requests failed, from the error log: `connect-refused`, `no-live-upstreams` … */
    byReason: z.record(z.string(), count),
    /** Those of the requests that carry an id of this run's loads. */
    ofLoads: count.optional(),
    /** What its lines tell of servers, of this run's loads only where they have ids; absent: its format names none. */
    asked: z
      .strictObject({
        /** Asked of more than one server. */
        repeated: count,
        /** Those of them that were answered well all the same. */
        hidden: count,
        /** POST, PUT, PATCH and DELETE. */
        writes: count,
        writesFailed: count,
        /** Writes sent to a second server when a first one had taken the connection; absent: no line tells. */
        writesRepeated: count.optional(),
      })
      .optional(),
  }),
  fact('log-noticed', { service: z.string(), reason: z.string(), line: z.string(), total: count }),
  fact('resource-sample', {
    service: z.string(),
    memoryBytes: count,
    limitBytes: count.nullable(),
    /** Share of one core, 1 = one core busy. */
    cpuCores: z.number(),
  }),
  /** One look at every backend directly, past the proxy. */
  fact('backends-seen', {
    /** When the look began, monotonic ms since the run started. */
    fromT: ms,
    well: z.array(z.string()),
    ill: z.array(z.strictObject({ service: z.string(), because: z.string() })),
  }),
  /** How much room the machine had while this stretch of about a second passed. */
  fact('machine-sample', {
    /** Begin and length of the stretch: monotonic ms since the run started, and ms. */
    fromT: ms,
    spanMs: ms,
    /** Share of all cores that was busy or taken by a neighbour, 0 … 1. */
    cpuBusy: z.number(),
    /** Share of the time in which a task had to wait for a core, 0 … 1; null: this kernel has no PSI. */
    cpuPressure: z.number().nullable(),
    /** Share of all cores that the hypervisor gave to others, 0 … 1. */
    steal: z.number(),
    /** How late the harness's own event loop was. */
    loopDelayMs: z.strictObject({ p99: ms, max: ms }),
    /** What the engine took to answer a ping, and a container of ours a command that does nothing; null: no answer. */
    enginePingMs: ms.nullable(),
    execMs: ms.nullable(),
    /** Who was asked and did not answer within its limit; absent: all did. */
    unanswered: z.array(z.enum(['engine-ping', 'exec'])).optional(),
    /** Where the pressure is from: the kernel's PSI, or there is none and `cpuBusy` of `/proc/stat` stands for it. */
    source: z.enum(['psi', 'stat']),
  }),
  fact('service-event', {
    service: z.string(),
    action: z.string(),
    because: z.string(),
    /** Id of the container it happened to. */
    container: z.string().optional(),
  }),
] as const

/** What was seen of alerts, and of the monitoring itself. */
export const monitoring = [
  fact('alert-changed', {
    alert: z.string(),
    labels: z.record(z.string(), z.string()),
    summary: z.string(),
    state: z.enum(alertStates),
    /** The time Prometheus or Alertmanager gives; null when it gives none. */
    promAt: wall.nullable(),
    /** When we saw it. */
    seenAt: wall,
    seenT: ms,
    receiver: z.string().nullable(),
  }),
  /** What their own Alertmanager did with an alert, as it is seen from outside. */
  fact('alert-routed', {
    alert: z.string(),
    labels: z.record(z.string(), z.string()),
    way: z.enum(alertWays),
    /** Names of receivers. */
    receivers: z.array(z.string()),
    /** When it began to fire, by its own word; null: it gives no time. */
    promAt: wall.nullable(),
    seenAt: wall,
    seenT: ms,
  }),
  fact('monitor-sample', {
    alive: z.boolean(),
    /** Age of the newest Watchdog delivery; null before the first. */
    watchdogAgeMs: ms.nullable(),
    targetsUp: count,
    targetsDown: z.array(z.string()),
    because: z.string(),
  }),
  /** What alert rules there are, what each needs, and what it had to look at: without it their silence says nothing. */
  fact('rule-evidence', {
    moment: z.enum(['start', 'end']),
    /** How far back was looked, ms. */
    overMs: ms,
    rules: z.array(
      z.strictObject({
        alert: z.string(),
        group: z.string(),
        file: z.string(),
        /** As Prometheus says: `ok`, `err`, `unknown`. */
        health: z.string(),
        lastError: z.string(),
        forMs: ms,
        keepFiringForMs: ms,
        /** How far back its expression looks, ms, the rules that it reads too. */
        reachMs: ms,
        /** From a change until its window is full, its `for` has passed and it has been evaluated, ms. */
        wholeMs: ms,
        /** Why it can never fire; null: it can. */
        never: z.string().nullable(),
        /** How many series each had; null: not asked, or no answer. */
        selectors: z.array(z.strictObject({ selector: z.string(), series: count.nullable() })),
        /** Those for want of which the expression had nothing to look at. */
        missing: z.array(z.string()),
        /** Series of the expression without its conditions; 0: it had no sample all the time. */
        samples: count.nullable(),
      }),
    ),
  }),
  fact('problem', {
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    whose: z.enum(['system', 'scenario', 'harness', 'environment']),
  }),
] as const
