import { expect, test } from 'vitest'
import type { RuleGroup } from '../../../src/stack/prometheus.ts'
import { type AlertState, alertChanges } from '../../../src/watch/alert-changes.ts'

const answer = (lastEvaluation: string, ...states: ('pending' | 'firing')[]): RuleGroup[] => {
  const alerts = states.map((state, index) => {
    const labels = { alertname: 'Drop', instance: String(index) }
    return { labels, annotations: { summary: 'it drops' }, state, activeAt: '2026-11-20T22:00:00Z' }
  })
  const rest = { type: 'alerting', query: '', duration: 0, keepFiringFor: 0, labels: {}, lastError: '' } as const
  const rule = { name: 'Drop', lastEvaluation, health: 'ok', alerts, ...rest }
  return [{ name: 'g', file: 'g.yml', interval: 1, rules: [rule] }]
}

test('pending, firing, resolved: each is told once, with the time Prometheus gives', () => {
  let known: ReadonlyMap<string, AlertState> = new Map()
  const look = (given: RuleGroup[]) => {
    const { now, changes } = alertChanges(known, given)
    known = now
    return changes.map(({ state, promAt }) => [state, promAt])
  }
  expect(look(answer('2026-11-20T22:00:01Z', 'pending'))).toEqual([['pending', '2026-11-20T22:00:00Z']])
  expect(look(answer('2026-11-20T22:00:02Z', 'pending'))).toEqual([])
  expect(look(answer('2026-11-20T22:00:06Z', 'firing'))).toEqual([['firing', '2026-11-20T22:00:06Z']])
  expect(look(answer('2026-11-20T22:00:09Z'))).toEqual([['resolved', '2026-11-20T22:00:09Z']])
  expect(look(answer('2026-11-20T22:00:10Z'))).toEqual([])
})

test('two series of one alert are two alerts', () => {
  const { changes } = alertChanges(new Map(), answer('2026-11-20T22:00:01Z', 'firing', 'pending'))
  expect(changes.map((change) => [change.labels['instance'], change.state])).toEqual([
    ['0', 'firing'],
    ['1', 'pending'],
  ])
})
