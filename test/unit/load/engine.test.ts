// @group measured 5s
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import { type LoadSample, startUsers, usersSpec } from '../../../src/load/index.ts'

test('users run in a thread of their own until stopped', async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const samples: LoadSample[] = []
  const broken: Error[] = []
  const second = Promise.withResolvers<void>()
  const spec = usersSpec.parse({ ratePerS: 100, mix: [{ path: '/' }] })
  const load = await startUsers(spec, {
    target: server.url,
    idPrefix: 'e',
    onSample: (sample) => {
      samples.push(sample)
      second.resolve()
    },
    onBroken: (error) => broken.push(error),
  })
  await second.promise
  const summary = await load.stop(2_000)
  expect(broken).toEqual([])
  expect(samples[0]?.planned).toBe(100)
  expect(summary.ledger).toEqual({ http_200: summary.planned })
  expect(server.heard).toHaveLength(summary.planned)
  expect(summary.classOf(summary.planned - 1)).toBe('http_200')
  expect(Math.abs((samples[0]?.fromMs ?? 0) - Date.now())).toBeLessThan(10_000)
})

test('running users are changed, and what cannot be is refused', async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const spec = usersSpec.parse({ ratePerS: 20, users: 5, pool: 30, mix: [{ path: '/' }] })
  const options = { target: server.url, idPrefix: 'e', onSample: () => undefined, onBroken: () => undefined }
  const load = await startUsers(spec, options)
  await expect(load.change({ ratePerS: 100, users: 31 })).rejects.toThrow("the pool's 30")
  await expect(load.change({ ratePerS: 0 })).rejects.toMatchObject({ code: 'LOAD_FAILED' })
  const { fromK, fromMs } = await load.change({ ratePerS: 500, users: 30 })
  expect(Math.abs(fromMs - Date.now())).toBeLessThan(10_000)
  await expect.poll(() => server.heard.length).toBeGreaterThan(fromK + 100)
  const [back] = await Promise.all([load.change({ ratePerS: 1 }), load.change({ ratePerS: 20, users: 5 })])
  const summary = await load.stop(2_000)
  expect(summary.users).toBe(30)
  expect(summary.ledger).toEqual({ http_200: summary.planned })
  expect(server.heard).toHaveLength(summary.planned)
  const users = (k: number) => (k >= fromK && k < back.fromK ? 30 : 5)
  const wrong = server.heard.filter(({ headers }) => {
    const k = Number(headers['x-request-id']?.split('-')[1])
    return k < back.fromK && headers['x-user-id'] !== String(k % users(k))
  })
  expect(wrong).toEqual([])
  await expect(load.change({ ratePerS: 100 })).rejects.toThrow('it has ended')
})

test('a pool smaller than its users is no spec', () => {
  const parsed = usersSpec.safeParse({ ratePerS: 1, users: 5, pool: 4, mix: [{ path: '/' }] })
  expect(parsed.error?.issues).toMatchObject([{ path: ['pool'], message: 'smaller than users' }])
})

test('a generator that cannot run is broken, not silent', async () => {
  const spec = usersSpec.parse({ ratePerS: 100, mix: [{ path: '/' }] })
  const start = startUsers(spec, {
    target: 'not a url',
    idPrefix: 'e',
    onSample: () => undefined,
    onBroken: () => undefined,
  })
  await expect(start).rejects.toMatchObject({ code: 'LOAD_FAILED' })
})

test('a thread that says nothing in time is ended, or it would knock for ever', async () => {
  const terminate = vi.spyOn(Worker.prototype, 'terminate')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
    terminate.mockRestore()
  })
  const options = { target: 'http://127.0.0.1:1', idPrefix: 'e', onSample: () => undefined, onBroken: () => undefined }
  const start = startUsers(usersSpec.parse({ ratePerS: 1, mix: [{ path: '/' }] }), options)
  const late = expect(start).rejects.toThrow('said nothing for 30000 ms')
  // Long before any thread can be up.
  vi.advanceTimersByTime(30_000)
  await late
  expect(terminate).toHaveBeenCalledTimes(1)
})
