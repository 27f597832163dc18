import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Fact, factsOf, incidentClockOf, openJournal, readJournal } from '../../../src/journal/index.ts'
import { planOf } from '../../../src/run/index.ts'
import type { Stage } from '../../../src/run/stage.ts'
import { tellStory } from '../../../src/run/story.ts'
import { type StoryStep, storyStep } from '../../../src/run/story-step.ts'
import { findScenario, type Step } from '../../../src/scenario/index.ts'
import { LogBook } from '../../../src/watch/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quickClock } from '../../support/quick-clock.ts'

const scenario = await findScenario('misconfigured-upstream', new URL('../../../scenarios', import.meta.url).pathname)

type Given = Pick<Partial<Step>, 'alert' | 'awaited' | 'firesWithin' | 'remedy'> & { dueMs?: number }

/** The same step at its time, doing this instead where it is said. */
function instead(step: StoryStep, { dueMs = step.dueMs, ...given }: Given): StoryStep {
  if (Object.keys(given).length === 0) return { ...step, dueMs }
  const timed = { at: step.clock, isUntimed: false, ...given }
  return { ...storyStep(timed, step.step, { start: '14:30', incidentMinuteMs: 100 }), dueMs }
}

/** Tells the first steps of the story on a fake stack; what was noted, and whether the story went to its end. */
async function told(
  disarmed: boolean,
  steps: number,
  restMs = 0,
  last: Given = {},
  heard: Fact[] = [],
  parts: readonly Given[] = [],
) {
  const file = join(await temporaryFolder('story'), 'journal.jsonl')
  const clock = quickClock()
  const journal = openJournal(file, clock)
  journal.onFact((fact) => heard.push(fact))
  const whole = planOf(scenario, { variant: 'as-it-happened', incidentMinuteMs: 100 })
  const story = whole.story.slice(0, steps).map((step, index) => {
    return { ...instead(step, { ...parts[index], ...(index === steps - 1 ? last : {}) }), restMs }
  })
  const plan = { ...whole.record, checks: [] }
  const scene = { ...fakeScene(), clock }
  const { signal } = scene
  const watching = { logs: new LogBook(() => undefined), stop: () => Promise.resolve() }
  const alerting = { firing: () => [], watchdogAgeMs: () => 0, ready: () => true }
  const traffic: Partial<Stage['traffic']> = {}
  const world = {
    plan,
    story,
    load: whole.load,
    clock,
    signal,
    journal,
    facts: heard,
    stack: scene.stack,
    scene,
    sceneOf: () => scene,
    watching,
    alerting,
    traffic,
  }
  const stage = {
    ...world,
    active: [],
    inForce: [],
    expiring: { over: new AbortController(), waiting: [] },
    disarmed,
    pace: { factor: 1, because: '' },
  }
  const isWhole = await tellStory({ ...stage, storyStartWallMs: 0 } as unknown as Stage)
  await journal.close()
  const { facts } = await readJournal(file).catch(() => ({ facts: [] }))
  return { isWhole, facts, plan, story }
}

test('a fault that its witness does not see ends the story: what follows would prove nothing', async () => {
  const { isWhole, facts } = await told(true, 3)
  expect(isWhole).toBe(false)
  expect(factsOf(facts, 'step-entered')).toHaveLength(1)
  expect(factsOf(facts, 'step-ended')).toMatchObject([{ step: 0, ok: false }])
  expect(factsOf(facts, 'fault-witnessed').map(({ moment, present }) => [moment, present])).toEqual([
    ['before', false],
    ['start', false],
  ])
})

test('a fault that is there lets the story go on', async () => {
  const { isWhole, facts } = await told(false, 2)
  expect(isWhole).toBe(true)
  expect(factsOf(facts, 'step-ended').map(({ ok }) => ok)).toEqual([true, true])
})

test('a step rests after the one before, however early it was due', async () => {
  const entered = async (restMs?: number) => {
    const { facts } = await told(false, 2, restMs)
    const [first, second] = factsOf(facts, 'step-entered')
    return (second?.t ?? 0) - (first?.t ?? 0)
  }
  expect(await entered(5_000)).toBeGreaterThanOrEqual(5_000)
  expect(await entered()).toBeLessThan(1_000)
})

test('a remedy leaves whole seconds to the deed before it, however late the story is', async () => {
  const remedy = { remedy: { kind: 'restart-service', service: 'web-1' } } as const
  const { facts } = await told(false, 2, 0, remedy)
  const [injected] = factsOf(facts, 'fault-injected')
  const [, second] = factsOf(facts, 'step-entered')
  expect((second?.t ?? 0) - (injected?.t ?? 0)).toBeGreaterThanOrEqual(2_000)
})

test('an alert that is awaited holds the story up until it is delivered, or its time is over', async () => {
  const alert = { alert: 'Nobody', awaited: true, firesWithin: 4_000 }
  const { facts } = await told(false, 2, 0, alert)
  const ended = factsOf(facts, 'step-ended')
  expect(ended.at(-1)).toMatchObject({ ok: false, because: 'Nobody was not delivered within 4000 ms' })
  const changed = { kind: 'alert-changed', alert: 'Nobody', state: 'delivered', seenT: 0 } as Fact
  const known = await told(false, 2, 0, alert, [changed])
  expect(factsOf(known.facts, 'step-ended').at(-1)).toMatchObject({
    ok: true,
    because: expect.stringContaining('was delivered after'),
  })
})

test('the look at the middle of a fault is told apart from that at its end, however late the story is', async () => {
  const alert = { alert: 'Nobody', awaited: true, firesWithin: 9_000 }
  const remedy = { kind: 'restart-service', service: 'web-1' } as const
  const known = { kind: 'load-sample', source: 'users', fromT: 1_000, ledger: { http_502: 200 } } as unknown as Fact
  const { facts } = await told(false, 3, 0, { remedy, dueMs: 0 }, [known], [{}, alert])
  const at = (wanted: string) => factsOf(facts, 'fault-witnessed').find(({ moment }) => moment === wanted)?.t ?? 0
  const whole = at('end') - at('start')
  expect(whole).toBeGreaterThan(9_000)
  expect((at('end') - at('middle')) / whole).toBeGreaterThan(0.02)
})

test("the incident's clock stands while a step overruns its slot, and each is entered at its time", async () => {
  const alert = { alert: 'Nobody', awaited: true, firesWithin: 4_000 }
  const { facts, plan, story } = await told(false, 3, 0, {}, [], [{}, alert])
  const clock = incidentClockOf(facts, plan)
  const entered = factsOf(facts, 'step-entered')
  expect(entered.map(({ t }) => Math.round(clock.msAt(t)))).toEqual(story.map(({ dueMs }) => dueMs))
  const stood = clock.standing.filter(({ because }) => because.startsWith('step 2 ('))
  expect(stood).toHaveLength(1)
  expect(stood.reduce((ms, { fromT, toT }) => ms + toT - fromT, 0)).toBeGreaterThan(3_500)
})
