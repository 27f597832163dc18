import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { cutChunks, refusingUrl, serve, shortBody, whole } from '../../../bench/support/servers.ts'
import { imbalances, runUsers } from './run.ts'

/** Every case needs a thread of its own and real time: side by side they take as long as the slowest. */
describe.concurrent('users: each request ends in its true class', () => {
  test('answered, whatever the status', async () => {
    await using server = await serve((socket, { n }) => socket.write(whole(n % 4 === 0 ? 502 : 200)))
    const measured = await runUsers(server.url, 500)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 75, http_502: 25 })
    expect(measured.summary.planned).toBe(100)
    expect(server.heard).toHaveLength(100)
    expect(measured.summary.achievedRate).toBeCloseTo(200, -1)
  })

  test('refused', async () => {
    const measured = await runUsers(await refusingUrl(), 500)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ connect_refused: 100 })
    expect(measured.samples[0]?.usersFailed).toHaveLength(50)
  })

  test('every second connection closed with FIN and no answer', async () => {
    await using server = await serve((socket, { connection }) => {
      if (connection % 2 === 1) socket.end()
      else socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok`)
    })
    const measured = await runUsers(server.url, 500)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 50, closed_without_response: 50 })
    expect(server.heard).toHaveLength(100)
  })

  test('keep-alive connection closed with FIN after its fifth request', async () => {
    const served = new Map<number, number>()
    await using server = await serve((socket, { connection }) => {
      const count = (served.get(connection) ?? 0) + 1
      served.set(connection, count)
      if (count === 5) socket.end()
      else socket.write(whole(200))
    })
    const measured = await runUsers(server.url, 500)
    expect(imbalances(measured)).toEqual([])
    const closed = [...served.values()].filter((count) => count === 5).length
    expect(closed).toBeGreaterThan(5)
    expect(measured.summary.ledger).toEqual({ http_200: 100 - closed, closed_without_response: closed })
    expect(server.heard.map(({ headers }) => headers['x-request-id']).sort()).toEqual(
      Array.from({ length: 100 }, (_, k) => `t-${k}`).sort(),
    )
  })

  test.each([
    ['short of its content-length, then FIN', shortBody, 'end'],
    [
      'short of its content-length on a closing connection',
      shortBody.replace('\r\n', '\r\nconnection: close\r\n'),
      'end',
    ],
    ['chunks without an end, then FIN', cutChunks, 'end'],
    ['chunks without an end, then RST', cutChunks, 'reset'],
    ['half of the headers, then FIN', 'HTTP/1.1 200 OK\r\ncontent-le', 'end'],
    ['no length at all, then RST', 'HTTP/1.1 200 OK\r\n\r\nhello', 'reset'],
    ['not HTTP', 'SSH-2.0-OpenSSH\r\n', 'end'],
  ])('truncated: %s', async (_name, text, how) => {
    await using server = await serve((socket) => {
      socket.write(text, () => (how === 'end' ? socket.end() : setTimeout(() => socket.resetAndDestroy(), 20)))
    })
    const measured = await runUsers(server.url, 300)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ truncated: 60 })
  })

  test('a body without a length ends with the connection and is whole', async () => {
    await using server = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'))
    const measured = await runUsers(server.url, 300)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 60 })
  })

  test('reset', async () => {
    await using server = await serve((socket) => socket.resetAndDestroy())
    const measured = await runUsers(server.url, 300)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ reset: 60 })
  })

  test('timeout, before and within the answer', async () => {
    await using server = await serve((socket, { n }) => n % 2 && socket.write(shortBody))
    const measured = await runUsers(server.url, 300, { timeout: '200ms' })
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ timeout: 60 })
    expect(measured.summary.latencyMs?.p50).toBeGreaterThanOrEqual(200)
    expect(measured.summary.latencyMs?.p50).toBeLessThan(300)
  })

  test('not sent beyond the cap, in flight at the end', async () => {
    await using server = await serve(() => undefined)
    const measured = await runUsers(server.url, 300, { maxOpen: 10 }, 50)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ in_flight_at_end: 10, not_sent: 50 })
    expect(server.heard).toHaveLength(10)
    expect(measured.summary.latencyMs).toBeNull()
  })
})

describe.concurrent('users: what is sent', () => {
  test('methods, bodies, ids and users', async () => {
    await using server = await serve((socket, { method }) =>
      socket.write(method === 'HEAD' ? 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n' : whole(201)),
    )
    const mix = [
      { path: '/' },
      { method: 'POST', path: '/api/orders', body: { item: 7 } },
      { method: 'PUT', path: '/api/note', body: 'hello' },
      { method: 'DELETE', path: '/api/note' },
      { method: 'HEAD', path: '/' },
    ]
    const measured = await runUsers(server.url, 500, { users: 7, mix })
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 20, http_201: 80 })
    const k = (id = '') => Number(id.split('-')[1])
    for (const { headers } of server.heard) expect(headers['x-user-id']).toBe(String(k(headers['x-request-id']) % 7))
    const post = server.heard.filter(({ method }) => method === 'POST')
    expect(post).toHaveLength(20)
    expect(new Set(post.map(({ body, headers }) => `${headers['content-type']} ${body}`))).toEqual(
      new Set(['application/json {"item":7}']),
    )
    const put = server.heard.find(({ method }) => method === 'PUT')
    expect(put?.body).toBe('hello')
    expect(put?.headers['content-type']).toMatch('text/plain')
  })

  test('staged rates', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const stages = [{ toRatePerS: 300, over: '500ms' }]
    const measured = await runUsers(server.url, 1_000, { ratePerS: 100, stages })
    expect(imbalances(measured)).toEqual([])
    // 100 → 300 in half a second are 100 requests, then half a second at 300.
    expect(measured.summary.ledger).toEqual({ http_200: 250 })
  })
})

describe.concurrent('users: when', () => {
  test('latency counts from the intended moment through a stall', async () => {
    let stalledUntil = 0
    await using server = await serve((socket, { n }) => {
      if (n === 40) stalledUntil = performance.now() + 600
      const waitMs = stalledUntil - performance.now()
      if (waitMs > 0) setTimeout(() => socket.write(whole(200)), waitMs)
      else socket.write(whole(200))
    })
    const measured = await runUsers(server.url, 1_200)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 240 })
    // Half of the requests meet the stall, with waits evenly spread from 600 ms down to none.
    expect(Math.abs((measured.summary.latencyMs?.p75 ?? 0) - 300)).toBeLessThan(60)
    expect(Math.abs((measured.summary.latencyMs?.max ?? 0) - 600)).toBeLessThan(60)
    const [first, second] = measured.samples
    expect((second?.fromMs ?? 0) - (first?.fromMs ?? 0)).toBeCloseTo(1_000, 3)
  })

  test('the first failure and its users are told by second', async () => {
    await using server = await serve((socket, { headers }) =>
      socket.write(whole(headers['x-user-id'] === '3' ? 500 : 200)),
    )
    const measured = await runUsers(server.url, 300, { users: 10 })
    const [sample] = measured.samples
    expect(sample?.usersFailed).toEqual([3])
    expect(sample?.usersActive).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect((sample?.firstFailedMs ?? 0) - (sample?.fromMs ?? 0)).toBeCloseTo(15, 3)
    expect((sample?.firstServedMs ?? 0) - (sample?.fromMs ?? 0)).toBeCloseTo(0, 3)
    expect(measured.summary.latencyOf('http_500')?.max).toBeLessThan(300)
    expect(measured.summary.latencyOf('reset')).toBeNull()
  })

  test('stops before the plan ends', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const measured = await runUsers(server.url, 300, {})
    await sleep(100)
    expect(server.heard).toHaveLength(measured.summary.planned)
  })
})
