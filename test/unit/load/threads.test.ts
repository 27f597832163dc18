// @group measured
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import { startEngine, threadsFor } from '../../../src/load/engine.ts'
import { type LoadSample, usersSpec } from '../../../src/load/index.ts'
import { imbalances } from './run.ts'

test('several threads only where one would be late', () => {
  const spec = (ratePerS: number, more = {}) => usersSpec.parse({ ratePerS, mix: [{ path: '/' }], ...more })
  expect(threadsFor(spec(200), 8)).toBe(1)
  expect(threadsFor(spec(10_000), 8)).toBe(1)
  expect(threadsFor(spec(30_000), 2)).toBe(2)
  expect(threadsFor(spec(100_000), 64)).toBe(4)
  expect(threadsFor(spec(100_000), 1)).toBe(1)
  expect(threadsFor(spec(100_000, { users: 1 }), 8)).toBe(1)
  expect(threadsFor(spec(100, { stages: [{ toRatePerS: 11_000, over: '1s' }] }), 2)).toBe(2)
})

test('a plan that three threads share is one plan: no request twice or never, each by its user', async () => {
  const due = [100, 340, 400].map((requests) => ({ requests, ...Promise.withResolvers<void>() }))
  const heard = due.map(({ promise }) => promise)
  await using server = await serve((socket, { n }) => {
    due.find(({ requests }) => requests === n)?.resolve()
    if (n % 10 === 9) socket.end()
    else socket.write(whole(n % 10 === 8 ? 502 : 200))
  })
  const samples: LoadSample[] = []
  const spec = usersSpec.parse({ ratePerS: 300, users: 7, pool: 12, mix: [{ path: '/' }, { path: '/a' }] })
  const load = await startEngine(
    'users',
    spec,
    spec,
    {
      target: server.url,
      idPrefix: 't',
      onSample: (sample) => samples.push(sample),
      onBroken: (error) => {
        throw error
      },
    },
    3,
  )
  await heard[0]
  const first = await load.change({ ratePerS: 600, users: 12 })
  await heard[1]
  const [second, third] = await Promise.all([
    load.change({ ratePerS: 150, users: 2 }),
    load.change({ ratePerS: 100, users: 3 }),
  ])
  await heard[2]
  const summary = await load.stop(2_000)
  const users = (k: number) => (k < first.fromK ? 7 : k < second.fromK ? 12 : k < third.fromK ? 2 : 3)
  expect(imbalances({ summary, samples })).toEqual([])
  expect(summary.planned).toBeGreaterThan(200)
  expect(server.heard).toHaveLength(summary.planned)
  expect(new Set(server.heard.map(({ headers }) => headers['x-request-id'])).size).toBe(summary.planned)
  const wrong = server.heard.filter(({ headers, path }) => {
    const k = Number(headers['x-request-id']?.split('-')[1])
    return headers['x-user-id'] !== String(k % users(k)) || !['/', '/a'].includes(path)
  })
  expect(wrong).toEqual([])
  const { http_200: served = 0, http_502: bad = 0, closed_without_response: lost = 0 } = summary.ledger
  expect(served + bad + lost).toBe(summary.planned)
  expect(samples.map(({ fromMs }) => fromMs)).toEqual(
    samples.map((_, second) => (samples[0]?.fromMs ?? 0) + second * 1_000),
  )
  expect(new Set(samples.flatMap(({ usersActive }) => usersActive)).size).toBe(12)
  expect(summary.scheduleLagMs).not.toBeNull()
})

test('what is open at once is shared, too', async () => {
  await using server = await serve(() => undefined)
  const spec = usersSpec.parse({ ratePerS: 200, maxOpen: 11, mix: [{ path: '/' }] })
  const options = {
    target: server.url,
    idPrefix: 't',
    forMs: 200,
    onSample: () => undefined,
    onBroken: () => undefined,
  }
  const load = await startEngine('users', spec, spec, options, 2)
  await sleep(400)
  const summary = await load.stop(50)
  expect(summary.ledger).toEqual({ in_flight_at_end: 11, not_sent: 29 })
  expect(summary.planned).toBe(40)
})
