// @group stack 120s
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CheckEnd, cellPool, check } from '../../src/check/index.ts'
import { openScope } from '../../src/cleanup/guarded-scope.ts'
import { rowOf } from '../../src/reporters/matrix/rows.ts'
import { raiseWithStaging } from '../../src/stack/raise/staging.ts'
import { freshFolder } from '../support/folder.ts'
import { quarry, quarryParts } from '../support/quarry.ts'

const only = [
  'refuse/granite',
  'drop/granite',
  'status-503/stone',
  'slow-answers/basalt',
  'kill/granite',
  'wrong-port/stone',
]
const lent: (boolean | undefined)[] = []
let end: CheckEnd

beforeAll(async () => {
  const { engine, stack, remove } = await quarryParts()
  const pool = cellPool(() => openScope(engine))
  try {
    end = await check({
      description: quarry(''),
      raise: (place) => raiseWithStaging({ ...stack, ...place, define: quarry, defineStaging: undefined }),
      traffic: { users: 20, ratePerS: 40 },
      expect: {
        default: { recoveredWithin: 15_000 },
        modes: { 'status-503': { failedAtMost: 0.1 } },
        targets: { basalt: { p95AtMost: 500 } },
      },
      wanted: { only },
      engine,
      stack,
      pool,
      signal: new AbortController().signal,
      version: '0.0.0',
      command: 'test',
      folder: `${await freshFolder()}/check`,
      say: () => undefined,
      reporterFor: () => ({
        name: 'test',
        onPlan: () => undefined,
        onFact: (fact) => void (fact.kind === 'stack-ready' && lent.push(fact.used)),
        onEnd: () => undefined,
      }),
    })
  } finally {
    await pool.close()
    await remove()
  }
})
afterAll(() => expect(lent.length).toBeGreaterThan(0))

const row = (cell: string) => {
  const found = end.run.variants.map(rowOf).find((one) => one?.cell === cell)
  return found ?? expect.unreachable(`there is no ${cell}`)
}

test('every cell is an experiment of its own on one stack', () => {
  const told = end.run.variants.map(rowOf).map((one) => `${one?.cell}: ${one?.status} ${one?.because.join('; ')}`)
  expect(told.filter((line) => !line.includes(': measured'))).toEqual([])
  expect(end.run.variants.map(({ verdict }) => verdict.clean)).toEqual(only.map(() => true))
  expect(lent.every(Boolean)).toBe(true)
})

test('a cell fails for its budget, and for nothing else', () => {
  expect(
    end.run.variants
      .map(rowOf)
      .filter((one) => one?.verdict === 'fail')
      .map((one) => one?.cell),
  ).toEqual(['status-503/stone', 'slow-answers/basalt'])
  expect(end.exitCode).toBe(1)
})

test('what is hidden behind good answers is told, with the directive that helps', () => {
  expect(row('refuse/granite').figures).toMatchObject({ failed: 0, endedBy: null })
  const dropped = row('drop/granite')
  expect(dropped.figures?.p95DuringMs).toBeGreaterThan(900)
  expect(dropped.change).toContain('`proxy_connect_timeout` is 1.0 s')
  expect(row('wrong-port/stone').figures).toMatchObject({ endedBy: 'with the fault', alert: 'not watched' })
})
