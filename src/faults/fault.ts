import type { z } from 'zod'
import type { Evidence } from '../kit/json.ts'
import { type AnyKindOf, defineKind, type KindDefinition, type KindOf } from '../kit/kind.ts'
import type { FaultOutcome } from '../kit/outcomes.ts'
import type { Capability, Hearer, MeasureAct, Scene } from '../stack/index.ts'

/** What became of a fault, and how that is known. */
export interface Injection {
  /** `in-force`: it is there. The others: what the system did about it instead. */
  outcome: FaultOutcome
  /** How that is known, with figures and units. */
  because: string
  /** What preventive measures did about it, in order; empty for none. */
  acts: readonly MeasureAct[]
  /** Figures for the journal, as JSON. */
  evidence: Evidence
  /** It passes by itself after so many ms, by `end`; the witness looks just before and just after. */
  lasts?: {
    ms: number
    /** These are the incident's, at the run's scale: they go by its clock. */
    onClock?: true
    end(): Promise<void>
  }
}

export interface WitnessObservation {
  /** All of it: at every server that it is about. */
  present: boolean
  /** Only where it can be there in part: any of it. Gone is only what is gone everywhere. */
  partly?: boolean
  /** Only where it is counted: requests of users that it was done to so far. None at its end: it proved nothing. */
  met?: number
  /** Only where they are counted by their keys: writes of users that came to its servers, and those that did again. */
  writes?: { reached: number; twice: number }
  because: string
}

/** What was seen at several servers, as one: there where it is at all of them, gone where it is at none. */
export function observationOfAll(
  observations: readonly WitnessObservation[],
  because = wordsOfAll(observations),
): WitnessObservation {
  const present = observations.length > 0 && observations.every((one) => one.present)
  return { present, because, ...(!present && observations.some((one) => one.present) ? { partly: true } : {}) }
}

const wordsOfAll = (observations: readonly WitnessObservation[]) =>
  observations.map(({ because }) => because).join('; ')

/** What breaks. */
export interface Fault {
  /**
   * Registers the undo (`scene.registerUndo`) before it changes anything, and resolves once the fault is in force. What
   * it throws ends the run as failed (exit code 3); everything that was registered is undone all the same.
   */
  inject(scene: Scene, hearer?: Hearer): Promise<Injection>
  /** An independent look whether it is really there: never the return code of what `inject` called. */
  readonly witness: { name: string; see(scene: Scene): Promise<WitnessObservation> }
}

/** A fault that a scenario can name. */
export type FaultKind<K extends string, S extends z.ZodRawShape> = KindOf<'fault', K, S, Fault>

/** Any of them. */
export type AnyFaultKind = AnyKindOf<'fault', Fault>

/**
 * Defines a fault. `kind` is its name in scenarios, lower-case words joined by `-`; `about` one sentence for help;
 * `fields` zod schemas of its fields, whose outputs must be JSON: the plan keeps them; `make` what they become.
 */
export function defineFault<K extends string, S extends z.ZodRawShape>(
  definition: KindDefinition<K, S, Fault, Capability>,
): FaultKind<K, S> {
  return { is: 'fault', ...defineKind<Fault, Capability>()(definition) }
}

/** Looks again, so often in all at most, while what is seen is neither a yes nor a no. */
export async function untilClear<Seen>(
  look: () => Promise<Seen>,
  isUnclear: (seen: Seen) => boolean,
  mostLooks: number,
): Promise<Seen> {
  let seen = await look()
  for (let looks = 1; isUnclear(seen) && looks < mostLooks; looks += 1) seen = await look()
  return seen
}
