import { describe, expect, it } from 'vitest'
import { sharesOf } from '../../../../src/check/gate/compare.ts'
import { exitOf, type GateEnd, searchOf, stagesOf } from '../../../../src/check/gate/flow.ts'
import { type AskedThreshold, expectKnown, lengthFor, stepPlan } from '../../../../src/check/gate/plans.ts'
import { quarry } from '../../../support/quarry.ts'

const thresholds: AskedThreshold[] = [
  { metric: 'http_req_duration', is: 'p(95)<300' },
  { metric: 'http_req_failed', is: 'rate<0.01' },
]
const description = { ...quarry(''), can: { instrumented: { port: 8081 } } }
const planning = { description, traffic: { users: 20, ratePerS: 40 }, thresholds, stepMs: 4_000 }

describe('a step of the search', () => {
  it('is a spike from calm users, whose thresholds are told only', () => {
    const { record } = stepPlan(planning, 800)
    expect(record).toMatchObject({ variant: 'rate-800', load: { users: { ratePerS: 40, spreads: true } } })
    expect(record.story.map(({ does }) => does)).toEqual(['fault', 'remedy', 'recovered'])
    expect(record.story[0]).toMatchObject({ detail: { fault: { kind: 'traffic-spike', users: { ratePerS: 800 } } } })
    expect(record.checks.filter(({ kind }) => kind === 'threshold')).toMatchObject([
      { is: 'p(95)<300', measured: true },
      { is: 'rate<0.01', measured: true },
    ])
  })

  it('lasts until a hundred requests lie above each percentile, and a second more', () => {
    expect(lengthFor(planning, 800)).toBe(5_000)
    expect(lengthFor(planning, 100)).toBe(21_000)
  })

  it('begins where a step can tell, and at no less than users ask for', () => {
    const asked = {
      thresholds,
      stepMs: 4_000,
      longestStepMs: 10_000,
      mostRate: 5_000,
      share: 0.5,
      spikeTimes: 1.8,
    }
    expect(searchOf({ asked, traffic: planning.traffic })).toMatchObject({ from: 200, least: 200, most: 5_000 })
    expect(searchOf({ asked, traffic: { users: 1, ratePerS: 900 } })).toMatchObject({ from: 900, least: 200 })
  })
})

describe('the deploys', () => {
  const names = (drained: readonly string[]) => {
    const { plays, left } = stagesOf(planning, { asked: { spikeTimes: 2 }, ratePerS: 100, drained })
    return { plays: plays.map(({ name }) => name), left: left.map(({ name }) => name) }
  }

  it('are those that the stack can do, and the others are told', () => {
    const groups = Object.entries(planning.description.upstreams)
    const several = groups.filter(([, { servers }]) => servers.length > 1).map(([name]) => name)
    const single = groups.flatMap(([name]) => (several.includes(name) ? [] : [name]))
    const rolled = several.map((name) => `rolling-${name}`)
    expect(names([])).toEqual({
      plays: ['reload', ...rolled, 'spike'],
      left: [...single.map((name) => `rolling-${name}`), ...several.map((name) => `drain-${name}`)],
    })
    expect(names(several).plays).toEqual(['reload', ...rolled, ...several.map((name) => `drain-${name}`), 'spike'])
  })

  it('are held to the thresholds, and must be done', () => {
    const { plays } = stagesOf(planning, { asked: { spikeTimes: 2 }, ratePerS: 100, drained: [] })
    expect(plays[0]?.plan.record.checks).toMatchObject([
      { kind: 'threshold', is: 'p(95)<300' },
      { kind: 'threshold', is: 'rate<0.01' },
      { kind: 'deed-done', step: 0 },
    ])
    expect(plays.at(-1)?.plan.record.story[0]).toMatchObject({ detail: { fault: { users: { ratePerS: 200 } } } })
  })
})

describe('the exit code', () => {
  const stage = (status: 'pass' | 'fail' | 'inconclusive') => ({ name: 's', about: 's', status, because: [] })
  const knee = (above: 'budgets' | 'unclear' | 'most', ratePerS: number | null = 100) => ({
    ratePerS,
    above,
    because: '',
  })
  const well = { aborted: false }
  it.each<[string, Pick<GateEnd, 'knee' | 'ratePerS' | 'stages'>, number]>([
    ['all was kept', { knee: knee('budgets'), ratePerS: 50, stages: [stage('pass')] }, 0],
    ['no knee was sought', { knee: null, ratePerS: 50, stages: [stage('pass')] }, 0],
    ['a deploy broke one', { knee: knee('unclear'), ratePerS: 50, stages: [stage('pass'), stage('fail')] }, 1],
    ['nothing kept them', { knee: knee('budgets', null), ratePerS: null, stages: [] }, 1],
    ['nobody could tell at all', { knee: knee('unclear', null), ratePerS: null, stages: [] }, 2],
    ['the knee is not the stack’s', { knee: knee('unclear'), ratePerS: 50, stages: [stage('pass')] }, 2],
    ['a stage is unclear', { knee: knee('most'), ratePerS: 50, stages: [stage('inconclusive')] }, 2],
  ])('%s', (_, end, code) => {
    expect(exitOf(end, well)).toBe(code)
    expect(exitOf(end, { aborted: true })).toBe(3)
  })
})

describe('thresholds of a gate', () => {
  it('that cannot be known are refused by name, all at once', () => {
    const wrong = [
      { metric: 'http_req_waiting', is: 'p(95)<1' },
      { metric: 'http_reqs', is: 'avg<1' },
    ]
    expect(() => expectKnown([...thresholds, ...wrong])).toThrow(/http_req_waiting is not known[\s\S]*http_reqs: avg/)
    expect(() => expectKnown(thresholds)).not.toThrow()
  })

  it('name the quantiles that two sides are compared by', () => {
    const of = (...all: string[]) => sharesOf(all.map((is) => ({ metric: 'http_req_duration', is })))
    expect(of('p(99)<1', 'p(95)<1', 'med<1', 'p(95)<2')).toEqual([0.95, 0.99])
    expect(of('max<1')).toEqual([0.95])
  })
})
