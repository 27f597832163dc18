import { type Clock, realClock } from '../../src/kit/clock.ts'

interface Sleeper {
  atMs: number
  wake(): void
}

/** Time that passes as fast as it is slept: who sleeps shortest wakes first, and all others have waited as long. */
export function quickClock(): Clock {
  let now = 0
  const beganWallMs = realClock.wall()
  const sleepers: Sleeper[] = []
  const wakeNext = () => {
    const next = sleepers.sort((a, b) => a.atMs - b.atMs).shift()
    if (!next) return
    now = Math.max(now, next.atMs)
    next.wake()
  }
  return {
    now: () => now,
    wall: () => beganWallMs + now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      const { promise, resolve } = Promise.withResolvers<void>()
      const sleeper = { atMs: now + ms, wake: resolve }
      sleepers.push(sleeper)
      const leave = () => {
        if (sleepers.includes(sleeper)) sleepers.splice(sleepers.indexOf(sleeper), 1)
        resolve()
      }
      signal?.addEventListener('abort', leave, { once: true })
      setImmediate(wakeNext)
      await promise
      signal?.removeEventListener('abort', leave)
      signal?.throwIfAborted()
    },
  }
}
