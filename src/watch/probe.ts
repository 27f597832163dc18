import type { z } from 'zod'
import type { Fact } from '../journal/index.ts'
import type { Clock } from '../kit/clock.ts'
import type { Evidence } from '../kit/json.ts'
import { type AnyKindOf, defineKind, type KindDefinition, type KindOf } from '../kit/kind.ts'
import type { Capability, ReleaseHistory, Stack } from '../stack/index.ts'
import type { LogBook } from './logbook.ts'

/** What a probe may look at. */
export interface View {
  readonly stack: Stack
  /** What the journal holds so far. */
  readonly facts: readonly Fact[]
  readonly logs: LogBook
  /** Of the proxy's configuration. */
  readonly releases: Pick<ReleaseHistory, 'good' | 'current' | 'previous'>
  /** Wall ms at which the story began. */
  readonly storyStartWallMs: number
  wall(): number
  /** Journal time now, ms: facts are dated by it. */
  now(): number
  readonly clock: Clock
  /** What one minute of the incident takes here, ms. */
  readonly minuteMs: number
}

/** One look: a short finding that a scenario can name, and the figures behind it. */
export interface Observation {
  /** One of what the probe can find. */
  finding: string
  /** What was seen, with figures and units. */
  because: string
  /** The same for the journal, as JSON. */
  evidence: Evidence
}

/** A look at one thing. */
export interface Probe {
  /** Looks, and changes nothing. What it throws ends the run as failed (exit code 3). */
  look(view: View): Promise<Observation>
}

/** What a probe can find, all of it: a scenario that expects something else has a mistake in it. */
export type Findings = readonly (string | RegExp)[]

/** A probe that a scenario can name. */
export interface ProbeKind<K extends string, S extends z.ZodRawShape> extends KindOf<'probe', K, S, Probe> {
  readonly finds: Findings
}

/** Any of them. */
export interface AnyProbeKind extends AnyKindOf<'probe', Probe> {
  readonly finds: Findings
}

/** Defines a probe; the fields are those of `defineFault`, and all that it can find. */
export function defineProbe<K extends string, S extends z.ZodRawShape>(
  definition: KindDefinition<K, S, Probe, Capability> & { finds: Findings },
): ProbeKind<K, S> {
  return { is: 'probe', ...defineKind<Probe, Capability>()(definition), finds: definition.finds }
}
