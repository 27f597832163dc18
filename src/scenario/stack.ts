import { definitionsOf, descriptionOf, type StackSpec, shopOf } from '../shop/index.ts'
import type { Define, StackDescription } from '../stack/index.ts'

export { measureNames, type StackSpec, stackSpec } from '../shop/index.ts'

/** The stack that a scenario asks for, as its measures make it. */
export interface AskedStack {
  /** Two stacks with the same key are made alike. */
  readonly key: string
  readonly define: Define
  /** Absent: nothing is tried beforehand. */
  readonly defineStaging?: Define
  /** Rule files of ours that its monitoring is not given. */
  readonly withoutRules: readonly string[]
}

/** All other measures are off. */
export function askedStack(spec: StackSpec, measures: readonly string[]): AskedStack {
  const shape = shopOf(spec, measures)
  return { key: JSON.stringify(shape), withoutRules: shape.withoutRules, ...definitionsOf(shape) }
}

/** What can be named of it, before there is any. */
export function describedStack(spec: StackSpec, measures: readonly string[]): StackDescription {
  return descriptionOf(shopOf(spec, measures))
}
