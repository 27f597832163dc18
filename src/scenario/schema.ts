import { z } from 'zod'
import { type Check, checks } from '../checks/index.ts'
import { faults } from '../faults/index.ts'
import { clockTime, minutesBetween } from '../kit/clock-time.ts'
import { duration, lasting } from '../kit/duration.ts'
import { reasonOf } from '../kit/errors.ts'
import { asJson } from '../kit/json.ts'
import { unionWith } from '../kit/kind.ts'
import { alertOrigins, faultOutcomes, remedyEffects } from '../kit/outcomes.ts'
import { loadSpec } from '../load/index.ts'
import { remedies } from '../remedies/index.ts'
import { stackChange } from '../shop/index.ts'
import { notFindable, probes } from '../watch/index.ts'
import { type Kinds, noKinds } from './kinds.ts'
import { onceSchema } from './once.ts'
import { measureNames, stackSpec } from './stack.ts'

const slug = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'no name: use lower-case words joined by -')

/** Asked of what has other mistakes too, so that all are told at once. */
const evenWhenWrong = { when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null }

/** What a step does, and the fields that go with each. */
const companions = {
  fault: ['as', 'becomes'],
  alert: ['firesWithin', 'deliveredWithin', 'resolvesWithin', 'awaited', 'from'],
  look: ['finds'],
  remedy: ['expect', 'as', 'says'],
  note: [],
  recovered: [],
} as const satisfies Record<string, readonly string[]>
type StepAction = keyof typeof companions
const stepActions = Object.keys(companions) as StepAction[]

/** One line of the incident's timeline: a moment on its clock, and exactly one thing that is done, asked or said. */
function stepFields(own: Kinds) {
  return {
    /** When it is due; absent: at the event of `once`, whenever that is. */
    at: clockTime.optional(),
    /** It waits for this event: the same moment of the story on every machine. */
    once: onceSchema.optional(),
    /** Real time that has passed at least since the step before ended, so that what it did can be seen. */
    rest: lasting.optional(),
    /** What the reader of the report sees; a default is made from the action. */
    title: z.string().max(200).optional(),
    fault: unionWith(faults, own.faults).optional(),
    /** What people in the story call it. */
    as: z.string().max(80).optional(),
    /** What is to become of the fault. */
    becomes: z.enum(faultOutcomes).optional(),
    alert: z.string().optional(),
    /** The next step waits for its delivery: somebody acts on it. Not for longer than it may take. */
    awaited: z.boolean().optional(),
    /** From when its time counts; default: the first failed request. */
    from: z.enum(alertOrigins).optional(),
    /** In real time; `0s`: by then it has fired already. */
    firesWithin: duration.optional(),
    deliveredWithin: lasting.optional(),
    /** From recovery, in real time. */
    resolvesWithin: lasting.optional(),
    look: unionWith(probes, own.probes).optional(),
    finds: z.string().optional(),
    remedy: unionWith(remedies, own.remedies).optional(),
    /** `measured`: what it does differs from time to time, and is only told. */
    expect: z.enum(remedyEffects).optional(),
    /** Part of what the remedy must say of itself: a refusal for another reason is not the report's. */
    says: z.string().min(1).max(200).optional(),
    note: z.string().max(400).optional(),
    /** `measured`: how long it takes is told, and nobody is held to it. */
    recovered: z.strictObject({ within: lasting, hold: lasting, measured: z.boolean().optional() }).optional(),
  }
}

/** The plan keeps what the fields of an own kind gave, as JSON, and whoever acts or judges by it reads that again. */
function notTakenBack(
  spec: { kind: string },
  own: readonly { kind: string; schema: z.ZodObject }[],
): string | undefined {
  const schema = own.find(({ kind }) => kind === spec.kind)?.schema
  if (!schema) return undefined
  const lost = (why: string) => `its fields do not take back what they give, so the plan cannot keep it: ${why}`
  try {
    const errors = [spec, asJson(spec)].flatMap((given) => schema.safeParse(given).error?.issues ?? [])
    const [first] = errors
    return first && lost(`${first.path.join('.')}: ${first.message}`)
  } catch (thrown) {
    return lost(reasonOf(thrown))
  }
}

function stepSchemaWith(own: Kinds) {
  return z.strictObject(stepFields(own)).superRefine((step, context) => {
    if (step.at === undefined && step.once === undefined) {
      const message = "a step needs 'at' (a time), 'once' (an event), or both"
      context.addIssue({ code: 'custom', path: ['at'], message })
    }
    const actions = stepActions.filter((action) => step[action] !== undefined)
    const [action] = actions
    if (!action || actions.length > 1) {
      const found = actions.length > 1 ? `has ${actions.join(' and ')}` : 'has none'
      const message = `a step does exactly one of ${stepActions.join(', ')}; this one ${found}`
      context.addIssue({ code: 'custom', message })
      return
    }
    if (step.says !== undefined && step.expect === 'measured') {
      context.addIssue({
        code: 'custom',
        path: ['says'],
        message: 'nothing is asked of a remedy that is only measured',
      })
    }
    const { look, finds } = step
    const strange = look && typeof finds === 'string' ? notFindable(look.kind, finds, own.probes) : undefined
    if (strange !== undefined) context.addIssue({ code: 'custom', path: ['finds'], message: strange })
    const kinds = { fault: own.faults, look: own.probes, remedy: own.remedies }
    for (const does of ['fault', 'look', 'remedy'] as const) {
      const spec = step[does]
      const lost = spec && notTakenBack(spec, kinds[does])
      if (lost !== undefined) context.addIssue({ code: 'custom', path: [does], message: lost })
    }
    const allowed: readonly string[] = ['at', 'once', 'rest', 'title', action, ...companions[action]]
    for (const key of Object.keys(step)) {
      if (allowed.includes(key)) continue
      context.addIssue({ code: 'custom', path: [key], message: `'${key}' does not belong to a step with '${action}'` })
    }
  }, evenWhenWrong)
}
export type Step = z.output<ReturnType<typeof stepSchemaWith>>

