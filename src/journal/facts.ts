import { z } from 'zod'
import { evidence, json } from '../kit/json.ts'
import { latencySummary, ledger } from '../kit/ledger.ts'
import { undo } from '../kit/undo.ts'

/** The journal's format. A reader refuses what is newer than itself. */
export const journalFormat = 1

const count = z.number().int().nonnegative()
const ms = z.number()
const wall = z.iso.datetime()

/** One kind of fact: the fields every fact has, and its own. */
function fact<K extends string, S extends z.ZodRawShape>(kind: K, fields: S) {
  return z.strictObject({
    kind: z.literal(kind),
    /** Number of the fact, from 1, without gaps. */
    n: z.number().int().positive(),
    /** Monotonic ms since the run started. */
    t: ms,
    /** Wall time. */
    at: wall,
    ...fields,
  })
}

export const phases = ['raise', 'steady', 'story', 'undo', 'lower'] as const

const lifecycle = [
  fact('run-started', {
    format: z.literal(journalFormat),
    runId: z.string(),
    scenario: z.string(),
    variant: z.string(),
    title: z.string(),
    /** Real ms that one minute of the incident takes here. */
    incidentMinuteMs: z.number().positive(),
    /** Clock time of the story's first moment, `HH:MM`. */
    clockStart: z.string(),
    environment: evidence,
  }),
  fact('phase-entered', { phase: z.enum(phases) }),
  fact('stack-ready', {
    tookMs: ms,
    services: z.array(
      z.strictObject({ service: z.string(), container: z.string(), image: z.string(), address: z.string() }),
    ),
  }),
  fact('steady-checked', {
    steady: z.boolean(),
    requests: count,
    failed: count,
    p99Ms: ms.nullable(),
    because: z.string(),
  }),
  fact('step-entered', { step: count, clock: z.string(), title: z.string(), what: json }),
  fact('step-ended', { step: count, ok: z.boolean(), because: z.string() }),
  fact('run-ended', {
    reason: z.enum(['completed', 'interrupted', 'failed', 'killed']),
    by: z.enum(['harness', 'guard', 'sweep']),
    /** Wall time of the whole run, of the story in it, and the difference, in ms. */
    wallMs: ms,
    storyMs: ms,
    overheadMs: ms,
  }),
] as const

const chaos = [
  fact('undo-promised', { id: z.string(), undo, why: z.string() }),
  fact('undo-done', {
    id: z.string(),
    ok: z.boolean(),
    by: z.enum(['harness', 'guard', 'sweep', 'remedy']),
    because: z.string(),
  }),
  fact('fault-injected', {
    fault: z.string(),
    faultKind: z.string(),
    /** What became of it: in force, or how a measure stopped it. */
    outcome: z.enum(['in-force', 'rejected', 'rolled-back', 'kept-off']),
    because: z.string(),
    /** When injecting began, monotonic ms since the run started. */
    startedT: ms,
    evidence,
  }),
  fact('fault-witnessed', {
    fault: z.string(),
    moment: z.enum(['before', 'start', 'middle', 'end', 'after']),
    present: z.boolean(),
    /** Who saw it: never the injector. */
    witness: z.string(),
    because: z.string(),
  }),
  fact('fault-undone', { fault: z.string(), by: z.enum(['undo', 'remedy', 'measure']), because: z.string() }),
  fact('measure-acted', {
    measure: z.string(),
    action: z.enum(['passed', 'rejected', 'rolled-back', 'kept-off', 'switched']),
    because: z.string(),
    tookMs: ms,
    evidence,
  }),
  fact('remedy-applied', {
    remedy: z.string(),
    remedyKind: z.string(),
    /** Did the remedy itself work (a rollback that was refused did not)? */
    ok: z.boolean(),
    /** Did anything in the system differ afterwards? */
    changed: z.boolean(),
    because: z.string(),
    startedT: ms,
    evidence,
  }),
  fact('world-compared', { clean: z.boolean(), differences: z.array(z.string()) }),
] as const

