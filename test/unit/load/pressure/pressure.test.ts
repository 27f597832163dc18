// @group measured
import { describe, expect, test } from 'vitest'
import { cutChunks, refusingUrl, serve, shortBody, whole } from '../../../../bench/support/servers.ts'
import { imbalances, runPressure } from '../run.ts'

describe('pressure: each request ends in its true class', () => {
  test('paced evenly, answered, with ids', async () => {
    const cameAt: number[] = []
    await using server = await serve((socket, { n }) => {
      cameAt.push(performance.now())
      socket.write(whole(n % 4 === 0 ? 502 : 200))
    })
    const measured = await runPressure(server.url, 500, { ratePerS: 400 })
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 150, http_502: 50 })
    expect(new Set(server.heard.map(({ headers }) => headers['x-request-id'])).size).toBe(200)
    const firstHalf = cameAt.filter((at) => at < (cameAt[0] ?? 0) + 250).length
    expect(Math.abs(firstHalf - 100)).toBeLessThan(30)
  })

  test('does not spin when refused', async () => {
    const measured = await runPressure(await refusingUrl(), 500)
    expect(imbalances(measured)).toEqual([])
    expect(Object.keys(measured.summary.ledger)).toEqual(['connect_refused'])
    // Four connections, backing off 10, 20, 40 … ms.
    expect(measured.summary.planned).toBeLessThan(60)
    expect(measured.summary.planned).toBeGreaterThan(8)
  })

  test('every second connection closed with FIN and no answer', async () => {
    await using server = await serve((socket, { connection }) => {
      if (connection % 2 === 1) socket.end()
      else socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok')
    })
    const measured = await runPressure(server.url, 100, { connections: 1 }, 2_000, () => server.heard.length > 20)
    expect(imbalances(measured)).toEqual([])
    const { http_200: good = 0, closed_without_response: lost = 0 } = measured.summary.ledger
    expect(good + lost).toBe(measured.summary.planned)
    expect(lost).toBeGreaterThan(3)
    expect(Math.abs(good - lost)).toBeLessThanOrEqual(1)
    expect(server.heard).toHaveLength(measured.summary.planned)
  })

  test('cut, reset, refused by silence: all in one run', async () => {
    const answers: Record<string, string> = { '/short': shortBody, '/chunks': cutChunks, '/odd': 'SSH-2.0-OpenSSH\r\n' }
    await using server = await serve((socket, { path, method }) => {
      if (path === '/reset') socket.resetAndDestroy()
      else if (path === '/head') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n')
      else if (path === '/until-close') socket.end('HTTP/1.1 200 OK\r\n\r\nhello')
      else if (answers[path]) socket.end(answers[path])
      else if (path === '/post') socket.write(whole(method === 'POST' ? 201 : 400))
    })
    const mix = [
      ...['/short', '/chunks', '/odd', '/reset', '/until-close', '/silent'].map((path) => ({ path })),
      { path: '/head', method: 'HEAD' },
      { path: '/post', method: 'POST', body: { item: 7 } },
    ]
    const measured = await runPressure(server.url, 600, { connections: 8, ratePerS: 40, timeout: '150ms', mix })
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({
      truncated: 6,
      not_http: 3,
      reset: 3,
      http_200: 6,
      http_201: 3,
      timeout: 3,
    })
    expect(server.heard.find(({ path }) => path === '/post')?.body).toBe('{"item":7}')
  })

  test('in flight at the end; slots beyond the connections are not sent', async () => {
    await using server = await serve(() => undefined)
    const measured = await runPressure(server.url, 300, { ratePerS: 100 }, 50)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ in_flight_at_end: 4, not_sent: 26 })
  })
})
