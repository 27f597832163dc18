import { expect, test } from 'vitest'
import { stackChange, stackSpec } from '../../../src/shop/stack-spec.ts'

test('nothing said is the shop of two and two', () => {
  const shop = { web: 2, api: 2, webMemoryMb: 256, apiMemoryMb: 256, overlays: [], restart: 'no' }
  expect(stackSpec.parse({})).toMatchObject(shop)
})

test.each([
  { web: 0 },
  { api: 9 },
  { web: 1.5 },
  { webMemoryMb: 16 },
  { overlays: ['../../etc'] },
  { restart: 'on-failure' },
  { staging: { monitoring: true } },
  { staging: { web: 0 } },
  { database: false },
])('%j is refused', (wrong) => {
  expect(stackSpec.safeParse(wrong).success).toBe(false)
  expect(stackChange.safeParse(wrong).success).toBe(false)
})

test('a variant changes what it names and nothing else', () => {
  expect(stackChange.parse({ web: 3 })).toEqual({ web: 3 })
  expect(stackChange.parse({})).toEqual({})
})

test('a variant can change everything that a scenario can say', () => {
  expect(Object.keys(stackChange.shape).sort()).toEqual(Object.keys(stackSpec.shape).sort())
})
