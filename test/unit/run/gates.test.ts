import { expect, test } from 'vitest'
import type { Fact, NewFact } from '../../../src/journal/index.ts'
import { awaitEvent } from '../../../src/run/gates.ts'
import type { Stage } from '../../../src/run/stage.ts'
import { LogBook } from '../../../src/watch/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { outageAlert, outageJournal, outagePlan, storyT, wallOf } from '../../support/journal.ts'
import { quickClock } from '../../support/quick-clock.ts'

const { facts } = outageJournal()

/** What was noted of a step that waits, in the sample journal, from an instant on. */
async function waited(
  once: object,
  sinceT: number,
  parts: { facts?: readonly Fact[]; factor?: number; body?: string } = {},
) {
  const clock = quickClock()
  const scene = fakeScene()
  const written: NewFact[] = []
  const logs = new LogBook(() => undefined)
  const forward = () => Promise.resolve({ status: 200, headers: {}, body: parts.body ?? '', ms: 1 })
  Object.assign(scene.stack.agent, { forward })
  const stage = {
    clock,
    facts: parts.facts ?? facts,
    signal: new AbortController().signal,
    journal: { write: (fact: NewFact) => written.push(fact), now: () => clock.now() },
    watching: { logs },
    stack: scene.stack,
    pace: { factor: parts.factor ?? 1, because: '' },
  } as unknown as Stage
  const [step] = outagePlan().story
  if (!step) throw new Error('the sample has no step')
  await awaitEvent(stage, { ...step, once: { within: 5_000, ...once } as never }, { t: sinceT, wall: 0 })
  return written
}

const metric = (value: string) => JSON.stringify({ data: { result: [{ value: [1, value] }] } })
const event = (action: string): Fact => {
  return { kind: 'service-event', n: 1, t: storyT, at: wallOf(storyT), service: 'api-1', action, because: '' }
}

test.each<[boolean, object, Parameters<typeof waited>[2], string]>([
  [true, { requests: 100 }, {}, 'requests of users'],
  [false, { requests: 1_000_000 }, {}, 'requests of users'],
  [true, { answers: { class: 'http_502', count: 5 } }, {}, 'ended http_502'],
  [false, { answers: { class: 'http_504', count: 1 } }, {}, '0 ended http_504'],
  [false, { log: { reason: 'reset', count: 1 } }, {}, '0 lines say reset'],
  [true, { alert: outageAlert, state: 'delivered' }, {}, 'last '],
  [false, { alert: 'Nobody', state: 'firing' }, {}, 'never pending'],
  [true, { container: 'api-1', state: 'died' }, { facts: [event('die')] }, 'die'],
  [false, { container: 'api-1', state: 'oom' }, { facts: [event('die')] }, 'die'],
  [true, { metric: { query: 'up', above: 2 } }, { body: metric('3') }, 'at most 3'],
  [false, { metric: { query: 'up', above: 2 } }, { body: metric('2') }, 'at most 2'],
  [false, { metric: { query: 'up', above: 2 } }, { body: '<html>' }, 'no value'],
])('%s: %j', async (met, once, parts, seen) => {
  const [fact, ...others] = await waited(once, storyT, parts)
  expect(others).toEqual([])
  expect(fact).toMatchObject({
    kind: 'event-awaited',
    step: 0,
    met,
    limitMs: 5_000,
    seen: expect.stringContaining(seen),
  })
})

test('an alert of the time in which the stack came up is no part of the story', async () => {
  const early = facts.map((fact) => (fact.kind === 'alert-changed' ? { ...fact, seenT: storyT - 2_000 } : fact))
  const [fact] = await waited({ alert: outageAlert, state: 'delivered' }, storyT, { facts: early })
  expect(fact).toMatchObject({ met: false, seen: 'never pending' })
})

test('what was before the last deed does not count, and a slow machine is waited for longer', async () => {
  const [fact] = await waited({ answers: { class: 'http_502', count: 1 } }, storyT + 80_000, { factor: 3 })
  expect(fact).toMatchObject({ met: false, limitMs: 15_000, seen: '0 ended http_502' })
  expect(fact && 'waitedMs' in fact ? fact.waitedMs : 0).toBeGreaterThan(14_000)
})
