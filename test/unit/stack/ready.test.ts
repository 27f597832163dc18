import { expect, test } from 'vitest'
import { checkIn, readyLimitOf, untilRunning } from '../../../src/stack/ready.ts'
import { quickClock } from '../../support/quick-clock.ts'

test.each<[string[] | undefined, string[] | undefined]>([
  [
    ['CMD', 'pg_isready', '-q'],
    ['pg_isready', '-q'],
  ],
  [
    ['CMD-SHELL', 'curl -f http://localhost'],
    ['/bin/sh', '-c', 'curl -f http://localhost'],
  ],
  [['NONE'], undefined],
  [[], undefined],
  [undefined, undefined],
])('the health check %j is %j', (Test, argv) => {
  expect(checkIn({ Test })).toEqual(argv)
})

test('a shell of the image runs what is for a shell', () => {
  expect(checkIn({ Test: ['CMD-SHELL', 'true'] }, ['/bin/bash', '-c'])).toEqual(['/bin/bash', '-c', 'true'])
})

test.each<[Parameters<typeof readyLimitOf>, number]>([
  [[undefined], 45_000],
  [[undefined, 30_000], 90_000],
  [[{ Test: ['CMD', 'x'], Interval: 1e9, Timeout: 1e9, Retries: 2 }], 45_000],
  [[{ Test: ['CMD', 'x'], Interval: 10e9, Timeout: 5e9, Retries: 5, StartPeriod: 60e9 }], 150_000],
  [[{ Test: ['CMD', 'x'] }], 240_000],
])('for %j it is waited %d ms', (given, limitMs) => {
  expect(readyLimitOf(...given)).toBe(limitMs)
})

type Waiting = Parameters<typeof untilRunning>[0]

/** Its state at each look, the last one again and again. */
function waitingFor(states: object[], more: Partial<Waiting> & { check?: string[] } = {}): Waiting {
  const { check, ...rest } = more
  const left = [...states]
  const container = {
    inspect: () => {
      const State = {
        Running: true,
        StartedAt: new Date(0).toISOString(),
        ...(left.length > 1 ? left.shift() : left[0]),
      }
      return Promise.resolve({ State, Config: { Healthcheck: check && { Test: ['CMD', ...check] } } })
    },
    logs: () => Promise.resolve(Buffer.from([1, 0, 0, 0, 0, 0, 0, 4, ...Buffer.from('bye\n')])),
  }
  const exec = () => Promise.resolve({ code: 0, output: '' })
  return { container: container as unknown as Waiting['container'], name: 'api', exec, clock: quickClock(), ...rest }
}

test('without a check and a port it is ready when it runs', async () => {
  expect(await untilRunning(waitingFor([{ Running: false, Status: 'created' }, { Running: true }]))).toBeGreaterThan(0)
})

test('its port is waited for', async () => {
  let looks = 0
  const listens = () => {
    looks += 1
    return Promise.resolve(looks > 2)
  }
  await untilRunning(waitingFor([{}], { listens }))
  expect(looks).toBe(3)
})

test('its own check is asked until it is content, though the engine has not asked yet', async () => {
  let asked = 0
  const exec = () => {
    asked += 1
    return Promise.resolve({ code: asked > 2 ? 0 : 1, output: 'not yet' })
  }
  await untilRunning(waitingFor([{ Health: { Status: 'starting' } }], { check: ['probe'], exec }))
  expect(asked).toBe(3)
})

test.each<[object[], Partial<Waiting> & { check?: string[] }, RegExp]>([
  [[{ Running: false, Status: 'exited', ExitCode: 3 }], {}, /^api ended with exit code 3. It said: bye/],
  [[{}], { listens: () => Promise.resolve(false) }, /not ready within 45 s .*nothing listens on its port/],
  [
    [{}],
    { check: ['probe'], exec: () => Promise.resolve({ code: 1, output: 'no database' }) },
    /its health check ended with 1: no database/,
  ],
])('%j is told', async (states, more, said) => {
  await expect(untilRunning(waitingFor(states, more))).rejects.toThrow(said)
})
