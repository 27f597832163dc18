import { expect, test } from 'vitest'
import { type AlertState, alertChanges, type RulesAnswer, rulesAnswer } from '../../../src/watch/alert-changes.ts'

const answer = (lastEvaluation: string, ...states: ('pending' | 'firing')[]): RulesAnswer =>
  rulesAnswer.parse({
    status: 'success',
    data: {
      groups: [
        {
          rules: [
            {
              name: 'Drop',
              lastEvaluation,
              health: 'ok',
              alerts: states.map((state, index) => {
                const labels = { alertname: 'Drop', instance: String(index) }
                return { labels, annotations: { summary: 'it drops' }, state, activeAt: '2026-11-20T22:00:00Z' }
              }),
            },
          ],
        },
      ],
    },
  })

test('pending, firing, resolved: each is told once, with the time Prometheus gives', () => {
  let known: ReadonlyMap<string, AlertState> = new Map()
  const look = (given: RulesAnswer) => {
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

test('an answer that is not of Prometheus is refused, not read as "no alerts"', () => {
  expect(rulesAnswer.safeParse({ status: 'error', data: { groups: [] } }).success).toBe(false)
  expect(rulesAnswer.safeParse({ status: 'success' }).success).toBe(false)
})
