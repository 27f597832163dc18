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
  const late = expect(start).rejects.toThrow('said nothing for 10000 ms')
  // Long before any thread can be up.
  vi.advanceTimersByTime(10_000)
  await late
  expect(terminate).toHaveBeenCalledTimes(1)
})
