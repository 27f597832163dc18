// @group measured 6s
import type net from 'node:net'
import { describe, expect, test } from 'vitest'
import { cutChunks, type Heard, refusingUrl, serve, shortBody, whole } from '../../../../bench/support/servers.ts'
import { patience } from '../../../support/machine.ts'
import { imbalances, runUsers } from '../run.ts'

/** Ways to answer by path, each with the one class that is true for it. */
const manners: Record<string, [expected: string, answer: (socket: net.Socket, heard: Heard) => void]> = {
  '/whole': ['http_200', (socket) => socket.write(whole(200))],
  '/bad-gateway': ['http_502', (socket) => socket.write(whole(502))],
  '/closing': [
    'http_200',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'),
  ],
  '/until-close': ['http_200', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello')],
  '/fin': ['closed_without_response', (socket) => socket.end()],
  '/reset': ['reset', (socket) => socket.resetAndDestroy()],
  '/short': ['truncated', (socket) => socket.end(shortBody)],
  '/short-closing': ['truncated', (socket) => socket.end(shortBody.replace('\r\n', '\r\nconnection: close\r\n'))],
  '/chunks': ['truncated', (socket) => socket.end(cutChunks)],
  '/chunks-reset': ['truncated', (socket) => socket.write(cutChunks, () => resetSoon(socket))],
  '/until-reset': ['truncated', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nhello', () => resetSoon(socket))],
  '/half-headers': ['truncated', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
  '/not-http': ['not_http', (socket) => socket.end('SSH-2.0-OpenSSH\r\n')],
  '/silent': ['timeout', () => undefined],
  '/stuck': ['timeout', (socket) => socket.write(shortBody)],
}

/** Late enough that the client has read what came before: a reset overtakes what is unread. */
function resetSoon(socket: net.Socket): void {
  setTimeout(() => socket.resetAndDestroy(), 50)
}

describe('users: each request ends in its true class', () => {
  test('whatever a server can do to it, side by side', async () => {
    await using server = await serve((socket, heard) => manners[heard.path]?.[1](socket, heard))
    const paths = Object.keys(manners)
    const timeoutMs = patience(150)
    const mix = paths.map((path) => ({ path }))
    const measured = await runUsers(server.url, 600, { ratePerS: 100, timeout: `${timeoutMs}ms`, mix }, 5 * timeoutMs)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.planned).toBe(60)
    // Sent exactly once each: nothing was tried again behind our back.
    expect(server.heard).toHaveLength(60)
    const wrong = server.heard.filter(({ path, headers }) => {
      const k = Number(headers['x-request-id']?.split('-')[1])
      return measured.summary.classOf(k) !== manners[path]?.[0]
    })
    expect(wrong.map(({ path }) => path)).toEqual([])
    expect(new Set(server.heard.map(({ path }) => path)).size).toBe(paths.length)
  })

  test('refused', async () => {
    const measured = await runUsers(await refusingUrl(), 300)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ connect_refused: 60 })
    expect(measured.samples[0]?.usersFailed).toHaveLength(50)
    expect(measured.summary.latencyOf('connect_refused')).not.toBeNull()
  })

  test('every second connection closed with FIN and no answer', async () => {
    await using server = await serve((socket, { connection }) => {
      if (connection % 2 === 1) socket.end()
      else socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok')
    })
    const measured = await runUsers(server.url, 300)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 30, closed_without_response: 30 })
    expect(server.heard).toHaveLength(60)
  })

  test('kept connections closed with FIN at their second request', async () => {
    const served = new Map<number, number>()
    await using server = await serve((socket, { connection }) => {
      const count = (served.get(connection) ?? 0) + 1
      served.set(connection, count)
      if (count === 2) socket.end()
      else socket.write(whole(200))
    })
    const measured = await runUsers(server.url, 300)
    expect(imbalances(measured)).toEqual([])
    const closed = [...served.values()].filter((count) => count === 2).length
    expect(closed).toBeGreaterThan(0)
    expect(measured.summary.ledger).toEqual({ http_200: 60 - closed, closed_without_response: closed })
    expect(new Set(server.heard.map(({ headers }) => headers['x-request-id'])).size).toBe(60)
  })

  test('not sent beyond the cap, in flight at the end', async () => {
    await using server = await serve(() => undefined)
    const measured = await runUsers(server.url, 200, { maxOpen: 10 }, 50)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ in_flight_at_end: 10, not_sent: 30 })
    expect(server.heard).toHaveLength(10)
    expect(measured.summary.latencyMs).toBeNull()
  })
})

