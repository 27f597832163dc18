import { type Fault, type FaultSpec, readyFault } from '../faults/index.ts'
import type { CheckSpec } from '../journal/index.ts'
import { minutesBetween } from '../kit/clock-time.ts'
import { asJson, type Evidence, evidence } from '../kit/json.ts'
import type { OwnSpec, Ready } from '../kit/kind.ts'
import type { FaultOutcome, RemedyEffect } from '../kit/outcomes.ts'
import { type Remedy, type RemedySpec, readyRemedy } from '../remedies/index.ts'
import { type Kinds, noKinds, type Once, type Step, type TimedStep } from '../scenario/index.ts'
import { type Probe, type ProbeSpec, readyProbe } from '../watch/index.ts'

/** What an alert is given to fire that says nothing of its own time, ms. */
const alertLimitMs = 30_000

interface EveryStep {
  readonly step: number
  /** `HH:MM` on the incident's clock. */
  readonly clock: string
  /** Ms on the incident's clock, at the run's scale, at which it is due; without a time of its own: at the earliest. */
  readonly dueMs: number
  /** It comes when its event does. */
  readonly untimed?: true
  readonly once?: Once
  readonly restMs?: number
  readonly title: string
  /** Its own fields, as plan.json keeps them. */
  readonly detail: Evidence
}

/** What a step does, with all that doing it needs. */
type Act =
  | { does: 'fault'; name: string; spec: FaultSpec | OwnSpec; ready: Ready<Fault>; becomes: FaultOutcome }
  | { does: 'alert'; alert: string; awaitedMs: number | null; limits: AlertLimits }
  | { does: 'look'; spec: ProbeSpec | OwnSpec; ready: Ready<Probe>; finds: string | undefined }
  | {
      does: 'remedy'
      name: string
      spec: RemedySpec | OwnSpec
      ready: Ready<Remedy>
      expect: RemedyEffect
      says: Step['says']
    }
  | { does: 'note' }
  | { does: 'recovered'; within: number; hold: number; measured?: boolean | undefined }

type AlertLimits = Pick<Step, 'firesWithin' | 'deliveredWithin' | 'resolvesWithin' | 'from'>

/** One step of a story, ready to be told. */
export type StoryStep = EveryStep & Act
export type StepThat<D extends StoryStep['does']> = Extract<StoryStep, { does: D }>

export function storyStep(
  timed: TimedStep,
  index: number,
  { start, incidentMinuteMs, kinds }: { start: string; incidentMinuteMs: number; kinds?: Kinds | undefined },
): StoryStep {
  const { at, title, rest, once, isUntimed, ...detail } = timed
  const act = actOf(timed, kinds)
  return {
    step: index,
    clock: at,
    dueMs: minutesBetween(start, at) * incidentMinuteMs,
    ...(isUntimed ? { untimed: true } : {}),
    ...(once === undefined ? {} : { once }),
    ...(rest === undefined ? {} : { restMs: rest }),
    title: title ?? titleOf(act, timed),
    detail: evidence.parse(asJson(detail)),
    ...act,
  }
}

function actOf({ fault, alert, look, remedy, recovered, ...step }: TimedStep, own = noKinds): Act {
  if (fault) {
    const { as: name = fault.kind, becomes = 'in-force' } = step
    return { does: 'fault', name, spec: fault, ready: readyFault(fault, own.faults), becomes }
  }
  if (alert !== undefined) {
    const { firesWithin, deliveredWithin, resolvesWithin, from, awaited = false } = step
    const awaitedMs = awaited ? (deliveredWithin ?? firesWithin ?? alertLimitMs) : null
    return { does: 'alert', alert, awaitedMs, limits: { firesWithin, deliveredWithin, resolvesWithin, from } }
  }
  if (look) return { does: 'look', spec: look, ready: readyProbe(look, own.probes), finds: step.finds }
  if (remedy) {
    const { as: name = remedy.kind, expect = 'cures', says } = step
    return { does: 'remedy', name, spec: remedy, ready: readyRemedy(remedy, own.remedies), expect, says }
  }
  return recovered ? { does: 'recovered', ...recovered } : { does: 'note' }
}

function titleOf(act: Act, { note = '' }: TimedStep): string {
  switch (act.does) {
    case 'fault':
    case 'remedy':
      return act.name
    case 'alert':
      return `The alert ${act.alert} is due`
    case 'look':
      return `Observation: ${act.spec.kind}`
    case 'note':
      return note
    case 'recovered':
      return 'Service is restored'
  }
}

/** As plan.json keeps it. */
export function printOf({ step, clock, dueMs, untimed, once, restMs, does, title, detail }: StoryStep): Evidence {
  return evidence.parse(asJson({ step, clock, dueMs, untimed, once, restMs, does, title, detail }))
}

/** The questions that a step asks by itself. */
export function checksOf(told: StoryStep): CheckSpec[] {
  const { step } = told
  switch (told.does) {
    case 'fault':
      return [{ kind: 'fault-outcome', step, outcome: told.becomes }]
    case 'alert':
      return alertChecks(told)
    case 'look':
      return told.finds === undefined ? [] : [{ kind: 'look-finds', step, finds: told.finds }]
    case 'remedy': {
      const { expect, says } = told
      if (expect === 'measured') return []
      return [{ kind: 'remedy-effect', step, expect, ...(says === undefined ? {} : { says }) }]
    }
    case 'note':
      return []
    case 'recovered': {
      const { within: withinMs, hold: holdMs, measured } = told
      if (measured) return []
      return [
        { kind: 'recovered', step, withinMs, holdMs },
        { kind: 'no-relapse', step },
      ]
    }
  }
}

function alertChecks({ step, alert, limits }: StepThat<'alert'>): CheckSpec[] {
  const { firesWithin = alertLimitMs, deliveredWithin, resolvesWithin, from } = limits
  const fires = {
    kind: 'alert-fires',
    step,
    alert,
    firesWithinMs: firesWithin,
    ...(deliveredWithin === undefined ? {} : { deliveredWithinMs: deliveredWithin }),
    ...(from === undefined ? {} : { from }),
  }
  if (resolvesWithin === undefined) return [fires]
  return [fires, { kind: 'alert-resolves', step, alert, withinMs: resolvesWithin }]
}
