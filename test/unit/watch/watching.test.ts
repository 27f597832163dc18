import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ResourceSample } from '../../../src/protocol/agent-types.ts'
import { watchStack } from '../../../src/watch/watching.ts'
import { fakeStack } from '../../support/fake-stack.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quickClock } from '../../support/quick-clock.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A stack whose containers are measured by hand, and what the agent is told of them each second. */
function measuredStack() {
  const stack = fakeStack()
  let tell: (sample: ResourceSample) => void = () => undefined
  stack.streams.resources = (onSample) => {
    tell = onSample
  }
  const pushed: string[][] = []
  stack.agent.pushResources = (samples) => {
    pushed.push(samples.map(({ service, memoryBytes }) => `${service} ${memoryBytes}`))
    return Promise.resolve()
  }
  const watching = watchStack({ stack, clock: quickClock(), write: () => undefined, toT: (ms) => ms, logsFolder: '/' })
  const measure = (service: string, wallMs: number, memoryBytes: number) =>
    tell({ service, wallMs, memoryBytes, limitBytes: null, cpuSeconds: wallMs / 1_000 })
  return { watching, pushed, measure }
}

test('monitoring is told the newest figures each second, and no more of a container that is gone', async () => {
  const { watching, pushed, measure } = measuredStack()
  measure('web-1', 1_000, 10)
  measure('web-2', 1_100, 20)
  vi.advanceTimersByTime(1_000)
  measure('web-1', 6_050, 11)
  vi.advanceTimersByTime(1_000)
  measure('web-1', 6_100, 12)
  vi.advanceTimersByTime(1_000)
  await watching.stop()
  expect(pushed).toEqual([['web-1 10', 'web-2 20'], ['web-1 11', 'web-2 20'], ['web-1 12']])
})

test('the agent is given the access log where it cannot read the file itself', async () => {
  const line = (text: string) => ({ service: 'proxy', stream: 'stdout' as const, wallMs: 1, text })
  const access = JSON.stringify({ t: 1, id: 'a', method: 'GET', path: '/', status: 200, time: 0.1 })
  const pushed = async (can: object) => {
    const stack = fakeStack()
    const lines: string[] = []
    let tell: (one: ReturnType<typeof line>) => void = () => undefined
    stack.streams.logs = (onLine) => {
      tell = onLine
    }
    stack.agent.pushAccessLines = (some) => Promise.resolve(void lines.push(...some))
    Object.assign(stack, { description: { ...stack.description, can: { ...stack.description.can, ...can } } })
    const logsFolder = await temporaryFolder('watching')
    const watching = watchStack({ stack, clock: quickClock(), write: () => undefined, toT: (ms) => ms, logsFolder })
    for (const text of ['{"own":"log"}', access]) tell(line(text))
    vi.advanceTimersByTime(200)
    await watching.stop()
    return lines
  }
  expect(await pushed({ logged: undefined })).toEqual([access])
  expect(await pushed({})).toEqual([])
  expect(await pushed({ logged: undefined, instrumented: undefined })).toEqual([])
})
