import { expect, test } from 'vitest'
import type { LedgerClass } from '../../../../src/kit/ledger.ts'
import { usersSpec } from '../../../../src/load/index.ts'
import { writesOf } from '../../../../src/run/ends/data.ts'
import type { Ended } from '../../../../src/run/loads.ts'

const users = usersSpec.parse({
  ratePerS: 10,
  users: 2,
  mix: [{ path: '/' }, { path: '/orders', method: 'POST' }, { path: '/login', method: 'POST' }],
})

/** Every request by its number. */
function ended(classes: readonly LedgerClass[], more: Partial<Ended['summary']> = {}): Ended {
  const summary = {
    source: 'users' as const,
    planned: classes.length,
    users: 2,
    ledger: {},
    latencyMs: null,
    scheduleLagMs: null,
    achievedRate: 1,
    classOf: (k: number) => classes[k],
    latencyOf: () => null,
    ...more,
  }
  return { prefix: 'r-u', summary }
}

const classes = Array.from(
  { length: 600 },
  (_, k): LedgerClass => (['http_200', 'http_502', 'not_sent'] as const)[k % 3] ?? 'reset',
)

test('a write is acknowledged when its answer was good, and sent when it left', () => {
  const all = writesOf([ended(Array.from({ length: 600 }, () => 'http_201'))], users, undefined)
  expect(all).toEqual({ acknowledged: 400, sent: 400, because: '' })
  expect(writesOf([ended(Array.from({ length: 600 }, () => 'timeout'))], users, '/orders')).toMatchObject({
    ...{ acknowledged: 0, sent: 200 },
  })
  const mixed = writesOf([ended(classes)], users, '/orders')
  expect(mixed.sent).toBeGreaterThan(mixed.acknowledged ?? Infinity)
})

test('with other users, or more load, nobody can tell which requests were writes', () => {
  const nobody = { acknowledged: null, sent: null }
  expect(writesOf([ended(classes, { users: 5 })], users, undefined)).toMatchObject(nobody)
  expect(writesOf([ended(classes), ended([], { source: 'pressure' })], users, undefined)).toMatchObject(nobody)
})
