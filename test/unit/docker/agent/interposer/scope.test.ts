import { describe, expect, test } from 'vitest'
import { Chooser, type Origin } from '../../../../../docker/agent/interposer/chooser.ts'
import { mostRows, Tallies, templateOf } from '../../../../../docker/agent/interposer/tally.ts'
import type { InterposerScope } from '../../../../../src/protocol/interposer.ts'

const asked = (path = '/', method = 'GET', origin: Origin = 'users', user?: string) => ({
  path,
  method,
  origin,
  header: (name: string) => (name === 'x-user-id' ? user : undefined),
})

/** The numbers of those of `count` requests that are meant. */
function meant(scope: InterposerScope, count: number, seed = 1): number[] {
  const chooser = new Chooser(scope, seed)
  return Array.from({ length: count }, (_, index) => index + 1).filter(() => chooser.isMeant(asked()))
}

describe('who is meant', () => {
  test.each([
    [{}, [1, 2, 3, 4, 5, 6]],
    [{ first: 2 }, [1, 2]],
    [{ every: 3 }, [3, 6]],
    [{ every: 2, first: 5 }, [2, 4]],
    [{ method: 'GET', path: '/' }, [1, 2, 3, 4, 5, 6]],
    [{ method: 'POST' }, []],
    [{ path: '/api/' }, []],
    [{ share: 1 }, [1, 2, 3, 4, 5, 6]],
  ] as const)('%j', (scope, numbers) => {
    expect(meant(scope, 6)).toEqual(numbers)
  })

  test('a share is the same for the same seed, and about as large as it says', () => {
    const one = meant({ share: 0.3 }, 1_000)
    expect(meant({ share: 0.3 }, 1_000)).toEqual(one)
    expect(meant({ share: 0.3 }, 1_000, 2)).not.toEqual(one)
    expect(one.length).toBeGreaterThan(250)
    expect(one.length).toBeLessThan(350)
  })

  test('a share of users means a user always or never', () => {
    const chooser = new Chooser({ share: 0.5, by: 'x-user-id' }, 1)
    const of = (user: string) => [1, 2, 3].map(() => chooser.isMeant(asked('/', 'GET', 'users', user)))
    const all = Array.from({ length: 100 }, (_, user) => of(`user-${user}`))
    expect(all.every((one) => new Set(one).size === 1)).toBe(true)
    const share = all.filter(([is]) => is).length
    expect([share > 30, share < 70]).toEqual([true, true])
  })

  test('others are numbered by themselves, and a look is met whatever it asks', () => {
    const chooser = new Chooser({ every: 2, path: '/api/' }, 1)
    const ask = (origin: Origin, path = '/api/a') => chooser.isMeant(asked(path, 'GET', origin))
    expect([ask('users'), ask('others'), ask('look'), ask('users'), ask('others'), ask('users')]).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
    ])
    expect([ask('look', '/'), ask('users', '/')]).toEqual([true, false])
  })
})

test.each([
  ['/', '/'],
  ['/api/orders/17?token=secret', '/api/orders/:n'],
  ['/u/0b5f8c1e-7d4a-4b1e-9f3a-3c2d1e0f9a8b/x', '/u/:id/x'],
  ['/feedback/abc', '/feedback/abc'],
  [`/${'s'.repeat(50)}/a`, '/:text/a'],
  [`/${'a/'.repeat(200)}`, `/${'a/'.repeat(200)}`.slice(0, 120)],
])('the template of %s', (path, template) => {
  expect(templateOf(path)).toBe(template)
})

test('counts users by method and path, and nobody else', () => {
  const tallies = new Tallies()
  const one = tallies.arrived('users', 'GET', '/a/1')
  one.matched()
  one.done()
  one.done()
  tallies.arrived('users', 'GET', '/a/2').matched()
  tallies.arrived('others', 'GET', '/a/3').matched()
  tallies.arrived('look', 'GET', '/a/4').matched()
  expect(tallies.users).toEqual({ arrived: 2, matched: 2, done: 1 })
  expect(tallies.others).toEqual({ arrived: 1, matched: 1, done: 0 })
  expect(tallies.rows()).toEqual([{ method: 'GET', path: '/a/:n', arrived: 2, matched: 2, done: 1 }])
})

test('whoever asks for ever more paths fills nobody’s memory', () => {
  const tallies = new Tallies()
  for (let number = 0; number < 5 * mostRows; number += 1) tallies.arrived('users', 'GET', `/page-${number}-x`)
  const rows = tallies.rows()
  expect(rows.length).toBe(mostRows + 1)
  expect(rows.at(-1)).toEqual({ method: '', path: '(others)', arrived: 4 * mostRows, matched: 0, done: 0 })
  expect(tallies.users.arrived).toBe(5 * mostRows)
})
