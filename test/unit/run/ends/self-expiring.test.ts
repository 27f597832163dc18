import { expect, test, vi } from 'vitest'
import type { Fact, NewFact } from '../../../../src/journal/facts.ts'
import { realClock } from '../../../../src/kit/clock.ts'
import { endExpiring, letExpire } from '../../../../src/run/ends/self-expiring.ts'
import { type ActiveFault, see } from '../../../../src/run/stage.ts'
import { fakeScene } from '../../../support/fake-stack.ts'
import { outagePlan } from '../../../support/journal.ts'
import { quickClock } from '../../../support/quick-clock.ts'

function stageWith(end: () => Promise<void> = () => Promise.resolve()) {
  const written: NewFact[] = []
  let present = true
  const active: ActiveFault = {
    name: 'the spike',
    fault: {
      inject: () => Promise.reject(new Error('not asked for')),
      witness: { name: 'counters', see: () => Promise.resolve({ present, because: `present: ${present}` }) },
    },
  }
  const stage = {
    clock: realClock,
    scene: fakeScene(),
    signal: new AbortController().signal,
    facts: [] as Fact[],
    plan: outagePlan(),
    journal: {
      now: () => realClock.now(),
      write: (fact: NewFact) => {
        written.push(fact)
        return { ...fact, n: written.length, t: 0, at: '' } as Fact
      },
    },
    active: [active],
    expiring: { over: new AbortController(), waiting: [] as Promise<void>[] },
  }
  const lasts = {
    ms: 20,
    end: async () => {
      await end()
      present = false
    },
  }
  const told = () => written.map((fact) => `${fact.kind} ${'moment' in fact ? fact.moment : ''}`.trim())
  return { stage, active, lasts, written, told }
}

test('it is seen in its middle, just before and just after, and told as gone by itself', async () => {
  const { stage, active, lasts, written, told } = stageWith()
  letExpire(stage, active, lasts)
  await Promise.all(stage.expiring.waiting)
  expect(told()).toEqual(['fault-witnessed middle', 'fault-witnessed end', 'fault-witnessed after', 'fault-undone'])
  expect(written.slice(1)).toMatchObject([{ present: true }, { present: false }, { by: 'itself', fault: 'the spike' }])
  expect(stage.active).toEqual([])
})

test('the story ends first: it is left to the undo, and nothing is waited for any longer', async () => {
  const { stage, active, lasts, told } = stageWith()
  letExpire(stage, active, { ...lasts, ms: 60_000 })
  await endExpiring(stage)
  expect(told()).toEqual([])
  expect(stage.active).toEqual([active])
})

test('what lasts for minutes of the incident goes by its clock, which may stand', async () => {
  const { stage, active, lasts, told } = stageWith()
  const clock = quickClock()
  const set = { kind: 'clock-set' as const, n: 1, at: '', because: '' }
  // It stands from the begin, and goes on after a second.
  stage.facts.push({ ...set, t: 0, incidentMs: 0, runs: false })
  const passing = { ...stage, clock, journal: { ...stage.journal, now: () => clock.now() } }
  letExpire(passing, active, { ...lasts, ms: 500, onClock: true })
  await vi.waitUntil(() => clock.now() >= 1_000)
  expect(told()).toEqual([])
  stage.facts.push({ ...set, t: clock.now(), incidentMs: 0, runs: true })
  await Promise.all(stage.expiring.waiting)
  expect(told().slice(-1)).toEqual(['fault-undone'])
})

test('a remedy was first: it is not told twice', async () => {
  const { stage, active, lasts, told } = stageWith()
  letExpire(stage, active, lasts)
  stage.active.splice(0)
  await Promise.all(stage.expiring.waiting)
  expect(told()).toEqual([])
})

test('what cannot be ended stays in force, and is told', async () => {
  const { stage, active, lasts, told } = stageWith(() => Promise.reject(new Error('the generator is gone')))
  letExpire(stage, active, lasts)
  await Promise.all(stage.expiring.waiting)
  expect(told()).toEqual(['fault-witnessed middle', 'fault-witnessed end', 'problem'])
  expect(stage.active).toEqual([active])
})

test.each([
  [1, { kind: 'fault-witnessed', present: true }],
  [2, { kind: 'fault-witnessed', present: false, because: 'the witness could not look: no answer' }],
])('a witness that got no answer looks once more: %i time without', async (times, fact) => {
  const { stage, active, written } = stageWith()
  let left = times
  const { witness } = active.fault
  const look = (scene: Parameters<typeof witness.see>[0]) => {
    left -= 1
    return left >= 0 ? Promise.reject(new Error('no answer')) : witness.see(scene)
  }
  await see(stage, { ...active, fault: { ...active.fault, witness: { ...witness, see: look } } }, 'middle')
  expect(written).toMatchObject([fact])
})
