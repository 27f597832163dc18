import { expect, test } from 'vitest'
import { type Machine, raisePriority } from '../../../../src/load/users/raise-priority.ts'

function machine(change: Partial<Machine> = {}) {
  const commands: string[] = []
  const run = (file: string, args: readonly string[]) => commands.push([file, ...args].join(' '))
  const threads = () => ({ own: '7', helpers: ['5', '6'] })
  return { commands, machine: { cores: 2, run, raise: () => undefined, lower: () => undefined, threads, ...change } }
}
const refuse = () => {
  throw new Error('Operation not permitted')
}

test('users who ask now and then go before everything else, with the helpers they wait for, asked for once', () => {
  const told = machine()
  expect(raisePriority(50, 'normal', told.machine)).toBe('realtime')
  expect(raisePriority(300, 'realtime', told.machine)).toBe('realtime')
  expect(told.commands).toEqual(['7', '5', '6'].map((thread) => `chrt --rr --reset-on-fork --pid 10 ${thread}`))
})

test.each([
  ['who ask very often', 5_000, 2],
  ['of a machine with one core', 50, 1],
])('users %s only get a higher priority', (_, mostPerS, cores) => {
  const told = machine({ cores })
  expect(raisePriority(mostPerS, 'normal', told.machine)).toBe('high')
  expect(told.commands).toEqual([])
})

test('users who begin to ask very often let others go first again', () => {
  const told = machine()
  expect(raisePriority(5_000, 'realtime', told.machine)).toBe('high')
  expect(told.commands).toEqual(['7', '5', '6'].map((thread) => `chrt --other --pid 0 ${thread}`))
})

test.each(['normal', 'high', 'realtime'] as const)(
  'who take much of a core do not go before the server: %s',
  (before) => {
    const asked: string[] = []
    const told = machine({ raise: () => void asked.push('raise'), lower: () => void asked.push('lower') })
    expect(raisePriority(30_000, before, told.machine)).toBe('normal')
    expect(asked).toEqual(before === 'normal' ? [] : ['lower'])
  },
)

test('where that is not allowed they get what is', () => {
  expect(raisePriority(50, 'normal', machine({ run: refuse }).machine)).toBe('high')
  expect(raisePriority(50, 'normal', machine({ run: refuse, raise: refuse }).machine)).toBe('normal')
})

test('helpers that may not go first keep no users from it', () => {
  const told = machine()
  const run = (file: string, args: readonly string[]) => (args.at(-1) === '7' ? told.machine.run(file, args) : refuse())
  expect(raisePriority(50, 'normal', { ...told.machine, run })).toBe('realtime')
  expect(told.commands).toHaveLength(1)
})

test('where there are no threads to be told, they get what is allowed', () => {
  expect(raisePriority(50, 'normal', machine({ threads: () => null }).machine)).toBe('high')
})
