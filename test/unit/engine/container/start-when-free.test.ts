import { expect, test } from 'vitest'
import { startWhenFree } from '../../../../src/engine/container/start-when-free.ts'
import { quickClock } from '../../../support/quick-clock.ts'

/** Refuses so many times, for this reason. */
function refusing(times: number, because: string) {
  const asked = { count: 0 }
  const start = () => {
    asked.count += 1
    return asked.count > times ? Promise.resolve() : Promise.reject(new Error(because))
  }
  return { asked, start }
}
const taken = 'Bind for 127.0.0.1:80 failed: port is already allocated'

test('a port that is about to be given back is waited for', async () => {
  const { asked, start } = refusing(3, taken)
  await startWhenFree({ start }, quickClock())
  expect(asked.count).toBe(4)
})

test.each([
  [taken, 1],
  ['no such image', 0],
])('%s: it rejects as the engine does', async (because, again) => {
  const { asked, start } = refusing(Infinity, because)
  await expect(startWhenFree({ start }, quickClock())).rejects.toThrow(because)
  expect(asked.count > 1).toBe(again === 1)
})
