import type { z } from 'zod'
import { BadgatewayError } from '../kit/errors.ts'
import type { Evidence } from '../kit/json.ts'
import { type AnyKindOf, defineKind, type KindDefinition, type KindOf } from '../kit/kind.ts'
import type { Capability, Scene } from '../stack/index.ts'

/**
 * What a remedy did: whether it worked as a deed, whether anything differs now. Whether it *helped* is for the checks.
 */
export interface Outcome {
  /** Was it done? A refusal of the system's is `false` and no error. */
  ok: boolean
  /** Does anything differ now? Then the witnesses of the faults look whether they are still there. */
  changed: boolean
  /** What was done, or why not, with figures and units. */
  because: string
  /** Figures for the journal, as JSON. */
  evidence: Evidence
}

/** What is done about it. */
export interface Remedy {
  /**
   * Does it and waits until it is done. What it changes for good needs an undo, as with a fault. What it throws ends
   * the run as failed (exit code 3).
   */
  apply(scene: Scene): Promise<Outcome>
}

/** A remedy that a scenario can name. */
export type RemedyKind<K extends string, S extends z.ZodRawShape> = KindOf<'remedy', K, S, Remedy>

/** Any of them. */
export type AnyRemedyKind = AnyKindOf<'remedy', Remedy>

/** Defines a remedy; the fields are those of `defineFault`. */
export function defineRemedy<K extends string, S extends z.ZodRawShape>(
  definition: KindDefinition<K, S, Remedy, Capability>,
): RemedyKind<K, S> {
  return { is: 'remedy', ...defineKind<Remedy, Capability>()(definition) }
}

/** A service that does not come up is what a remedy has to tell; whatever else is wrong is not. */
export function notReady(thrown: unknown): string {
  if (thrown instanceof BadgatewayError && thrown.code === 'SERVICE_NOT_READY') return thrown.message
  throw thrown
}