const sights = [
  fact('observed', { probe: z.string(), finding: z.string(), because: z.string(), evidence }),
  fact('load-sample', {
    source: z.enum(['users', 'pressure']),
    /** The second of intended sending this sample is about: monotonic ms since the run started, its begin. */
    fromT: ms,
    planned: count,
    ledger,
    latencyMs: latencySummary,
    /** First and last failed and served request of this second by intended sending, monotonic ms; null when none. */
    firstFailedT: ms.nullable(),
    lastFailedT: ms.nullable(),
    firstServedT: ms.nullable(),
    lastServedT: ms.nullable(),
    /** User ids seen in this second, and those of them with at least one failure. Empty for pressure. */
    usersActive: z.array(count),
    usersFailed: z.array(count),
    scheduleLagP99Ms: ms.nullable(),
    /** Event-loop utilisation of the generator, 0 … 1. */
    loopUtilisation: z.number(),
  }),
  fact('ledger-closed', {
    source: z.enum(['users', 'pressure']),
    planned: count,
    ledger,
    latencyMs: latencySummary,
    scheduleLagMs: z.strictObject({ p50: ms, p99: ms, max: ms }).nullable(),
    /** Requests per second that were really sent. */
    achievedRate: z.number(),
    users: count,
  }),
  fact('proxy-reconciled', {
    /** Answers that clients got and the proxy's access log has too, by request id. */
    matched: count,
    answeredUnlogged: count,
    loggedUnknown: count,
    /** Lost to the client (timeout, reset …) yet in the log. */
    lostButLogged: count,
    because: z.string(),
  }),
  fact('proxy-sample', {
    fromT: ms,
    /** Requests in the access log in this second by status, `'502': 41`. */
    byStatus: z.record(z.string(), count),
    /** Why requests failed, from the error log: `connect-refused`, `no-live-upstreams` … */
    byReason: z.record(z.string(), count),
  }),
  fact('log-noticed', { service: z.string(), reason: z.string(), line: z.string(), total: count }),
  fact('resource-sample', {
    service: z.string(),
    memoryBytes: count,
    limitBytes: count.nullable(),
    /** Share of one core, 1 = one core busy. */
    cpuCores: z.number(),
  }),
  fact('service-event', { service: z.string(), action: z.string(), because: z.string() }),
] as const

const monitoring = [
  fact('alert-changed', {
    alert: z.string(),
    labels: z.record(z.string(), z.string()),
    summary: z.string(),
    state: z.enum(['pending', 'firing', 'delivered', 'resolved', 'resolve-delivered']),
    /** The time Prometheus or Alertmanager gives; null when it gives none. */
    promAt: wall.nullable(),
    /** When we saw it. */
    seenAt: wall,
    seenT: ms,
    receiver: z.string().nullable(),
  }),
  fact('monitor-sample', {
    alive: z.boolean(),
    /** Age of the newest Watchdog delivery; null before the first. */
    watchdogAgeMs: ms.nullable(),
    targetsUp: count,
    targetsDown: z.array(z.string()),
    because: z.string(),
  }),
  fact('problem', {
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    whose: z.enum(['system', 'scenario', 'harness', 'environment']),
  }),
] as const

/** Everything a journal can say, one union. */
export const factSchema = z.discriminatedUnion('kind', [...lifecycle, ...chaos, ...sights, ...monitoring])

export type Fact = z.output<typeof factSchema>
export type FactKind = Fact['kind']
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>

/** A fact as its finder hands it over: the journal adds number and times. */
export type NewFact = { [K in FactKind]: Omit<FactOf<K>, 'n' | 't' | 'at'> }[FactKind]

/** All facts of one kind, in order. */
export function factsOf<K extends FactKind>(facts: readonly Fact[], kind: K): FactOf<K>[] {
  return facts.filter((fact): fact is FactOf<K> => fact.kind === kind)
}
