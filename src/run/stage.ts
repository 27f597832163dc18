import type { Fault, WitnessObservation } from '../faults/index.ts'
import { type Fact, factsOf, type Journal, type NewFact, type PlanRecord, type phases } from '../journal/index.ts'
import { type Clock, pollUntil } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import type { LoadSpec } from '../load/index.ts'
import type { Release, Scene, Stack } from '../stack/index.ts'
import type { Alerting, Watching } from '../watch/index.ts'
import type { DataCheck, readBefore } from './ends/data.ts'
import type { Pace } from './pace.ts'
import type { StoryStep } from './story-step.ts'
import type { Traffic } from './traffic.ts'

/** A fault that is, or should be, in force. */
export interface ActiveFault {
  name: string
  fault: Fault
  /** Ends it before its time, once; absent: only its undo does. */
  end?: () => Promise<void>
  /** The release that was the last one before it. */
  releaseBefore?: Release | undefined
}

/** Everything a step of the story works with while the stack is up. */
export interface Stage {
  readonly plan: PlanRecord
  readonly story: readonly StoryStep[]
  readonly load: LoadSpec
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly journal: Journal
  readonly facts: readonly Fact[]
  readonly stack: Stack
  readonly scene: Scene
  /** The same scene for one fault: what is promised in it can be taken back by the fault's name. */
  sceneOf(fault: string): Scene
  readonly watching: Watching
  readonly alerting: Alerting
  readonly traffic: Traffic
  /** Data that is read once the users have gone, and what it said before they came. */
  readonly data: readonly DataCheck[]
  readonly dataBefore: Awaited<ReturnType<typeof readBefore>>
  readonly active: ActiveFault[]
  /** Every fault that was in force at some time, whatever ended it. */
  readonly inForce: ActiveFault[]
  /** Self-expiring faults: who waits for it, and what ends the waiting. */
  readonly expiring: { readonly over: AbortController; readonly waiting: Promise<void>[] }
  /** Says and does everything but injecting: the negative control of an experiment. */
  readonly disarmed: boolean
  /** Gives up the stack that was lent, so that nobody gets it any more; absent: it is this run's own, or somebody's. */
  readonly giveUp?: ((because: string) => void) | undefined
  /** Ends the watch over the proxy's configuration. */
  endDriftWatch(): Promise<void>
  storyStartWallMs: number
  /** How slow this machine is: limits of waiting are so much longer. */
  pace: Pace
}

/** `abort`: the story ends here, for it would not be an experiment. */
export type StepResult = { ok: boolean; because: string; abort?: true }

export function enterPhase(journal: Journal, phase: (typeof phases)[number]): void {
  journal.write({ kind: 'phase-entered', phase })
}

export type Moment = Extract<NewFact, { kind: 'fault-witnessed' }>['moment']

/** What a witness's look needs of the stage. */
export type Seeing = Pick<Stage, 'scene'> & { readonly journal: Pick<Journal, 'write'> }

/** Has the fault's witness looked at this moment before? */
export function wasSeen({ facts }: Pick<Stage, 'facts'>, { name }: ActiveFault, moment: Moment): boolean {
  return factsOf(facts, 'fault-witnessed').some((fact) => fact.fault === name && fact.moment === moment)
}

/** A proxy that has read its files again serves by old workers for a moment; longer than this it stays as it was. */
const goneLimitMs = 5_000

/** There is only what is there everywhere; gone is only what is gone everywhere. */
const isLeft = (seen: WitnessObservation) => seen.present || ('partly' in seen && seen.partly === true)

/** What is seen last: when it is gone, or after a while. */
async function untilGone({ clock, signal }: Scene, look: () => Promise<WitnessObservation>) {
  let seen = await look()
  const isGone = async () => {
    if (isLeft(seen)) seen = await look()
    return isLeft(seen) ? undefined : true
  }
  await pollUntil(isGone, { withinMs: goneLimitMs, everyMs: 50, clock, signal })
  return seen
}

/**
 * Lets the fault's witness look, and records what it saw. A witness that cannot look has seen nothing. `awaited`: what
 * was taken back just now is given a moment to go.
 */
export async function see(
  stage: Seeing,
  { name, fault }: ActiveFault,
  moment: Moment,
  { awaited = false }: { awaited?: boolean } = {},
): Promise<boolean> {
  const look = () => fault.witness.see(stage.scene)
  const lookOn = () => (awaited ? untilGone(stage.scene, look) : look())
  // One call that got no answer in a moment of standing still is not yet a witness that is blind.
  const observation = await lookOn()
    .catch(lookOn)
    .catch((thrown: unknown) => {
      return { present: false, because: `the witness could not look: ${reasonOf(thrown)}`, blind: true }
    })
  const { because } = observation
  const asksWhetherGone = moment === 'before' || moment === 'after'
  const isPartly = 'partly' in observation && observation.partly === true
  const present = observation.present || (asksWhetherGone && isPartly)
  const witness = fault.witness.name
  // "Gone" may only be said by somebody who could look.
  if ('blind' in observation && (moment === 'before' || moment === 'after')) {
    stage.journal.write({
      kind: 'problem',
      code: 'AGENT_FAILED',
      message: `${name}: ${because}`,
      hint: 'Whether the fault was there is unknown.',
      whose: 'harness',
    })
    return true
  }
  const partly = isPartly ? ({ partly: true } as const) : {}
  const met = 'met' in observation && observation.met !== undefined ? { met: observation.met } : {}
  const writes = 'writes' in observation && observation.writes ? { writes: observation.writes } : {}
  const told = { ...partly, ...met, ...writes, witness, because }
  stage.journal.write({ kind: 'fault-witnessed', fault: name, moment, present, ...told })
  return present
}

/** Looks at every fault in force that was not looked at since its begin: a story need not say so. */
export async function seeMiddle(stage: Seeing & Pick<Stage, 'facts' | 'active'>): Promise<void> {
  for (const one of [...stage.active]) if (!wasSeen(stage, one, 'middle')) await see(stage, one, 'middle')
}