/** A question whose bounds exclude each other fails whatever the system does, and one without any says nothing. */
function askedSchemaWith(own: Kinds) {
  return unionWith(checks, own.checks).superRefine((check, context) => {
    const lost = notTakenBack(check, own.checks)
    if (lost !== undefined) {
      context.addIssue({ code: 'custom', message: lost })
      return
    }
    const fields = new Map<string, unknown>(Object.entries(check))
    for (const [name, least] of fields) {
      const other = name.replace('tLeast', 'tMost')
      const most = fields.get(other)
      if (other === name || typeof least !== 'number' || typeof most !== 'number' || least <= most) continue
      context.addIssue({ code: 'custom', path: [name], message: `is more than ${other}, ${most}: nothing can be both` })
    }
    const bounds = Object.keys(checks.find(({ kind }) => kind === check.kind)?.schema.shape ?? {}).filter(isBound)
    if (bounds.length === 0 || bounds.some((name) => fields.get(name) !== undefined)) return
    context.addIssue({ code: 'custom', message: `names no bound, so it asks nothing: one of ${bounds.join(', ')}` })
  })
}

/** The kind of a check, one of ours or of those that a scenario brings along. */
export function checkKindOf({ kind }: { kind: string }, own: readonly Check[]): Check | undefined {
  return [...checks, ...own].find((one) => one.kind === kind)
}

const isBound = (name: string) => /^at(Least|Most)/.test(name)

function variantSchemaWith(step: StepSchema, asked: AskedSchema) {
  return z.strictObject({
    title: z.string().max(120),
    /** Preventive measures that are switched on. */
    measures: z.array(z.enum(measureNames)).default([]),
    /** What is different about the stack. */
    stack: stackChange.default({}),
    /** Replaces the story. */
    story: z.array(step).min(1).optional(),
    /** Replaces the checks. */
    checks: z.array(asked).optional(),
    /** The same story without one remedy, to see whether the outage ends all the same. */
    control: z
      .strictObject({
        /** `as` of the remedy that is left out. */
        without: z.string().max(80),
        /** The variant whose story it is; default: the scenario's own. */
        of: slug.optional(),
      })
      .optional(),
    /** The clock time at which this variant's story ends. */
    end: clockTime.optional(),
  })
}
type StepSchema = ReturnType<typeof stepSchemaWith>
type AskedSchema = ReturnType<typeof askedSchemaWith>

/** What somebody wants to try: plain data, so the same schema reads TypeScript and YAML and prints a JSON Schema. */
function schemaOf(own: Kinds) {
  const [step, asked] = [stepSchemaWith(own), askedSchemaWith(own)]
  return z.strictObject({
    name: slug,
    title: z.string().max(120),
    summary: z.string().max(1_000),
    /** The incident report that is replayed, for the post-mortem. */
    report: z.strictObject({
      /** Absent: it is told of no certain day. */
      date: z.iso.date().optional(),
      rootCause: z.string(),
      impact: z.string(),
      lessons: z.array(z.string()),
      /** What is told otherwise than in the report, and why. */
      deviations: z.array(z.string()).default([]),
    }),
    clock: z
      .strictObject({
        /** Steady state is shown from here … */
        steadyFrom: clockTime,
        /** … the story begins here … */
        start: clockTime,
        /** … and ends here at the earliest. */
        end: clockTime,
      })
      .superRefine(({ steadyFrom, start, end }, context) => {
        const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
        if (minutesBetween(steadyFrom, start) < 0) refuse('steadyFrom', `is later than start, ${start}`)
        if (minutesBetween(start, end) <= 0) refuse('end', `is not later than start, ${start}`)
      }),
    stack: stackSpec.prefault({}),
    load: loadSpec,
    /** Alerts that name the cause, where others only tell that users are failed. */
    causeAlerts: z.array(z.string().max(80)).default([]),
    story: z.array(step).min(1),
    /** Asked beside what the story's own steps ask. */
    checks: z.array(asked).default([]),
    variants: z
      .record(slug, variantSchemaWith(step, asked))
      .refine((all) => Object.keys(all).length > 0, 'has none: one is needed'),
  })
}

const made = new WeakMap<Kinds, ReturnType<typeof schemaOf>>()

/** The schema that knows these kinds beside ours; made once for them. */
export function scenarioSchemaWith(own: Kinds): ReturnType<typeof schemaOf> {
  const schema = made.get(own) ?? schemaOf(own)
  made.set(own, schema)
  return schema
}

/** Of a scenario that brings no kinds along. */
export const scenarioSchema = scenarioSchemaWith(noKinds)

/** A scenario as it was read. */
export type Scenario = z.output<typeof scenarioSchema> & {
  /** Kinds that it brings along; absent: none. */
  readonly kinds?: Kinds
}
export type Variant = Scenario['variants'][string]
