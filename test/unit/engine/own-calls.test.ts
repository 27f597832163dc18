import type Dockerode from 'dockerode'
import { expect, test } from 'vitest'
import { hearOwnCalls, type OwnCall } from '../../../src/engine/own-calls.ts'

/** An engine that answers when it is told to. */
function engine() {
  const open: (() => void)[] = []
  const modem = {
    dial: (_call: object, answer: (error: unknown, data: unknown) => void) => {
      open.push(() => answer(null, {}))
    },
  }
  const ask = (path: string) => modem.dial({ path, method: 'POST' }, () => undefined)
  const docker = { modem } as unknown as Dockerode
  return { docker, ask, answer: () => open.shift()?.() }
}

test('runs that share a client hear each call, whoever stops listening first', () => {
  const { docker, ask, answer } = engine()
  const heard: Record<string, OwnCall[]> = { a: [], b: [] }
  const stops = ['a', 'b'].map((run) =>
    hearOwnCalls(
      { docker },
      () => 7,
      (call) => void heard[run]?.push(call),
    ),
  )
  ask('/containers/c1/restart')
  answer()
  stops[0]?.()
  ask('/containers/c2/stop?t=1')
  answer()
  expect(heard['a']).toEqual([{ call: 'restart', container: 'c1', startedMs: 7, ok: true }])
  expect(heard['b']?.map(({ container }) => container)).toEqual(['c1', 'c2'])
})

test('a call that is answered when nothing listens any more is not heard', () => {
  const { docker, ask, answer } = engine()
  const heard: OwnCall[] = []
  const stop = hearOwnCalls(
    { docker },
    () => 7,
    (call) => void heard.push(call),
  )
  ask('/containers/c1/restart')
  stop()
  answer()
  expect(heard).toEqual([])
})