describe('users: what is sent', () => {
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
    const measured = await runUsers(server.url, 200, { users: 7, mix })
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 8, http_201: 32 })
    const numberOf = (id = '') => Number(id.split('-')[1])
    for (const { headers } of server.heard) {
      expect(headers['x-user-id']).toBe(String(numberOf(headers['x-request-id']) % 7))
    }
    const post = server.heard.filter(({ method }) => method === 'POST')
    expect(post).toHaveLength(8)
    expect(new Set(post.map(({ body, headers }) => `${headers['content-type']} ${body}`))).toEqual(
      new Set(['application/json {"item":7}']),
    )
    const put = server.heard.find(({ method }) => method === 'PUT')
    expect(put?.body).toBe('hello')
    expect(put?.headers['content-type']).toMatch('text/plain')
  })

  test('staged rates', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const stages = [{ toRatePerS: 300, over: '200ms' }]
    const measured = await runUsers(server.url, 400, { ratePerS: 100, stages })
    expect(imbalances(measured)).toEqual([])
    // 100 → 300 in 0.2 s are 40 requests, then 0.2 s at 300.
    expect(measured.summary.ledger).toEqual({ http_200: 100 })
  })
})

describe('users: when', () => {
  test('latency counts from the intended moment, also when this thread could not send', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const running = runUsers(server.url, 500)
    setTimeout(() => {
      const end = performance.now() + 200
      while (performance.now() < end);
    }, 100)
    const measured = await running
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 100 })
    // 40 of 100 requests fell into the pause: their waits are evenly spread from 200 ms down.
    expect(measured.summary.scheduleLagMs?.max).toBeGreaterThan(190)
    expect(measured.summary.latencyMs?.p90).toBeGreaterThan(140)
    expect(measured.samples[0]?.scheduleLagP99Ms).toBeGreaterThan(180)
  })

  test('failures and the users they hit are told by second', async () => {
    await using server = await serve((socket, { headers }) =>
      socket.write(whole(headers['x-user-id'] === '3' ? 500 : 200)),
    )
    const measured = await runUsers(server.url, 200, { users: 10 })
    const [sample] = measured.samples
    expect(sample?.usersFailed).toEqual([3])
    expect(sample?.usersActive).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect((sample?.firstFailedMs ?? 0) - (sample?.fromMs ?? 0)).toBeCloseTo(15, 3)
    expect((sample?.lastFailedMs ?? 0) - (sample?.fromMs ?? 0)).toBeCloseTo(165, 3)
    expect((sample?.firstServedMs ?? 0) - (sample?.fromMs ?? 0)).toBeCloseTo(0, 3)
    expect(measured.summary.latencyOf('reset')).toBeNull()
  })
})

describe('users: writes', () => {
  test('carry a key each, which nothing else does, and are counted', async () => {
    await using server = await serve((socket, { path }) => socket.write(whole(path === '/lost' ? 502 : 201)))
    const own = { method: 'PUT', path: '/own', headers: { 'Idempotency-Key': 'theirs' } }
    const mix = [{ path: '/' }, { method: 'POST', path: '/kept' }, { method: 'DELETE', path: '/lost' }, own]
    const { samples, summary } = await runUsers(server.url, 300, { mix })
    const keysOf = (path: string) =>
      server.heard.filter((one) => one.path === path).map(({ headers }) => headers['idempotency-key'])
    const keys = [...keysOf('/kept'), ...keysOf('/lost')]
    expect(keys).toHaveLength(30)
    expect(new Set(keys).size).toBe(30)
    expect(new Set([...keysOf('/'), ...keysOf('/own')])).toEqual(new Set([undefined, 'theirs']))
    expect(summary.planned).toBe(60)
    const sum = (what: 'sent' | 'failed') => samples.reduce((all, { writes }) => all + (writes?.[what] ?? 0), 0)
    expect([sum('sent'), sum('failed')]).toEqual([45, 15])
  })
})
