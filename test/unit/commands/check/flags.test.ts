import { expect, test } from 'vitest'
import { askedOf, type CheckFlags } from '../../../../src/commands/check/flags.ts'

const flags = (more: Partial<CheckFlags>): CheckFlags => ({ only: [], skip: [], out: 'runs', hold: '3s', ...more })

test.each<[Partial<CheckFlags>, RegExp]>([
  [{ against: 'main', attach: 'shop' }, /^--against and --attach do not go together$/],
  [{ against: 'main', update: true }, /--against and --update/],
  [{ against: 'main', repeat: '3' }, /--against and --repeat/],
  [{ against: 'main', dryRun: true }, /--against and --dry-run/],
  [{ against: 'main', keep: true }, /--against and --keep/],
  [{ update: true, dryRun: true }, /--update and --dry-run/],
  [{ update: true, snapshot: false }, /--update and --no-snapshot/],
])('%j is refused before anything is started', (more, message) => {
  expect(() => askedOf(flags(more))).toThrow(message)
})

test('a snapshot rests on three plays, unless another number is asked for', () => {
  const times = (more: Partial<CheckFlags>) => askedOf(flags(more)).times
  expect([times({}), times({ update: true }), times({ update: true, repeat: '5' })]).toEqual([1, 3, 5])
})
