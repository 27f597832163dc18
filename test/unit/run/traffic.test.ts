// @group measured 6s
import { describe, expect, onTestFinished, test } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import { type Fact, factsOf, type NewFact } from '../../../src/journal/facts.ts'
import { realClock } from '../../../src/kit/clock.ts'
import { total } from '../../../src/kit/ledger.ts'
import { loadSpec } from '../../../src/load/index.ts'
import { reconcile } from '../../../src/run/reconcile.ts'
import { startTraffic, type Traffic } from '../../../src/run/traffic.ts'
import { LogBook } from '../../../src/watch/logbook.ts'
import { outagePlan } from '../../support/journal.ts'
import { said } from '../checks/ask.ts'

type Server = Awaited<ReturnType<typeof serve>>

const plan = {
  users: { ratePerS: 50, users: 5, pool: 40, mix: [{ path: '/shop' }] },
  pressure: { connections: 2, ratePerS: 40, mix: [{ path: '/bulk' }] },
}

async function start(server: Server, spec: object = plan): Promise<{ traffic: Traffic; facts: () => Fact[] }> {
  const written: NewFact[] = []
  const traffic = await startTraffic({
    spec: loadSpec.parse(spec),
    target: server.url,
    runId: 'r',
    write: (fact) => void written.push(fact),
    toT: (ms) => ms,
    onBroken: (error) => expect.fail(error.message),
  })
  onTestFinished(async () => void (await traffic.stop(0)))
  return { traffic, facts: () => written.map((fact, index) => ({ ...fact, n: index + 1 }) as Fact) }
}

/** What a proxy's log would say of it. */
function logOf(server: Server): LogBook {
  const book = new LogBook(() => undefined)
  for (const { headers } of server.heard) book.answered.set(headers['x-request-id'] ?? '', 200)
  return book
}

const idsOf = (server: Server, prefix: string) =>
  server.heard.map(({ headers }) => headers['x-request-id'] ?? '').filter((id) => id.startsWith(prefix))

describe('a surge in the middle of a run', () => {
  test('every load keeps its own book, and all of them agree with the log', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const { traffic, facts } = await start(server)
    const pressure = { connections: 3, ratePerS: 200, mix: [{ path: '/spike' }] }
    const surge = await traffic.surge({ users: { ratePerS: 400, users: 40 }, pressure, because: 'the spike' })
    await expect.poll(() => idsOf(server, 'r-s1-').length).toBeGreaterThan(100)
    await expect.poll(() => idsOf(server, 'r-u-').length).toBeGreaterThan(200)
    await surge.end()
    const heardThen = idsOf(server, 'r-s1-').length
    const ended = await traffic.stop(2_000)
    expect(idsOf(server, 'r-s1-')).toHaveLength(heardThen)
    expect(ended.map(({ prefix }) => prefix)).toEqual(['r-u', 'r-p', 'r-s1'])
    expect(server.heard.filter(({ path }) => path === '/spike')).toHaveLength(heardThen)
    const books = await reconcile(ended, logOf(server), realClock)
    expect(books).toMatchObject({ matched: server.heard.length, answeredUnlogged: 0, loggedUnknown: 0 })
    const closed = factsOf(facts(), 'ledger-closed')
    expect(closed.map(({ source, surge: number = 0 }) => `${source} ${number}`).sort()).toEqual([
      'pressure 0',
      'pressure 1',
      'users 0',
    ])
    // What a machine without room kept back was never sent.
    const sent = closed.map(({ ledger }) => total(ledger) - (ledger.not_sent ?? 0))
    expect(sent.reduce((sum, one) => sum + one, 0)).toBe(server.heard.length)
    expect(closed.find(({ source }) => source === 'users')?.users).toBe(40)
    expect(factsOf(facts(), 'load-changed')).toMatchObject([
      { source: 'pressure', surge: 1, ratePerS: 200, users: 3, because: 'the spike' },
      { source: 'users', ratePerS: 400, users: 40, because: 'the spike' },
      { source: 'users', ratePerS: 50, users: 5, because: 'the surge has ended: the spike' },
      { source: 'pressure', surge: 1, ratePerS: 0, users: 0 },
    ])
    const inAll = server.heard.length
    const bySecond = { kind: 'proxy-sample', fromT: 0, byStatus: { 200: inAll }, byReason: {}, ofLoads: inAll }
    const all = [...facts(), ...[books, bySecond].map((fact) => ({ ...fact, n: 999, t: 0, at: '' }) as Fact)]
    expect(said({ plan: outagePlan(), facts: all, torn: 0 }, { kind: 'ledger-balanced' })).toMatchObject({
      status: 'pass',
    })
  })

  test('surges overlap: the users follow the last one that has not ended, and the plan at the end', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const stages = [{ toRatePerS: 60, over: '0ms' }]
    const { traffic, facts } = await start(server, { users: { ...plan.users, stages } })
    const first = await traffic.surge({ users: { ratePerS: 100, users: 10 }, because: 'first' })
    const second = await traffic.surge({ users: { ratePerS: 200 }, because: 'second' })
    await first.end()
    await Promise.all([second.end(), second.end()])
    const changes = factsOf(facts(), 'load-changed').map(({ ratePerS, users }) => [ratePerS, users])
    expect(changes).toEqual([
      [100, 10],
      [200, 10],
      [60, 5],
    ])
  })

  test('what is asked for is what the pressure, or else the users, of the plan ask for', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const { traffic } = await start(server)
    await traffic.surge({ pressure: { connections: 1, ratePerS: 50 }, because: 'more' })
    await expect.poll(() => idsOf(server, 'r-s1-').length).toBeGreaterThan(5)
    await traffic.stop(1_000)
    expect(server.heard.filter(({ headers }) => headers['x-request-id']?.startsWith('r-s1-'))).toContainEqual(
      expect.objectContaining({ path: '/bulk' }),
    )
  })

  test('it ends with the run, and what can no longer be begun is refused', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const { traffic, facts } = await start(server)
    const pressure = { connections: 1, ratePerS: 50 }
    const surge = await traffic.surge({ users: { ratePerS: 60 }, pressure, because: 'the spike' })
    expect(await traffic.stop(1_000)).toHaveLength(3)
    const before = factsOf(facts(), 'ledger-closed').length
    await surge.end()
    expect(factsOf(facts(), 'ledger-closed')).toHaveLength(before)
    await expect(traffic.surge({ users: { ratePerS: 60 }, because: 'late' })).rejects.toThrow('the load has ended')
    await expect(traffic.surge({ pressure, because: 'late' })).rejects.toMatchObject({ code: 'LOAD_FAILED' })
  })

  test('more users than the pool has change nothing, and leave no pressure behind', async () => {
    await using server = await serve((socket) => socket.write(whole(200)))
    const { traffic, facts } = await start(server)
    const pressure = { connections: 1, ratePerS: 50 }
    const surge = traffic.surge({ users: { ratePerS: 60, users: 41 }, pressure, because: 'too many' })
    await expect(surge).rejects.toThrow("the pool's 40")
    expect(factsOf(facts(), 'load-changed').filter(({ source }) => source === 'users')).toEqual([])
    expect(factsOf(facts(), 'ledger-closed')).toMatchObject([{ source: 'pressure', surge: 1 }])
  })
})
