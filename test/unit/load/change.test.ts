// @group measured
import { describe, expect, test } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import { imbalances, runUsers } from './run.ts'

describe('users: a change in the middle', () => {
  test('no request is lost or invented, and each goes to the user of its number', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const changes = [
      { atMs: 300, ratePerS: 1_000, users: 40 },
      { atMs: 700, ratePerS: 50, users: 7 },
    ]
    const measured = await runUsers(server.url, 1_000, { ratePerS: 100, users: 7, pool: 40 }, 2_000, changes)
    expect(imbalances(measured)).toEqual([])
    const [up, down] = measured.changed
    const startMs = measured.samples[0]?.fromMs ?? 0
    const [upMs, downMs] = [(up?.fromMs ?? 0) - startMs, (down?.fromMs ?? 0) - startMs]
    const due = 0.1 * upMs + (downMs - upMs) + 0.05 * (1_000 - downMs)
    // The plan's own arithmetic, to the request; a thousandth more or less of a request is its rounding.
    expect([-0.001, 0.001].map((rounding) => Math.ceil(due + rounding))).toContain(measured.summary.planned)
    expect(measured.summary.ledger).toEqual({ http_200: measured.summary.planned })
    const ids = server.heard.map(({ headers }) => Number(headers['x-request-id']?.split('-')[1]))
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: measured.summary.planned }, (_, k) => k))
    const [fromUp, fromDown] = [up?.fromK ?? 0, down?.fromK ?? 0]
    const wrong = server.heard.filter(({ headers }) => {
      const k = Number(headers['x-request-id']?.split('-')[1])
      return headers['x-user-id'] !== String(k % (k >= fromUp && k < fromDown ? 40 : 7))
    })
    expect(wrong).toEqual([])
    expect(measured.samples[0]?.usersActive).toHaveLength(40)
    expect(measured.samples[0]?.scheduleLagP99Ms).not.toBeNull()
  })

  test('what is overdue when the load changes still leaves', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const block = () => {
      const end = performance.now() + 150
      while (performance.now() < end);
    }
    setTimeout(block, 200)
    const measured = await runUsers(server.url, 600, { ratePerS: 200 }, 2_000, [{ atMs: 340, ratePerS: 20, users: 3 }])
    const [change] = measured.changed
    expect(imbalances(measured)).toEqual([])
    expect(change?.fromK).toBeGreaterThanOrEqual(68)
    expect(measured.summary.ledger).toEqual({ http_200: measured.summary.planned })
    // The wait of those that this thread could not send is not forgotten by the change.
    expect(measured.summary.scheduleLagMs?.max).toBeGreaterThan(100)
  })
})
