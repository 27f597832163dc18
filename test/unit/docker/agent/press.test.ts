import { expect, it } from 'vitest'
import { refusingUrl, serve, shortBody, whole } from '../../../../bench/support/servers.ts'
import { press } from '../../../../docker/agent/press.ts'
import { patience } from '../../../support/machine.ts'

const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0)

function at(url: string, wish: object = {}) {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port), path: '/', connections: 4, seconds: 0.3, timeoutMs: 200, ...wish }
}

it('keeps each connection, sends one request after the other, and counts each once', async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const { requests, ok, failed, byStatus, latencyMs, tookMs } = await press(at(server.url))
  expect(requests).toBe(server.heard.length)
  expect({ ok, failed, byStatus }).toEqual({ ok: requests, failed: 0, byStatus: { 200: requests } })
  expect(new Set(server.heard.map(({ connection }) => connection)).size).toBe(4)
  expect(latencyMs?.p50).toBeLessThanOrEqual(latencyMs?.p99 ?? 0)
  expect(latencyMs?.p99).toBeLessThanOrEqual(latencyMs?.max ?? 0)
  expect(tookMs).toBeGreaterThan(290)
})

it('sends no more than its rate', async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  // A machine that is busy elsewhere lets it send fewer, and this server is held up with it.
  const { requests, ok } = await press(at(server.url, { seconds: 0.5, ratePerS: 40, timeoutMs: patience(2_000) }))
  expect(requests).toBeGreaterThan(0)
  expect(requests).toBeLessThanOrEqual(20)
  expect(ok).toBe(requests)
})

it('charges nobody with the time in which it was held up itself', async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const pressing = press(at(server.url, { connections: 1, seconds: 0.05 }))
  const until = performance.now() + 2 * 200
  while (performance.now() < until);
  const { requests, byStatus } = await pressing
  expect(requests).toBeGreaterThan(0)
  expect(byStatus).toEqual({ 200: requests })
})

it('sends a body with its method', async () => {
  await using server = await serve((socket) => socket.write(whole(201)))
  await press(at(server.url, { method: 'POST', body: { item: 7 }, path: '/api/orders', seconds: 0.05 }))
  expect(server.heard[0]).toMatchObject({ method: 'POST', path: '/api/orders', body: '{"item":7}' })
})

it('tells what went wrong, and takes no failure for an answer', async () => {
  let n = 0
  await using server = await serve((socket) => {
    n += 1
    if (n % 4 === 0) socket.write(whole(502))
    else if (n % 4 === 1) socket.resetAndDestroy()
    else if (n % 4 === 2) socket.end(shortBody)
  })
  const { requests, ok, failed, byStatus, latencyMs } = await press(at(server.url, { seconds: 1 }))
  expect(ok).toBe(0)
  expect(failed).toBe(requests)
  expect(total(byStatus)).toBe(requests)
  expect(Object.keys(byStatus).sort()).toEqual(['502', 'ECONNRESET', 'TIMEOUT', 'truncated'])
  expect(latencyMs?.max).toBeGreaterThan(190)
})

it('does not storm a server that refuses', async () => {
  const { requests, byStatus } = await press(at(await refusingUrl(), { seconds: 0.5 }))
  expect(byStatus).toEqual({ ECONNREFUSED: requests })
  expect(requests).toBeLessThanOrEqual(4 * 26)
})

it('ends at the signal with what it has', async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const ending = new AbortController()
  const pressing = press(at(server.url, { seconds: 3_600 }), ending.signal)
  await expect.poll(() => server.heard.length).toBeGreaterThan(0)
  ending.abort()
  const { requests, tookMs } = await pressing
  expect(requests).toBeGreaterThan(0)
  expect(tookMs).toBeLessThan(3_600_000)
})
