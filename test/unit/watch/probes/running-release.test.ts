import { expect, test } from 'vitest'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView, storyStart } from '../../../support/view.ts'

const probe = probeFor({ kind: 'running-release', role: 'web' })
const started = {
  kind: 'run-started',
  clockStart: '02:15',
  incidentMinuteMs: 1_000,
} as const

function heard(name: string, release: string, ...seconds: number[]) {
  return { metric: { name, release }, values: seconds.map((second) => [storyStart / 1_000 + second, '1']) }
}

function view(...result: object[]) {
  const stack = fakeStack()
  stack.onMonitoring = () => JSON.stringify({ data: { result } })
  const facts = [{ ...started, n: 1, t: 0, at: '' }] as never
  return { stack, view: fakeView({ stack, facts }) }
}

test('a server that ran another release before has had an update, from when monitoring first heard it', async () => {
  const { stack, view: seen } = view(
    heard('web-1', '1.8.2', -5, 0, 25),
    heard('web-2', '1.9.0', 6, 25),
    heard('web-2', '1.8.2', -5, 2),
  )
  await stack.replace('web-2', { image: 'backend-next' })
  const { finding, because, evidence } = await probe.look(seen)
  expect(finding).toBe('recent update')
  expect(because).toBe('web-1 runs 1.8.2; web-2 runs 1.9.0 since 02:21, 1.8.2 before')
  expect(evidence['web-2']).toEqual({ now: '1.9.0', before: '1.8.2' })
})

test('of a server that is down counts what monitoring heard last', async () => {
  const { stack, view: seen } = view(heard('web-2', '1.8.2', -5, 2), heard('web-2', '1.9.0', 6, 25))
  stack.dead.add('web-2')
  expect((await probe.look(seen)).because).toContain('web-2 runs 1.9.0 since 02:21')
})

test('servers that run what they always ran have had none', async () => {
  const { view: seen } = view(heard('web-1', '1.8.2', -5, 25), heard('web-2', '1.8.2', -5, 25))
  expect((await probe.look(seen)).finding).toBe('no recent update')
})
