// @group measured
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { personalPages } from '../../../../docker/backend-next/personal-pages.ts'
import { TestBackend } from '../../../support/backend.ts'

const ticketBytes = 1_048_576
let backend: TestBackend
afterEach(() => backend.stop())

async function start(more: Parameters<typeof personalPages>[0] = {}): Promise<TestBackend> {
  backend = await TestBackend.start(personalPages({ pageMs: 250, roomFor: 4, ticketBytes, ...more }))
  return backend
}

/** How much memory outside of the heap these requests at once leave behind, bytes. */
async function keptBy(requests: number): Promise<number> {
  const before = process.memoryUsage().external
  const answers = await Promise.all(Array.from({ length: requests }, () => backend.fetch('/')))
  expect(await Promise.all(answers.map((answer) => answer.text()))).toHaveLength(requests)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  await sleep(20)
  return process.memoryUsage().external - before
}

describe('personal pages', () => {
  it('keep nothing as long as there is no line', async () => {
    await start()
    for (let round = 0; round < 5; round += 1) expect(await keptBy(4)).toBeLessThan(ticketBytes)
  })

  it('keep a ticket of everybody who came into a line, though it is gone, and more the longer it was', async () => {
    await start()
    const short = await keptBy(6)
    expect(short).toBeGreaterThan(2.5 * ticketBytes)
    expect(await keptBy(10)).toBeGreaterThan(5 * short)
  })

  it.each([
    [true, 6],
    [false, 0],
  ])('with tickets (%s) so many are left of ten who came at once: %i', async (tickets, left) => {
    const line = new EventEmitter()
    await start({ tickets, line })
    const answers = await Promise.all(Array.from({ length: 10 }, () => backend.fetch('/')))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(line.listenerCount('gone')).toBe(left)
  })

  it('are the pages of the shop, later', async () => {
    await start()
    const begun = performance.now()
    expect(await (await backend.fetch('/product/7')).text()).toContain('Product 7')
    expect(performance.now() - begun).toBeGreaterThan(25)
    expect((await backend.fetch('/product/99')).status).toBe(404)
  })
})
