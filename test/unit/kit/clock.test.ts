import { expect, test } from 'vitest'
import { onTheBeat, pollUntil, realClock, within } from '../../../src/kit/clock.ts'
import { quickClock } from '../../support/quick-clock.ts'

test('a sleep that is aborted rejects: an interrupted run must not call itself completed', async () => {
  const abort = new AbortController()
  const sleeping = realClock.sleep(60_000, abort.signal)
  abort.abort(new Error('stopped'))
  await expect(sleeping).rejects.toThrow('stopped')
  await expect(realClock.sleep(1, abort.signal)).rejects.toThrow('stopped')
})

test('work that takes too long is given up with its name and limit', async () => {
  await expect(within(5, 'the undo', new Promise(() => undefined))).rejects.toMatchObject({
    code: 'DEADLINE_PASSED',
    message: 'the undo took longer than 5 ms',
  })
  await expect(within(1_000, 'quick work', Promise.resolve(7))).resolves.toBe(7)
})

test('polling asks until there is an answer, and gives up on its own clock', async () => {
  let now = 0
  const sleep = (ms: number) => {
    now += ms
    return Promise.resolve()
  }
  const clock = { ...realClock, now: () => now, sleep }
  let asked = 0
  const limits = { withinMs: 100, everyMs: 30, clock }
  await expect(pollUntil(() => Promise.resolve(++asked === 3 ? 'yes' : undefined), limits)).resolves.toBe('yes')
  expect(asked).toBe(3)
  await expect(pollUntil(() => Promise.resolve(undefined), limits)).resolves.toBeUndefined()
  expect(now).toBeLessThanOrEqual(160)
})

test('the beat goes from begin to begin, and what took longer than that is given a moment all the same', async () => {
  const clock = quickClock()
  const ending = new AbortController()
  const began: number[] = []
  const tookMs = [300, 2_400, 0, 0]
  await onTheBeat({ everyMs: () => 1_000, clock, signal: ending.signal }, async () => {
    began.push(clock.now())
    await clock.sleep(tookMs[began.length - 1] ?? 0)
    if (began.length === tookMs.length) ending.abort()
  })
  expect(began).toEqual([0, 1_000, 3_650, 4_650])
})
