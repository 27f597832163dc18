import { expect, test } from 'vitest'
import { add, isServed, ledger, servedOf, total } from '../../../src/kit/ledger.ts'

const counts = { http_200: 5, http_302: 1, http_429: 2, http_502: 7, reset: 3 } as const

test('served is what is below 400; everything else is a failure', () => {
  expect(total(counts)).toBe(18)
  expect(servedOf(counts)).toBe(6)
  expect(['http_200', 'http_399', 'http_101'].map(isServed)).toEqual([true, true, true])
  expect(['http_400', 'http_502', 'timeout', 'http_2000'].map(isServed)).toEqual([false, false, false, false])
})

test('adding keeps every class', () => {
  expect(add(counts, { http_200: 1, timeout: 4 })).toEqual({ ...counts, http_200: 6, timeout: 4 })
})

test.each([[{ http_99: 1 }], [{ lost: 1 }], [{ http_200: -1 }], [{ http_200: 1.5 }], [{ __proto__x: 1 }]])(
  '%o is no ledger',
  (wrong) => expect(ledger.safeParse(wrong).success).toBe(false),
)
