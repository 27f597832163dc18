import { z } from 'zod'
import { type Fact, factsOf } from '../../journal/index.ts'

/** An event may be heard a little before, by our clock, and late where the machine is busy, ms. */
const margin = { before: 250, after: 5_000 }

const replaced = z.array(z.object({ container: z.string() }))

/**
 * Could it be a command of the user's that did this? From the promise of its undo until that is kept, and while a
 * remedy of theirs runs, nobody can tell their hand from another one.
 */
export function inUserCommand(facts: readonly Fact[]): (event: { readonly t: number }) => boolean {
  const ends = new Map(factsOf(facts, 'undo-done').flatMap(({ id, ok, t }) => (ok ? [[id, t] as const] : [])))
  const faults = factsOf(facts, 'undo-promised').flatMap(({ id, undo, t }) => {
    return undo.verb === 'run' ? [{ from: t, to: ends.get(id) ?? Infinity }] : []
  })
  const remedies = factsOf(facts, 'remedy-applied').flatMap(({ evidence, startedT, t }) => {
    return Array.isArray(evidence['run']) ? [{ from: startedT, to: t }] : []
  })
  const spans = [...faults, ...remedies]
  return ({ t }) => spans.some(({ from, to }) => t >= from - margin.before && t <= to + margin.after)
}

/** Containers that a command of theirs has put in places of the stack, as its deed tells it. */
export function replacedByUser(facts: readonly Fact[]): string[] {
  const isTheirs = inUserCommand(facts)
  const deeds = [...factsOf(facts, 'remedy-applied'), ...factsOf(facts, 'fault-injected')].filter(isTheirs)
  return deeds.flatMap(
    ({ evidence }) => replaced.safeParse(evidence['replaced']).data?.map((one) => one.container) ?? [],
  )
}
