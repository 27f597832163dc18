import { afterEach, expect, test, vi } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import { Books } from '../../../src/load/books.ts'
import { sharedBooks } from '../../../src/load/engine.ts'
import { usersSpec } from '../../../src/load/index.ts'
import { Users } from '../../../src/load/users.ts'

/** As long as a busy server may take. */
const limit = { timeout: 20_000 }

afterEach(() => {
  vi.restoreAllMocks()
})

/** Users whose clock stands at the ms after the start that is given, until it is told to stand elsewhere. */
function users(target: string, ratePerS: number) {
  const spec = usersSpec.parse({ ratePerS, mix: [{ path: '/' }] })
  const shared = sharedBooks()
  const setup = { spec, targets: [{ target }], env: {}, idPrefix: 't', forMs: undefined, shared, thread: 0, threads: 1 }
  const real = performance.now()
  const clock = vi.spyOn(performance, 'now')
  const stands = (ms: number) => void clock.mockReturnValue(real + ms)
  return { users: new Users(setup, new Books('users', 50, shared, () => undefined)), from: real, stands, shared }
}

test('requests that are due at once wait for a connection that answers', limit, async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const { users: some, from, stands, shared } = users(server.url, 100_000)
  stands(1)
  some.start(from)
  expect(shared.reached[0]).toBe(16)
  // 100 are due in the first ms, and the one at its end.
  await vi.waitFor(() => expect(server.heard).toHaveLength(101), limit)
  expect(new Set(server.heard.map(({ connection }) => connection)).size).toBe(16)
  const { counts } = await some.stop(1_000, 1)
  expect(counts).toEqual([[200, 101]])
})

test('they do not wait for long, nor for a server that does not answer', limit, async () => {
  await using server = await serve(() => undefined)
  const { users: some, from, stands, shared } = users(server.url, 100_000)
  stands(1)
  some.start(from)
  expect(shared.reached[0]).toBe(16)
  stands(4)
  await vi.waitFor(() => expect(server.heard).toHaveLength(401), limit)
  await some.stop(0, 4)
})

test('requests that come one by one do not wait', limit, async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const { users: some, from, stands, shared } = users(server.url, 2_000)
  stands(15)
  some.start(from)
  expect(shared.reached[0]).toBe(31)
  await some.stop(1_000, 15)
})
