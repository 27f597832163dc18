import { expect, test } from 'vitest'
import type { ServiceState } from '../../../../src/stack/types.ts'
import { LogBook } from '../../../../src/watch/logbook.ts'
import { FakeMemory, remember } from '../../../support/fake-memory.ts'
import { fakeStack } from '../../../support/fake-stack.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView, storyStart } from '../../../support/view.ts'

const probe = probeFor({ kind: 'service-logs', service: 'api-1', over: 60_000 })
const warning = '{"level":"warn","message":"memory: 92 of 96 MB in use, 71 MB of them kept"}'
const heap = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'

async function look(lines: string[], kernel: { oomKills: number }, more: Partial<ServiceState> = {}) {
  const logs = new LogBook(() => undefined)
  for (const text of lines)
    logs.take({ service: 'api-1', stream: 'stdout', wallMs: storyStart + 20_000, text }, 'server')
  const stack = fakeStack()
  const memory = new FakeMemory(96)
  memory.oomKills = kernel.oomKills
  const service = remember(stack, stack.service('api-1'), memory)
  const { state } = service
  service.state = async () => ({ ...(await state()), startedAt: new Date(storyStart).toISOString(), ...more })
  return await probe.look(fakeView({ stack, logs }))
}

test('memory overload: it says that memory runs short, and the kernel killed it', async () => {
  const { finding, because } = await look([warning, 'supervise: the program ended with 137'], { oomKills: 1 })
  expect([finding, because]).toEqual(['memory overload', expect.stringContaining('92 of 96 MB in use')])
})

test.each([
  ['heap exhausted', [heap, 'supervise: the program ended with 134'], 0],
  ['killed', [warning, 'supervise: the program ended with 137'], 0],
  ['crashed', ['TypeError: x', 'supervise: the program ended with 1'], 0],
  ['memory runs short', [warning], 0],
  ['nothing unusual', ['{"ready":true}'], 0],
])('%s', async (finding, lines, oomKills) => {
  expect((await look(lines, { oomKills })).finding).toBe(finding)
})

test('of a container that has ended only the engine can tell', async () => {
  const told = async (oomKilled: boolean) => {
    return (await look([warning], { oomKills: 0 }, { running: false, exitCode: 137, oomKilled })).finding
  }
  expect(await told(true)).toBe('memory overload')
  expect(await told(false)).toBe('killed')
})
