import { type Fact, factsOf } from '../journal/facts.ts'
import { firedIn } from './reading/alerts.ts'
import type { AlertEpisode, Reading } from './reading.ts'
import { inSeconds } from './words.ts'

/** Every alert that fired at some moment of the story. */
export function inStory({ alerts, storyFromT, storyToT }: Reading): AlertEpisode[] {
  return alerts.filter((episode) => firedIn(episode, storyFromT ?? 0, storyToT))
}

/** Names of the alert rules that Prometheus had when the run began; null when nobody wrote them down. */
export function rulesLoaded(facts: readonly Fact[]): ReadonlySet<string> | null {
  const looked = factsOf(facts, 'rule-evidence').at(-1)
  if (looked) return new Set(looked.rules.map(({ alert }) => alert))
  const taken = factsOf(facts, 'stack-snapshot').find(({ stack }) => stack === 'production')
  if (!taken?.snapshot.rules) return null
  const alerts = Object.keys(taken.snapshot.rules).map((rule) => /^alert (.+) in [^ ]+$/.exec(rule)?.[1] ?? '')
  return new Set(alerts.filter((alert) => alert !== ''))
}

/** `DatabaseDown at 14:41 (11.2 s into the story)`. */
export function nameAndTime(reading: Reading, { alert, firingT }: AlertEpisode): string {
  const after = inSeconds(firingT - (reading.storyFromT ?? 0))
  return `${alert} at ${reading.clockAt(firingT)} (${after} into the story)`
}
