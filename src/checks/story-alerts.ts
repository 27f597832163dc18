import { firedIn } from './reading/alerts.ts'
import type { AlertEpisode, Reading } from './reading.ts'
import { inSeconds } from './words.ts'

/** Every alert that fired at some moment of the story. */
export function inStory({ alerts, storyFromT, storyToT }: Reading): AlertEpisode[] {
  return alerts.filter((episode) => firedIn(episode, storyFromT ?? 0, storyToT))
}

/** `DatabaseDown at 14:41 (11.2 s into the story)`. */
export function nameAndTime(reading: Reading, { alert, firingT }: AlertEpisode): string {
  const after = inSeconds(firingT - (reading.storyFromT ?? 0))
  return `${alert} at ${reading.clockAt(firingT)} (${after} into the story)`
}
