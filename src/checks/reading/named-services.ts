import { type Fact, factsOf, type RunRecord } from '../../journal/index.ts'
import { storyEndOf } from './story-clock.ts'

/** The services that the stack was raised of, each with its first container. */
export function raisedServices(facts: readonly Fact[]) {
  return factsOf(facts, 'stack-ready').flatMap(({ services }) => services)
}

/** Services that the faults are about: named by the plan, by what was injected, or by a check of crashes. */
export function namedServices({ plan, facts }: Pick<RunRecord, 'plan' | 'facts'>): ReadonlySet<string> {
  const told = [
    ...plan.story.map((step) => (step.does === 'fault' ? step.detail.fault : null)),
    ...factsOf(facts, 'fault-injected').map(({ evidence }) => evidence),
    ...plan.checks.filter(({ kind }) => kind === 'crashes'),
  ]
  const words = new Set(told.flatMap(wordsIn))
  const services = raisedServices(facts).map(({ service }) => service)
  return new Set(services.filter((service) => words.has(service) || words.has(service.replace(/-\d+$/, ''))))
}

/** Every text inside a value, whatever its shape. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : []
}

/** And those that something was done to while the story was told, or by their own end: later all are taken down. */
export function touchedServices(record: Pick<RunRecord, 'plan' | 'facts'>): ReadonlySet<string> {
  const { facts, plan } = record
  const steps = plan.story.flatMap((step) => (step.does === 'remedy' ? wordsIn(step.detail.remedy) : []))
  const endT = storyEndOf(facts)
  const did = [...factsOf(facts, 'engine-called'), ...factsOf(facts, 'service-event')].flatMap(({ service, t }) => {
    return service !== null && t <= endT ? [service] : []
  })
  const remedies = factsOf(facts, 'remedy-applied').flatMap(({ evidence }) => wordsIn(evidence))
  return new Set([...namedServices(record), ...steps, ...did, ...remedies])
}
