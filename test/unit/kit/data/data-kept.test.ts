import { expect, test } from 'vitest'
import { type DataBounds, keptBy } from '../../../../src/kit/data/data-kept.ts'

const seen = { before: '10', after: '14', acknowledged: 4, sent: 5 }
const kept = (bounds: DataBounds, more: Partial<typeof seen> | { before: null } | { after: null } = {}) =>
  keptBy({ ...seen, ...more }, bounds).kept

test('each write once: none that was acknowledged is lost, none that was sent is done twice', () => {
  const once = { least: 'acknowledged', most: 'sent' } as const
  expect(['13', '14', '15', '16'].map((after) => kept(once, { after }))).toEqual([false, true, true, false])
  expect(kept({ is: 'acknowledged' })).toBe(true)
  expect(kept({ is: 'sent' })).toBe(false)
  expect(kept(once, { before: '', after: '4' })).toBe(true)
})

test('without writes the value itself is meant, as a number or as text', () => {
  expect([kept({ is: 14 }), kept({ is: 4 }), kept({ least: 14, most: 14 }), kept({ most: 13 })]).toEqual([
    ...[true, false, true, false],
  ])
  expect([kept({ is: 'PONG' }, { after: 'PONG' }), kept({ is: 'PONG' }), kept({ is: 1 }, { after: 'PONG' })]).toEqual([
    ...[true, false, false],
  ])
})

test('what nobody knows is neither kept nor lost', () => {
  expect(kept({ least: 'acknowledged' }, { before: null })).toBeNull()
  expect(kept({ least: 1 }, { after: null })).toBeNull()
  expect(kept({ least: 1 }, { before: null })).toBe(true)
})

test('what is told has the figures', () => {
  expect(keptBy(seen, { least: 'sent' }).because).toBe(
    'it grew from 10 to 14; 4 of 5 writes were acknowledged: less than sent',
  )
})
