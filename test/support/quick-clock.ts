import { type Clock, realClock } from '../../src/kit/clock.ts'

/** Time that passes as fast as it is slept. */
export function quickClock(): Clock {
  let now = 0
  return {
    ...realClock,
    now: () => now,
    sleep: async (ms) => {
      now += ms
      await new Promise(setImmediate)
    },
  }
}
