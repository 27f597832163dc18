import { expect, test } from 'vitest'
import type { Fact, NewFact } from '../../../src/journal/index.ts'
import type { Stage } from '../../../src/run/stage.ts'
import { awaitSteady } from '../../../src/run/steady.ts'
import { quickClock } from '../../support/quick-clock.ts'

const served = { kind: 'load-sample', source: 'users', ledger: { http_200: 50 }, latencyMs: { p99: 3 } }

/** What is noted of the steady state where these alerts fire, by the time that has passed. */
interface Given {
  firing: (ms: number) => string[]
  isCell?: boolean
  /** Of their own monitoring. */
  settlesMs?: number
}

async function checked({ firing, isCell = true, settlesMs }: Given) {
  const clock = quickClock()
  const written: NewFact[] = []
  const stage = {
    clock,
    signal: new AbortController().signal,
    plan: { steadyMs: 1_000, ...(isCell ? { cell: {} } : {}), theirs: { settleMs: settlesMs ?? 0 } },
    facts: [served] as unknown as Fact[],
    pace: { factor: 1 },
    alerting: {
      ready: () => true,
      watchdogAgeMs: () => (settlesMs === undefined ? 10 : null),
      firing: () => firing(clock.now()),
      ...(settlesMs === undefined ? {} : { theirs: { settlesMs: () => settlesMs } }),
    },
    journal: { write: (fact: NewFact) => void written.push(fact) },
  } as unknown as Stage
  const steady = await awaitSteady(stage)
  return { steady, tookMs: clock.now(), fact: written[0] }
}

test('in a cell an alert that goes on firing is told, and not waited for', async () => {
  const { steady, tookMs, fact } = await checked({ firing: () => ['Theirs'] })
  expect(steady).toBe(true)
  expect(tookMs).toBeLessThan(3_000)
  expect(fact).toMatchObject({ steady: true, standing: ['Theirs'], because: expect.stringContaining('Theirs') })
})

test('one of their own monitoring is given the time that it looks back, and needs no Watchdog', async () => {
  const { steady, tookMs } = await checked({ firing: () => ['Theirs'], settlesMs: 70_000 })
  expect([steady, tookMs >= 70_000]).toEqual([true, true])
})

test('one that resolves is waited for, and nothing is said of it', async () => {
  const { steady, tookMs, fact } = await checked({ firing: (ms) => (ms < 1_200 ? ['Theirs'] : []) })
  expect([steady, tookMs >= 1_200]).toEqual([true, true])
  expect(fact).not.toHaveProperty('standing')
})

test('one that comes later is none of them', async () => {
  const { steady, fact } = await checked({ firing: (ms) => (ms < 1_000 ? ['Theirs'] : ['Theirs', `At${ms}`]) })
  expect(steady).toBe(false)
  expect(fact).toMatchObject({ because: expect.stringMatching(/^firing: At\d+$/) })
})

test('where no cell is played none may fire', async () => {
  const { steady, fact } = await checked({ firing: () => ['Ours'], isCell: false })
  expect(steady).toBe(false)
  expect(fact).toMatchObject({ because: 'firing: Ours' })
})
