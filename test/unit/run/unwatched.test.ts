import { expect, test } from 'vitest'
import { read } from '../../../src/checks/reading.ts'
import { monitorAlive } from '../../../src/checks/validity/monitor-alive.ts'
import { planRecord } from '../../../src/journal/index.ts'
import { planOf } from '../../../src/run/plan.ts'
import { parseScenario } from '../../../src/scenario/find.ts'
import { outageJournal } from '../../support/journal.ts'
import { quarry } from '../../support/quarry.ts'
import { quarryStory } from '../../support/quarry-story.ts'

const planned = (more: object = {}) =>
  planOf(parseScenario({ ...quarryStory, ...more }, 'the story'), { variant: 'told', description: quarry('') })

test('a plan is made for the stack that is described, and says that nobody watches over it', () => {
  const { record: plan } = planned()
  expect(plan.unwatched).toBe(true)
  expect(plan.story[0]?.detail).toMatchObject({ fault: { kind: 'wrong-upstream', service: 'gate' } })
  expect(planRecord.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
  expect(
    planOf(parseScenario({ ...quarryStory, story: [{ at: '10:04', note: 'n' }] }, ''), { variant: 'told' }).record,
  ).not.toHaveProperty('unwatched')
})

test('what is no part of the described stack is refused before anything starts, with its path', () => {
  const story = [
    { at: '10:04', fault: { kind: 'wrong-upstream', upstreams: ['web'] } },
    { at: '10:05', alert: 'NginxDown' },
    { at: '10:06', look: { kind: 'cpu-usage' } },
    { at: '10:07', remedy: { kind: 'restart-service', service: 'proxy' } },
  ]
  const told = () => planned({ story, checks: [{ kind: 'alerts-silent', alerts: ['NginxDown'] }] })
  for (const line of [
    'story.0.fault.upstreams.0: there is no upstream group \'web\': there are stone (found "web")',
    'story.1.alert: this stack has not: monitoring (found "NginxDown")',
    'story.2.look: this stack has not: monitoring (found "cpu-usage")',
    'story.3.remedy.service: there is no \'proxy\' (found "proxy")',
    'checks.0: this stack has not: monitoring (found "alerts-silent")',
  ]) {
    expect(told).toThrow(line)
  }
  expect(told).toThrow(
    expect.objectContaining({ exitCode: 64, hint: expect.stringContaining('gate, granite, basalt') }),
  )
})

test('without monitoring its silence is no doubt, unless there was one after all', () => {
  const good = outageJournal()
  const asked = (rules: Record<string, string> | null) => {
    const facts = good.facts
      .filter(({ kind }) => kind !== 'monitor-sample')
      .map((fact) => (fact.kind === 'stack-snapshot' ? { ...fact, snapshot: { ...fact.snapshot, rules } } : fact))
    const record = { ...good, facts, plan: { ...good.plan, unwatched: true as const } }
    return monitorAlive.ask(read(record), { kind: 'monitor-alive' })[0]?.status
  }
  expect([asked(null), asked({})]).toEqual(['pass', 'inconclusive'])
})
