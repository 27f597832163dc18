import { expect, test } from 'vitest'
import { pollUntil, realClock, within } from '../../../src/kit/clock.ts'

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
