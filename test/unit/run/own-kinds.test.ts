import { join } from 'node:path'
import { expect, test } from 'vitest'
import frozenBackend from '../../../examples/own-kinds/frozen-backend.ts'
import { type Fact, factsOf, openJournal } from '../../../src/journal/index.ts'
import { planOf } from '../../../src/run/index.ts'
import type { Stage } from '../../../src/run/stage.ts'
import { tellStory } from '../../../src/run/story.ts'
import { parseScenario } from '../../../src/scenario/index.ts'
import { LogBook } from '../../../src/watch/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quickClock } from '../../support/quick-clock.ts'

test("a story of a scenario's own kinds: frozen, seen, thawed, and told as facts", async () => {
  const scenario = parseScenario(frozenBackend, 'here')
  const whole = planOf(scenario, { variant: 'as-it-happened', incidentMinuteMs: 100 })
  // Users are no part of a fake stack.
  const story = whole.story.filter(({ does }) => does !== 'recovered')
  const { load } = whole
  const plan = { ...whole.record, checks: [] }
  const clock = quickClock()
  const journal = openJournal(join(await temporaryFolder('own-story'), 'journal.jsonl'), clock)
  const facts: Fact[] = []
  journal.onFact((fact) => void facts.push(fact))
  const scene = { ...fakeScene(), clock }
  const stage = {
    ...{
      plan,
      story,
      load,
      clock,
      journal,
      facts,
      scene,
      sceneOf: () => scene,
      signal: scene.signal,
      stack: scene.stack,
      disarmed: false,
    },
    ...{ watching: { logs: new LogBook(() => undefined) }, alerting: { firing: () => [] }, storyStartWallMs: 0 },
    ...{ active: [], inForce: [], expiring: { over: new AbortController(), waiting: [] } },
    pace: { factor: 1, because: '' },
  }
  expect(await tellStory(stage as unknown as Stage)).toBe(true)
  await journal.close()
  expect(factsOf(facts, 'observed').map(({ probe, finding }) => `${probe}: ${finding}`)).toEqual([
    'frozen-services: none frozen',
    'frozen-services: some frozen',
  ])
  expect(factsOf(facts, 'fault-injected')).toMatchObject([{ fault: 'the freeze', faultKind: 'frozen-service' }])
  expect(factsOf(facts, 'fault-witnessed').map(({ moment, present }) => [moment, present])).toEqual([
    ['before', false],
    ['start', true],
    ['middle', true],
    ['end', true],
    ['after', false],
  ])
  expect(factsOf(facts, 'remedy-applied')).toMatchObject([{ remedyKind: 'thaw-service', ok: true, changed: true }])
  expect(factsOf(facts, 'fault-undone')).toMatchObject([{ fault: 'the freeze', by: 'remedy' }])
  expect(scene.promised).toMatchObject([{ undo: { verb: 'unpause' } }])
})
