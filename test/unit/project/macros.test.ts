import { expect, test } from 'vitest'
import { parseProject, programsOf } from '../../../src/project/index.ts'

const base = { proxy: { service: 'edge' }, upstreams: { items: { servers: ['one'], port: 80 } } }
const parsed = (more: object) => () => parseProject({ ...base, ...more }, 'badgateway.yaml')

test('macros name programs and other macros', () => {
  const macros = { up: [['start', 'x'], 'wait'], wait: [['sleep', '1']], twice: ['up', 'up'] }
  expect(parsed({ macros })().macros).toEqual(macros)
  expect(programsOf('twice', macros)).toEqual([
    ['start', 'x'],
    ['sleep', '1'],
    ['start', 'x'],
    ['sleep', '1'],
  ])
  expect(programsOf(['true'], macros)).toEqual([['true']])
})

test('a name that no macro has is told with its path, in macros and in commands', () => {
  const commands = { mend: { remedy: { run: 'upp' } } }
  const one = /macros\.up\.1: there is no macro 'waitt'\. Did you mean 'wait'/
  const other = /commands\.mend\.remedy\.run: there is no macro 'upp'\. Did you mean 'up'/
  const read = parsed({ macros: { up: [['x'], 'waitt'], wait: [['y']] }, commands })
  expect(read).toThrow(one)
  expect(read).toThrow(other)
})

test('one that comes back to itself is refused, with the way that it takes', () => {
  const macros = { up: ['down'], down: [['x'], 'over'], over: ['up'], fine: [['x']] }
  expect(parsed({ macros })).toThrow(/macros\.up: it comes back to itself: up → down → over → up/)
  expect(parsed({ macros: { me: ['me'] } })).toThrow('macros.me: it comes back to itself: me → me')
})

test('one that comes to very many programs is refused, without counting them one by one', () => {
  const names = Array.from({ length: 60 }, (_, at) => `m${at}`)
  const macros = Object.fromEntries(names.map((name, at) => [name, at === 59 ? [['x']] : [`m${at + 1}`, `m${at + 1}`]]))
  expect(parsed({ macros })).toThrow('macros.m0: more than 100 programs')
})
