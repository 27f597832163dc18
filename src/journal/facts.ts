import { z } from 'zod'
import { clockTime } from '../kit/clock-time.ts'
import { engineCalls } from '../kit/engine-calls.ts'
import { evidence, json } from '../kit/json.ts'
import { faultOutcomes, measureActions } from '../kit/outcomes.ts'
import { stackSnapshot } from '../kit/stack-snapshot.ts'
import { undo } from '../kit/undo.ts'
import { count, fact, ms } from './fact-kind.ts'
import { monitoring, observations } from './observations.ts'

/** The journal's format. A reader refuses what is newer than itself. */
export const journalFormat = 1

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
    clockStart: clockTime,
    environment: evidence,
    /** SHA-256 of the plan in `plan.json`, whatever the order of its fields: a verdict is about no other plan. */
    planHash: z.string().optional(),
    /** A rehearsal: everything was done but the deeds. */
    disarmed: z.literal(true).optional(),
  }),
  fact('phase-entered', { phase: z.enum(phases) }),
  fact('stack-ready', {
    tookMs: ms,
    /** An earlier run was lent it, and left it as it had been raised, by its snapshot. */
    used: z.literal(true).optional(),
    /** Why the one that was lent before is not used any more; absent: it is this one, or there was none. */
    anew: z.string().optional(),
    /** What this stack's containers wear in place of the run's id, when several runs share it. */
    ward: z.string().optional(),
    /** What the access logs of its proxies will not tell, and why: users' books are compared with the rest. */
    lacking: z.array(z.string()).min(1).optional(),
    services: z.array(
      z.strictObject({ service: z.string(), container: z.string(), image: z.string(), address: z.string() }),
    ),
  }),
  /** Each container of the stack as the engine knows it, whatever its events said: when ready, and at the end. */
  fact('stack-seen', {
    moment: z.enum(['ready', 'end']),
    services: z.array(
      z.strictObject({
        service: z.string(),
        container: z.string(),
        running: z.boolean(),
        paused: z.boolean(),
        startedAt: z.string(),
        /** Bytes; null: none. */
        memoryLimit: count.nullable(),
      }),
    ),
  }),
  /** Before anything is done to it. */
  fact('stack-snapshot', { stack: z.string(), snapshot: stackSnapshot }),
  fact('steady-checked', {
    steady: z.boolean(),
    requests: count,
    failed: count,
    p99Ms: ms.nullable(),
    because: z.string(),
    /** Alerts of somebody's own that fire whatever happens: in a cell nothing rests on them. */
    standing: z.array(z.string()).optional(),
  }),
  /** The incident's own clock starts, stands still, or goes on; `incident-clock.ts` tells what it shows in between. */
  fact('clock-set', {
    /** What it shows: ms since the story's first moment at the run's scale, as `dueMs` in the plan. */
    incidentMs: ms,
    /** Does it go from now on? */
    runs: z.boolean(),
    because: z.string(),
  }),
  /** How slow this machine is beside the reference: limits of waiting follow from it. */
  fact('pace-measured', {
    factor: z.number().min(1),
    /** What it follows from; null: it was not measured. */
    raiseMs: ms.nullable(),
    execMs: ms.nullable(),
    pingMs: ms.nullable(),
    because: z.string(),
  }),
  /** A step waited for an event before it was entered. */
  fact('event-awaited', {
    step: count,
    event: z.string(),
    met: z.boolean(),
    /** What there was of it when the waiting ended. */
    seen: z.string(),
    waitedMs: ms,
    limitMs: ms,
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
    outcome: z.enum(faultOutcomes),
    because: z.string(),
    /** When injecting began, monotonic ms since the run started. */
    startedT: ms,
    evidence,
  }),
  fact('fault-witnessed', {
    fault: z.string(),
    moment: z.enum(['before', 'start', 'middle', 'end', 'after']),
    present: z.boolean(),
    /** At some of its servers, and not at all of them: where it is asked whether it is gone, that is still there. */
    partly: z.literal(true).optional(),
    /** Requests of users that it has been done to so far, where that is counted. */
    met: z.int().nonnegative().optional(),
    /** Writes of users that came to its servers so far, by their keys, and those of them that came again. */
    writes: z.strictObject({ reached: count, twice: count }).optional(),
    /** Who saw it: never the injector. */
    witness: z.string(),
    because: z.string(),
  }),
  fact('fault-undone', { fault: z.string(), by: z.enum(['undo', 'remedy', 'measure', 'itself']), because: z.string() }),
  /** What the harness itself asked of the engine, noted when it was answered: everything else is a foreign hand. */
  fact('engine-called', {
    call: z.enum(engineCalls),
    /** Name of the service; null when the container is none of the stack's. */
    service: z.string().nullable(),
    container: z.string(),
    startedT: ms,
    ok: z.boolean(),
  }),
  fact('measure-acted', {
    measure: z.string(),
    action: z.enum(measureActions),
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
  /** Data of the user's, once all users had gone; texts are what their database, or their site, said. */
  fact('data-seen', {
    data: z.string(),
    /** Before the first user came; null: it was not asked, or could not be read. */
    before: z.string().nullable(),
    after: z.string().nullable(),
    /** Writes of the users that are meant: those that they had a good answer for, and all. Null: nobody can tell. */
    acknowledged: count.nullable(),
    sent: count.nullable(),
    /** Why something is null; empty: nothing is. */
    because: z.string(),
  }),
  /** After the undo, what was lent to this run was not as before by itself: it is removed, and another one raised. */
  fact('stack-given-up', { because: z.string() }),
  fact('world-compared', { clean: z.boolean(), differences: z.array(z.string()) }),
] as const

/** Everything a journal can say, one union. */
export const factSchema = z.discriminatedUnion('kind', [...lifecycle, ...chaos, ...observations, ...monitoring])

export type Fact = z.output<typeof factSchema>
export type FactKind = Fact['kind']
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>

/** A fact as its finder hands it over: the journal adds number and times. */
export type NewFact = { [K in FactKind]: Omit<FactOf<K>, 'n' | 't' | 'at'> }[FactKind]

/** All facts of one kind, in order. */
export function factsOf<K extends FactKind>(facts: readonly Fact[], kind: K): FactOf<K>[] {
  return facts.filter((fact): fact is FactOf<K> => fact.kind === kind)
}

/** Fewer requests than this say nothing about a share of 5 %. */
export const requestsToTell = 10

/** Length of one sample of the load, ms. */
export const sampleMs = 1_000

/** Load samples are whole seconds: of a stretch this long, ms, at least one lies in it. */
export const leastWindowMs = 2_000
