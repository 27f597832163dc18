import type { Fact } from '../../src/journal/facts.ts'
import { releaseHistory } from '../../src/stack/release-history.ts'
import { LogBook } from '../../src/watch/logbook.ts'
import type { View } from '../../src/watch/probe.ts'
import { fakeStack } from './fake-stack.ts'
import { quickClock } from './quick-clock.ts'

/** Wall ms of the story's start in every view. */
export const storyStart = 1_795_214_860_000

/** What a probe sees: a fake stack, these facts, and an empty log book unless one is given. */
export function fakeView(parts: Partial<View> = {}): View {
  return {
    stack: fakeStack(),
    facts: [] as readonly Fact[],
    logs: new LogBook(() => undefined),
    releases: releaseHistory(),
    storyStartWallMs: storyStart,
    wall: () => storyStart + 30_000,
    now: () => 0,
    clock: quickClock(),
    minuteMs: 1_000,
    ...parts,
  }
}
