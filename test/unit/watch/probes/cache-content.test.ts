import { beforeEach, expect, test } from 'vitest'
import { FakeCache, putCache } from '../../../support/fake-cache.ts'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const path = '/api/products'
let cache: FakeCache

const look = async (minuteMs = 1_000) => {
  const stack = fakeStack()
  putCache(stack, cache)
  return await probeFor({ kind: 'cache-content', path, olderThanMinutes: 10, service: 'proxy' }).look(
    fakeView({ stack, wall: () => 100_000, minuteMs }),
  )
}
beforeEach(() => {
  cache = new FakeCache()
  cache.dateMs = 70_000
})

const breakDown = () => {
  const { server } = cache
  cache.server = null
  return () => {
    cache.server = server
  }
}

test('cached error: the server is well, and the proxy goes on giving its own error', async () => {
  const repair = breakDown()
  cache.answer(path)
  repair()
  const { finding, because } = await look()
  expect([finding, because]).toEqual(['cached error', expect.stringContaining('502 (HIT, 30.0 s old)')])
})

test('what was fetched some minutes of the incident ago is fresh, however long a minute takes here', async () => {
  cache.answer(path)
  cache.server = () => 'another price'
  expect((await look(2_900)).finding).toBe('outdated')
  expect((await look(3_100)).finding).toBe('fresh')
  // Thirty seconds are more than a cache of the shop keeps anything by itself.
  expect((await look(100)).finding).toBe('outdated')
})

test('outdated: an old copy, and the server says something else by now', async () => {
  cache.answer(path)
  cache.server = () => 'another price'
  expect(await look()).toMatchObject({ finding: 'outdated', evidence: { differs: true, ageMs: 30_000 } })
})

test.each([
  ['a copy of seconds', 99_000, 'another price'],
  ['an old copy of what did not change', 70_000, `now ${path}`],
])('fresh: %s', async (_, dateMs, body) => {
  cache.dateMs = dateMs
  cache.answer(path)
  cache.server = () => body
  expect((await look()).finding).toBe('fresh')
})

test('stale but good: nobody answers, and users see an old page', async () => {
  cache.answer(path)
  breakDown()
  expect((await look()).finding).toBe('stale but good')
})

test('an error that is no copy is no fault of the cache', async () => {
  breakDown()
  expect((await look()).finding).toBe('error, not from the cache')
})
