import { inSeconds } from '../kit/figures.ts'
import { type Answer, late } from './check.ts'
import { firedIn } from './reading/alerts.ts'
import type { AlertEpisode, Reading } from './reading.ts'

/** Every alert that fired at some moment of the story. */
export function inStory({ alerts, storyFromT, storyToT }: Reading): AlertEpisode[] {
  return alerts.filter((episode) => firedIn(episode, storyFromT ?? 0, storyToT))
}

/** `DatabaseDown at 14:41 (11.2 s into the story)`. */
export function nameAndTime(reading: Reading, { alert, firingT }: AlertEpisode): string {
  const after = inSeconds(firingT - (reading.storyFromT ?? 0))
  return `${alert} at ${reading.clockAt(firingT)} (${after} into the story)`
}

/** What an alert that fires has looked at: a window of some seconds and its `for`, ms. */
const lookedBackMs = 5_000

/** Alerts that fired and should not have: a failure, unless the machine had no room while their rules looked. */
export function loudly(because: string, loud: readonly AlertEpisode[]): Answer {
  const times = loud.map(({ firingT }) => firingT)
  const facts = loud.flatMap((episode) => episode.facts)
  const [fromT, toT] = [Math.min(...times) - lookedBackMs, Math.max(...times)]
  return late(because, facts, { fromT, toT, over: 'crowded' })
}
