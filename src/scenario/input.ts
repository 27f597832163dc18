import type { z } from 'zod'
import type { OwnKind } from './kinds.ts'
import type { scenarioSchema } from './schema.ts'

type Plain = z.input<typeof scenarioSchema>
type PlainStep = Plain['story'][number]
type PlainCheck = NonNullable<Plain['checks']>[number]
type PlainVariant = Plain['variants'][string]

/** What may be written of the kinds of a list that are faults, probes, … */
type Written<K extends readonly OwnKind[], Is extends OwnKind['is']> =
  Extract<K[number], { is: Is }> extends infer One
    ? One extends { schema: infer S extends z.ZodType }
      ? z.input<S>
      : never
    : never

/** One step of the story; `K` are the kinds that the scenario brings along. */
export type StepInput<K extends readonly OwnKind[] = []> = Omit<PlainStep, 'fault' | 'look' | 'remedy'> & {
  fault?: PlainStep['fault'] | Written<K, 'fault'>
  look?: PlainStep['look'] | Written<K, 'probe'>
  remedy?: PlainStep['remedy'] | Written<K, 'remedy'>
}

/** One question beside those of the steps. */
export type CheckInput<K extends readonly OwnKind[] = []> = PlainCheck | Written<K, 'check'>

export type VariantInput<K extends readonly OwnKind[] = []> = Omit<PlainVariant, 'story' | 'checks'> & {
  story?: StepInput<K>[] | undefined
  checks?: CheckInput<K>[] | undefined
}

/** A scenario as somebody writes it; `K` are the kinds that it brings along. */
export type ScenarioInput<K extends readonly OwnKind[] = []> = Omit<Plain, 'story' | 'checks' | 'variants'> & {
  /** Faults, remedies, probes, checks and reporters of its own: what the `define…` functions give. */
  kinds?: K
  story: StepInput<K>[]
  checks?: CheckInput<K>[] | undefined
  variants: Record<string, VariantInput<K>>
}

/** Gives back what it gets: it exists so that an editor knows the fields, those of the scenario's own kinds too. */
export function defineScenario<const K extends readonly OwnKind[] = []>(scenario: ScenarioInput<K>): ScenarioInput<K> {
  return scenario
}
