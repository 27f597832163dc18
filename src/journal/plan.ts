import { z } from 'zod'
import { clockTime } from '../kit/clock-time.ts'
import { json } from '../kit/json.ts'
import { plannedCell } from '../kit/matrix/cell.ts'
import { alertOrigins, faultOutcomes, remedyEffects } from '../kit/outcomes.ts'

/** A fault, probe or remedy as its own schema gave it: its kind, and the fields of that kind. */
const kindSpec = z.object({ kind: z.string() }).catchall(json)

const everyStep = {
  step: z.number().int().nonnegative(),
  /** `HH:MM` on the incident's clock. */
  clock: z.string(),
  /** Ms on the incident's clock, at the run's scale, at which it is due; without a time of its own: at the earliest. */
  dueMs: z.number().nonnegative(),
  /** It has no time of its own: it comes when its event does. */
  untimed: z.literal(true).optional(),
  /** The event it waits for, as the scenario wrote it (durations in ms); absent: none. */
  once: json.optional(),
  /** Ms that must have passed since the step before ended; absent: none. */
  restMs: z.number().nonnegative().optional(),
  title: z.string(),
}
const ms = z.number().nonnegative()
const name = z.string().optional()

/** A step that does this: `detail` has its own fields, as the scenario wrote them (durations in ms). */
const stepThat = <D extends string, S extends z.ZodRawShape>(does: D, detail: S) =>
  z.strictObject({ ...everyStep, does: z.literal(does), detail: z.strictObject(detail) })

/** What the plan says of one step: enough to report and to judge it without knowing any fault or remedy. */
export const plannedStep = z.discriminatedUnion('does', [
  stepThat('fault', { fault: kindSpec, as: name, becomes: z.enum(faultOutcomes).optional() }),
  stepThat('alert', {
    alert: z.string(),
    firesWithin: ms.optional(),
    deliveredWithin: ms.optional(),
    resolvesWithin: ms.optional(),
    awaited: z.boolean().optional(),
    from: z.enum(alertOrigins).optional(),
  }),
  stepThat('look', { look: kindSpec, finds: z.string().optional() }),
  stepThat('remedy', { remedy: kindSpec, as: name, expect: z.enum(remedyEffects).optional(), says: name }),
  stepThat('note', { note: z.string() }),
  stepThat('recovered', { recovered: z.strictObject({ within: ms, hold: ms, measured: z.boolean().optional() }) }),
])
export type PlannedStep = z.output<typeof plannedStep>

/** A question to the journal: its kind names a file in `checks/`, the rest are that check's fields. */
export const checkSpec = z.looseObject({ kind: z.string() })
export type CheckSpec = z.output<typeof checkSpec>

/**
 * What was going to happen: written to plan.json before anything is started, and never changed. Verdict and reports are
 * made from this and the journal alone.
 */
export const planRecord = z.strictObject({
  format: z.literal(1),
  scenario: z.string(),
  title: z.string(),
  /** The report that is replayed: a sentence or two, for the reader. */
  summary: z.string(),
  /** What the incident report says its root cause and impact were: for the post-mortem. */
  report: z.strictObject({
    date: z.string().nullable().default(null),
    rootCause: z.string(),
    impact: z.string(),
    lessons: z.array(z.string()),
    /** What is told otherwise than in the report, and why. */
    deviations: z.array(z.string()).default([]),
  }),
  variant: z.string(),
  variantTitle: z.string(),
  measures: z.array(z.string()),
  /** Alerts that name the cause. */
  causeAlerts: z.array(z.string()).default([]),
  /** Set for a control: the remedy that is left out, and the variant whose story it is. */
  control: z.strictObject({ without: z.string(), of: z.string() }).nullable().default(null),
  /** Its stack has no monitoring, so nothing is asked about alerts. */
  unwatched: z.literal(true).optional(),
  /** Their own monitoring is asked, and not one of ours. */
  theirs: z
    .strictObject({
      /** Services. */
      prometheus: z.string(),
      alertmanager: z.string().nullable(),
      /** How often targets are asked, and rules evaluated, as a rule. */
      scrapeMs: ms,
      evaluateMs: ms,
      /** How long the first notification of an alert is held back. */
      groupWaitMs: ms,
      /** What fires for longer, when all is well, has nothing to do with what was. */
      settleMs: ms,
    })
    .optional(),
  /** What its proxy logs is not ours to say, so the books of client and proxy are not compared. */
  unlogged: z.literal(true).optional(),
  /** Its proxy keeps a log of its own: what of it is compared, and in words what it does not tell. */
  ownLog: z.strictObject({ by: z.enum(['id', 'status', 'nothing']), words: z.string() }).optional(),
  /** Which cell of a matrix it is; absent: it is a story of its own. */
  cell: plannedCell.optional(),
  incidentMinuteMs: z.number().positive(),
  clockStart: clockTime,
  clockEnd: clockTime,
  /** Ms of steady state before the story begins. */
  steadyMs: z.number().nonnegative(),
  story: z.array(plannedStep),
  checks: z.array(checkSpec),
  /** Kinds that its scenario brings along, `check slow-answers`; absent: none. */
  kinds: z.array(z.string()).optional(),
  /** Load, stack and rule files as the scenario asked for them. */
  load: z.record(z.string(), json),
  stack: z.record(z.string(), json),
})
export type PlanRecord = z.output<typeof planRecord>
