import { expect, test } from 'vitest'
import { goFirst, type Machine } from '../../../src/load/go-first.ts'

function machine(change: Partial<Machine> = {}) {
  const commands: string[] = []
  const run = (file: string, args: readonly string[]) => commands.push([file, ...args].join(' '))
  return { commands, machine: { cores: 2, run, raise: () => undefined, ...change } }
}
const refuse = () => {
  throw new Error('Operation not permitted')
}

test('users who ask now and then go before everything else, which is asked for once, by their own thread', () => {
  const told = machine()
  expect(goFirst(50, 'normal', told.machine)).toBe('realtime')
  expect(goFirst(300, 'realtime', told.machine)).toBe('realtime')
  expect(told.commands).toEqual([expect.stringMatching(/^chrt --rr --reset-on-fork --pid 10 \d+$/)])
})

test.each([
  ['who ask very often', 5_000, 2],
  ['of a machine with one core', 50, 1],
])('users %s only get a higher priority', (_, mostPerS, cores) => {
  const told = machine({ cores })
  expect(goFirst(mostPerS, 'normal', told.machine)).toBe('high')
  expect(told.commands).toEqual([])
})

test('users who begin to ask very often let others go first again', () => {
  const told = machine()
  expect(goFirst(5_000, 'realtime', told.machine)).toBe('high')
  expect(told.commands).toEqual([expect.stringMatching(/^chrt --other --pid 0 \d+$/)])
})

test('where that is not allowed they get what is', () => {
  expect(goFirst(50, 'normal', machine({ run: refuse }).machine)).toBe('high')
  expect(goFirst(50, 'normal', machine({ run: refuse, raise: refuse }).machine)).toBe('normal')
})
