import { z } from 'zod'
import type { CheckSpec } from '../journal/index.ts'
import { reasonOf } from '../kit/errors.ts'
import type { Mistake, Outlook } from '../kit/outlook.ts'
import { excuseOf, type Miss } from './excuse.ts'
import { type StepSpan, stepSpan } from './reading/steps.ts'
import type { Reading } from './reading.ts'
import { type Finding, type Status, statuses } from './verdict.ts'

/** What a check says; the helper makes a finding of it. */
export interface Answer {
  readonly status: Status
  /** With figures and units. */
  readonly because: string
  /** Numbers of the facts it rests on. */
  readonly facts?: readonly number[]
  /** Set when it is a limit of the system's own time that was missed: a machine without room may explain that. */
  readonly miss?: Miss
}

type Say = (because: string, facts?: readonly number[]) => Answer
/** Yes: why, with figures and units, and the numbers of the facts that it rests on. */
export const pass: Say = (because, facts = []) => ({ status: 'pass', because, facts })
/** Too little was seen to tell. */
export const inconclusive: Say = (because, facts = []) => ({ status: 'inconclusive', because, facts })
/** No. */
export const fail: Say = (because, facts = []) => ({ status: 'fail', because, facts })
/** Too late, or too slow: a failure, unless the machine took from the system what it missed by. */
export const late = (because: string, facts: readonly number[], miss: Miss): Answer => ({
  ...fail(because, facts),
  miss,
})

/**
 * Whose time makes the figure of a check: the system's (an alert within, a recovery within), the harness's (a step at
 * its time), or none (a share, a state). What the harness takes is never held against the system: such a check does not
 * fail.
 */
export type WhoseTime = 'system' | 'harness' | 'none'

/** What must be there before a question can be asked at all. */
type Need = 'requests' | 'monitor'

/** One question to the journal. `ask` never throws: what breaks while answering is an inconclusive finding. */
export interface Check<Schema extends z.ZodObject = z.ZodObject> {
  readonly is: 'check'
  readonly kind: string
  readonly about: Finding['about']
  readonly time: WhoseTime
  /** What of its figure is the harness's all the same, and is taken off before it fails. */
  readonly less?: string
  /** One sentence for help and documents. */
  readonly asks: string
  readonly schema: Schema
  readonly needs: readonly Need[]
  readonly ask: (reading: Reading, spec: CheckSpec) => Finding[]
  /** What is wrong with it in this run, and shall be told before anything is started. */
  readonly refuse: (spec: unknown, outlook: Outlook) => readonly Mistake[]
}

export interface CheckDefinition<K extends string, S extends z.ZodRawShape> {
  /** Its name in scenarios and verdicts: lower-case words joined by `-`. */
  readonly kind: K
  /** A scenario's own checks are about the `behaviour` of the system; `validity` is asked by the gates. */
  readonly about: Finding['about']
  readonly time: WhoseTime
  readonly less?: string
  /** The question, in one sentence for help and documents. */
  readonly asks: string
  /** Zod schemas of its fields, whose outputs must be JSON: the plan keeps them. */
  readonly fields: S
  /** Inconclusive without: `requests` of users during the story, a `monitor` that was up. */
  readonly needs?: readonly Need[]
  /** The question with its fields filled in. */
  readonly title: (fields: z.output<z.ZodObject<S>>) => string
  /** The answer, from the journal alone: pure. What it throws is an inconclusive finding. */
  readonly judge: (reading: Reading, fields: z.output<z.ZodObject<S>>) => Answer | Answer[]
  /** What its schema cannot see: what this stack, its story or its rules do not have. */
  readonly refuse?: (fields: z.output<z.ZodObject<S>>, outlook: Outlook) => readonly Mistake[]
}

type SchemaOf<K extends string, S extends z.ZodRawShape> = z.ZodObject<{ kind: z.ZodLiteral<K> } & S, z.core.$strict>

