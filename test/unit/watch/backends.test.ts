import { expect, test } from 'vitest'
import type { FactOf, NewFact } from '../../../src/journal/facts.ts'
import { watchBackends } from '../../../src/watch/index.ts'
import { fakeStack } from '../../support/fake-stack.ts'
import { quickClock } from '../../support/quick-clock.ts'

type Look = Omit<FactOf<'backends-seen'>, 'n' | 't' | 'at'>

/** Looks until there are so many; `before` is called with the number of the next one. */
async function looks(
  stack: ReturnType<typeof fakeStack>,
  wanted: number,
  before = (_: number): unknown => undefined,
  clock = quickClock(),
) {
  const ending = new AbortController()
  const seen: Look[] = []
  const done = Promise.withResolvers<void>()
  await before(0)
  const write = (fact: NewFact) => {
    if (fact.kind === 'backends-seen') seen.push(fact)
    if (seen.length === wanted) {
      ending.abort()
      done.resolve()
    } else void before(seen.length)
  }
  watchBackends({ stack, clock, write, toT: () => clock.now(), signal: ending.signal })
  await done.promise
  return seen
}

test('every web and api server is asked once a second, and nobody else', async () => {
  const seen = await looks(fakeStack(), 3)
  const well = ['web-1', 'web-2', 'api-1', 'api-2']
  expect(seen).toEqual([0, 1_000, 2_000].map((fromT) => ({ kind: 'backends-seen', fromT, well, ill: [] })))
})

test('one that does not answer is ill, and says why', async () => {
  const stack = fakeStack()
  stack.dead.add('web-2')
  const [first] = await looks(stack, 1)
  expect(first).toMatchObject({ well: ['web-1', 'api-1', 'api-2'], ill: [{ service: 'web-2' }] })
  expect(first?.ill[0]?.because).not.toBe('')
})

test('one that answers slowly or wrongly is ill too', async () => {
  const stack = fakeStack()
  const forward: typeof stack.agent.forward = ({ timeoutMs }) => {
    return Promise.resolve({ status: timeoutMs === 800 ? 503 : 200, headers: {}, body: '', ms: 1 })
  }
  Object.assign(stack.agent, { forward })
  const [first] = await looks(stack, 1)
  expect(first?.ill).toHaveLength(4)
  expect(first?.ill[0]).toEqual({ service: 'web-1', because: 'status 503' })
})

test.each([
  [1, []],
  [2, ['web-1']],
])('one that said nothing is asked again at once: %i time silent', async (silences, ill) => {
  const stack = fakeStack()
  const clock = quickClock()
  let left = silences
  const { forward } = stack.agent
  const agent: Partial<typeof stack.agent> = {
    forward: async (request) => {
      if (request.host !== 'web-1' || left === 0) return await forward(request)
      left -= 1
      await clock.sleep(800)
      throw new Error('no answer within 800 ms')
    },
  }
  Object.assign(stack.agent, agent)
  const [first] = await looks(stack, 1, undefined, clock)
  expect(first?.ill.map(({ service }) => service)).toEqual(ill)
})

test('whoever joins or leaves in the middle of a story is seen from then on', async () => {
  const stack = fakeStack()
  const seen = await looks(stack, 3, async (next) => {
    if (next === 1) await stack.addBackend('web', 3)
    if (next === 2) await stack.remove('web-1')
  })
  expect(seen.map(({ well }) => well)).toEqual([
    ['web-1', 'web-2', 'api-1', 'api-2'],
    ['web-1', 'web-2', 'api-1', 'api-2', 'web-3'],
    ['web-2', 'api-1', 'api-2', 'web-3'],
  ])
})

test('an agent that does not work says nothing about the backends', async () => {
  const stack = fakeStack()
  let asked = 0
  const gone = () => {
    asked += 1
    return asked <= 5 ? Promise.reject(new Error('no agent')) : undefined
  }
  const { forward, reach } = stack.agent
  const agent: Partial<typeof stack.agent> = {
    forward: (request) => gone() ?? forward(request),
    reach: (target) => gone() ?? reach(target),
  }
  Object.assign(stack.agent, agent)
  const [first] = await looks(stack, 1)
  expect(asked).toBe(9)
  expect(first).toMatchObject({ fromT: 1_000, ill: [] })
})
