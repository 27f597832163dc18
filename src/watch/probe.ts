import type { z } from 'zod'
import type { Fact } from '../journal/index.ts'
import type { Clock } from '../kit/clock.ts'
import type { Evidence } from '../kit/json.ts'
import { defineKind, type KindDefinition } from '../kit/kind.ts'
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
export interface Sight {
  finding: string
  because: string
  evidence: Evidence
}

export interface Probe {
  look(view: View): Promise<Sight>
}

/** What a probe can find, all of it: a scenario that expects something else has a mistake in it. */
export type Findings = readonly (string | RegExp)[]

export function defineProbe<K extends string, S extends z.ZodRawShape>(
  definition: KindDefinition<K, S, Probe, Capability> & { finds: Findings },
) {
  return { ...defineKind<Probe, Capability>()(definition), finds: definition.finds }
}
