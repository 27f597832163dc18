import { expect, test } from 'vitest'
import { endedState } from '../../../src/stack/doctor-probes.ts'

type Container = Parameters<typeof endedState>[0]

/** A container whose end is told like this, look after look. */
function endedAs(...states: { ExitCode: number; OOMKilled: boolean }[]) {
  let looks = 0
  const inspect = () => Promise.resolve({ State: states[Math.min(looks++, states.length - 1)] })
  return { container: { inspect } as unknown as Container, looks: () => looks }
}

test('a kill by the kernel that the engine hears of late is a kill by the kernel', async () => {
  const late = { ExitCode: 137, OOMKilled: false }
  const { container } = endedAs(late, late, { ExitCode: 137, OOMKilled: true })
  expect(await endedState(container)).toMatchObject({ OOMKilled: true })
})

test('an end of another kind is told at once', async () => {
  const { container, looks } = endedAs({ ExitCode: 0, OOMKilled: false })
  expect(await endedState(container)).toMatchObject({ ExitCode: 0 })
  expect(looks()).toBe(1)
})

test('a kill by somebody else stays one, after two seconds', async () => {
  const { container } = endedAs({ ExitCode: 137, OOMKilled: false })
  expect(await endedState(container)).toEqual({ ExitCode: 137, OOMKilled: false })
})