/** Defines a check: one question to the journal, answered after the run and again whenever it is judged. */
export function defineCheck<K extends string, S extends z.ZodRawShape>(
  definition: CheckDefinition<K, S>,
): Check<SchemaOf<K, S>> {
  const { kind, about, asks, fields, needs = [] } = definition
  const schema: SchemaOf<K, S> = z.strictObject({ kind: z.literal(kind), ...fields })
  const ask = (reading: Reading, spec: CheckSpec): Finding[] => {
    const place = { check: kind, about, title: asks, step: stepOf(spec) }
    try {
      const { kind: _, ...params } = spec
      const given = z.strictObject(fields).parse(params)
      const missing = needs.map((need) => missingOf(reading, need)).find((answer) => answer !== null)
      const answers = [missing ?? definition.judge(reading, given)].flat()
      for (const answer of answers) refuseNoAnswer(answer)
      if (answers.length === 0) return [findingOf({ ...place }, inconclusive('the check gave no answer'))]
      const told = answers.map((answer) => {
        return definition.time === 'harness' ? notTheSystems(answer) : held(reading, answer)
      })
      return told.map((answer) => findingOf({ ...place, title: definition.title(given) }, answer))
    } catch (thrown) {
      const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : reasonOf(thrown)
      return [findingOf(place, inconclusive(`the check could not be asked: ${reason}`))]
    }
  }
  const { time, less } = definition
  const refuse = (spec: unknown, outlook: Outlook) => {
    return definition.refuse?.(z.object(fields).parse(spec), outlook) ?? []
  }
  return { is: 'check', kind, about, time, ...(less === undefined ? {} : { less }), asks, schema, needs, ask, refuse }
}

/** Own kinds may be plain JavaScript, where nothing has looked at what they give back. */
function refuseNoAnswer(answer: Partial<Answer> | undefined): void {
  const { status, because } = answer ?? {}
  if (typeof because === 'string' && statuses.some((one) => one === status)) return
  throw new TypeError(`its answer has no status of ${statuses.join(', ')}, or no because`)
}

function notTheSystems(answer: Answer): Answer {
  if (answer.status !== 'fail') return answer
  const because = `${answer.because} (by the harness's own time, so it is not held against the system)`
  return { ...answer, status: 'inconclusive', because }
}

/** A miss that a machine without room explains is not held against the system. */
function held({ machine }: Reading, answer: Answer): Answer {
  const { status, because, facts = [], miss } = answer
  const excuse = status === 'fail' && miss ? excuseOf(machine, miss) : undefined
  if (excuse === undefined || !miss) return answer
  const starved = machine.between(miss.fromT, miss.toT).starved.map(({ n }) => n)
  return inconclusive(`${because} (not held against the system: ${excuse})`, [...facts, ...starved])
}

function findingOf(place: Pick<Finding, 'check' | 'about' | 'title' | 'step'>, answer: Answer): Finding {
  const { status, because, facts = [] } = answer
  return { ...place, status, because, facts: [...facts] }
}

/** A gate: asked of every run, needs no fields. It says pass or inconclusive, never fail: it is about us. */
export function defineGate(gate: {
  readonly kind: string
  readonly asks: string
  readonly judge: (reading: Reading) => Answer | Answer[]
}): Check {
  return defineCheck({ ...gate, about: 'validity', time: 'harness', fields: {}, title: () => gate.asks })
}

function stepOf(spec: CheckSpec): number | null {
  return Number.isInteger(spec['step']) ? Number(spec['step']) : null
}

function missingOf(reading: Reading, need: Need): Answer | null {
  if (need === 'monitor' && !reading.monitor.alive) {
    return inconclusive(`nothing can be said about alerts: ${reading.monitor.because}`, reading.monitor.facts)
  }
  const isEmpty = !reading.storySeconds.some((second) => second.requests > 0)
  if (need === 'requests' && isEmpty) return inconclusive('no request of a user was seen during the story')
  return null
}

/** The step a check is about, or the answer when there is none to speak of. */
export function spanOf(reading: Reading, step: number): StepSpan | Answer {
  if (!reading.plan.story.some((planned) => planned.step === step)) return inconclusive(`the plan has no step ${step}`)
  return stepSpan(reading.facts, step) ?? inconclusive(`the run ended before step ${step}`)
}

export function isAnswer(value: object): value is Answer {
  return 'status' in value && 'because' in value
}

/** Of a check that asks whether this alert fired: one that no loaded rule has never will. */
export function unheardOf(alert: string, { unheard }: Outlook, path = 'alert'): Mistake[] {
  const what = unheard(alert, 'loaded')
  return what === undefined ? [] : [{ path, value: alert, what }]
}

/** Fields that many checks have. */
export const share = z.number().min(0).max(1)
/**
 * Asked where a minute of the incident takes at least so long, ms: `planOf` leaves it out where it takes less. What the
 * system does takes its real time: told faster than `truthfulMs`, no outage keeps to the report's minutes.
 */
export const fromScaleMs = z.number().nonnegative()
export const truthfulMs = 1_000
export const stepNumber = z.number().int().nonnegative()
export const milliseconds = z.number().nonnegative()
/** Of the incident: how long one takes here is the run's time scale. */
export const minutes = z.number().nonnegative()
