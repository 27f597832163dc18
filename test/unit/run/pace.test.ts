import { expect, test } from 'vitest'
import { measurePace, paceOf, unmeasured } from '../../../src/run/pace.ts'
import { quickClock } from '../../support/quick-clock.ts'

test.each([
  [unmeasured, 1, 'nothing was measured'],
  [{ raiseMs: 1_800, execMs: 50, pingMs: 3 }, 1, 'starting the stack took 1.8 s, a command'],
  [{ raiseMs: 4_000, execMs: 100, pingMs: 3 }, 2, 'starting the stack took 4.0 s'],
  [{ raiseMs: null, execMs: 180, pingMs: 3 }, 3, 'a command in a container took 180 ms'],
  [{ raiseMs: null, execMs: 60_000, pingMs: 3 }, 4, 'a ping of the engine took 3 ms'],
])('the slowest figure of %j tells the pace: %i', (measured, factor, because) => {
  const pace = paceOf(measured)
  expect(pace.factor).toBeCloseTo(factor, 6)
  expect(pace.because).toContain(because)
})

test('the median of what was answered counts, and nothing where there was no answer', async () => {
  const clock = quickClock()
  const answers = [100, 900, 200]
  const exec = () => clock.sleep(answers.shift() ?? 0)
  const ping = () => Promise.reject(new Error('the engine is gone'))
  expect(await measurePace({ clock, ping, exec }, 5_000)).toEqual({ raiseMs: 5_000, execMs: 200, pingMs: null })
})
