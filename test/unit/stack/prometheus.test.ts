import { expect, test } from 'vitest'
import type { Agent, ForwardAnswer } from '../../../src/protocol/agent-types.ts'
import { prometheusOf } from '../../../src/stack/prometheus.ts'
import { fakeStack } from '../../support/fake-stack.ts'

type Request = Parameters<Agent['forward']>[0]

/** A Prometheus elsewhere than the shop's, what it was asked, and what it answers. */
function asking(answer: Partial<ForwardAnswer> | Error) {
  const { agent } = fakeStack()
  const asked: Request[] = []
  const forward = (request: Request) => {
    asked.push(request)
    if (answer instanceof Error) return Promise.reject(answer)
    return Promise.resolve({ status: 200, headers: {}, body: '', ms: 1, ...answer })
  }
  const description = { service: 'watchtower', prometheus: 19_090, rules: '/rules', metrics: {} }
  return { asked, prometheus: prometheusOf({ ...agent, forward }, description) }
}

const body = (data: object) => ({ body: JSON.stringify({ status: 'success', data }) })

test('a query is asked where the description says, and gives its samples', async () => {
  const { asked, prometheus } = asking(body({ result: [{ metric: { name: 'a' }, value: [1, '2'] }] }))
  expect(await prometheus.query('sum(x{a="b"})', { timeoutMs: 77 })).toEqual([
    { metric: { name: 'a' }, value: [1, '2'] },
  ])
  const path = `/api/v1/query?query=${encodeURIComponent('sum(x{a="b"})')}`
  expect(asked).toEqual([{ host: 'watchtower', port: 19_090, path, method: 'GET', timeoutMs: 77 }])
})

test('series over a time, by their own range or step by step', async () => {
  const matrix = body({ result: [{ metric: {}, values: [[1, '2']] }] })
  const { asked, prometheus } = asking(matrix)
  expect(await prometheus.series('up[5m]')).toEqual([{ metric: {}, values: [[1, '2']] }])
  expect(await prometheus.range('up', { start: 1, end: 2.5, step: 1 })).toHaveLength(1)
  expect(asked.at(-1)?.path).toBe('/api/v1/query_range?query=up&start=1.000&end=2.500&step=1.000')
})

test('rules and targets, and a reload', async () => {
  const rules = asking(body({ groups: [{ file: 'a.yml', rules: [{ name: 'Down' }] }] }))
  expect(await rules.prometheus.rules('alert')).toMatchObject([
    { file: 'a.yml', rules: [{ name: 'Down', alerts: [] }] },
  ])
  expect(rules.asked[0]?.path).toBe('/api/v1/rules?type=alert')
  const targets = asking(body({ activeTargets: [{ health: 'up', labels: { job: 'j' } }] }))
  expect(await targets.prometheus.targets()).toEqual([{ health: 'up', labels: { job: 'j' } }])
  const { asked, prometheus } = asking({})
  await prometheus.reload()
  expect(asked[0]).toMatchObject({ path: '/-/reload', method: 'POST' })
})

test('everything that was measured is forgotten', async () => {
  const { asked, prometheus } = asking({ status: 204 })
  await prometheus.forget()
  const { path = '', method } = asked[0] ?? {}
  expect(method).toBe('POST')
  expect(decodeURIComponent(path)).toBe('/api/v1/admin/tsdb/delete_series?match[]={__name__=~".+"}')
})

test.each<[string, Partial<ForwardAnswer> | Error, string]>([
  ['refused', { status: 503, body: 'not ready' }, 'Prometheus answers 503: not ready'],
  ['no JSON', { body: '<html>' }, 'Prometheus answers what cannot be read: <html>'],
  ['another answer', { body: '{"data":{}}' }, 'Prometheus answers what cannot be read'],
  ['no answer', new Error('no answer within 77 ms'), 'Prometheus does not answer: no answer within 77 ms'],
])('%s is a failure of the monitoring, and no empty answer', async (_, answer, words) => {
  const failure = expect.objectContaining({ code: 'MONITOR_FAILED', message: expect.stringContaining(words) })
  await expect(asking(answer).prometheus.query('up')).rejects.toEqual(failure)
})
