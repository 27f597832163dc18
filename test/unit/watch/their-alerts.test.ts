import { expect, test } from 'vitest'
import type { NewFact } from '../../../src/journal/index.ts'
import type { Alertmanager, HeldAlert, Notified, RuleGroup } from '../../../src/stack/index.ts'
import { prometheusOf } from '../../../src/stack/prometheus.ts'
import { theirPace, watchTheirAlerts } from '../../../src/watch/index.ts'
import { fakeStack } from '../../support/fake-stack.ts'
import { quickClock } from '../../support/quick-clock.ts'

const since = '2026-12-01T10:00:00.000Z'
const labels = { alertname: 'SiteDown', severity: 'critical' }

const rule = (more: Partial<RuleGroup['rules'][number]> = {}): RuleGroup['rules'][number] => ({
  ...{ type: 'alerting', name: 'SiteDown', query: 'probe_success == 0', duration: 0, keepFiringFor: 0, labels: {} },
  ...{ health: 'ok', lastError: '', lastEvaluation: since, alerts: [] },
  ...more,
})
const firing = [rule({ alerts: [{ labels, annotations: {}, state: 'firing', activeAt: since }] })]
const held = (status: Partial<HeldAlert['status']> = {}): HeldAlert => ({
  ...{ fingerprint: 'f', labels, annotations: {}, startsAt: since, receivers: [{ name: 'pager' }] },
  status: { state: 'active', silencedBy: [], inhibitedBy: [], ...status },
})

interface Look {
  rules?: RuleGroup['rules']
  alerts?: HeldAlert[]
  notified?: Notified | undefined
}

/** What is written while theirs looks so at one look after the other. */
async function seen(looks: readonly Look[], more: { isCopy?: boolean; isPaged?: boolean } = {}) {
  const { agent, description } = fakeStack()
  const monitoring = description.monitoring ?? expect.unreachable()
  const ending = new AbortController()
  const facts: NewFact[] = []
  const clock = quickClock()
  let at = 0
  const now = () => looks[Math.min(at, looks.length - 1)] ?? {}
  const alertmanager: Alertmanager = {
    alerts: () => Promise.resolve(now().alerts ?? []),
    notified: () => Promise.resolve(now().notified),
    configuration: () => Promise.resolve(''),
  }
  const over = Promise.withResolvers<void>()
  const alerting = watchTheirAlerts({
    prometheus: {
      ...prometheusOf(agent, monitoring),
      query: () => Promise.resolve([]),
      rules: () => Promise.resolve([{ name: 'g', file: 'r.yml', interval: 15, rules: now().rules ?? [rule()] }]),
    },
    alertmanager: (more.isPaged ?? true) ? alertmanager : undefined,
    isCopy: more.isCopy ?? false,
    scrapeMs: 15_000,
    settleAtMostMs: 180_000,
    clock,
    toT: (wallMs) => wallMs,
    signal: ending.signal,
    write: (fact) => {
      facts.push(fact)
      if (fact.kind !== 'monitor-sample') return
      at += 1
      if (at >= looks.length) over.resolve()
    },
  })
  await over.promise
  ending.abort()
  const told = facts.flatMap((fact) => {
    if (fact.kind === 'alert-routed') return [`${fact.way} ${fact.receivers.join()}`]
    return fact.kind === 'alert-changed' ? [`${fact.state}${fact.receiver ? ` to ${fact.receiver}` : ''}`] : []
  })
  return { told, alerting, facts }
}

const none = { begun: 4, reached: 4, failed: 0 }
const calm: Look = { notified: none }

test('an alert is received, sent and delivered, each when it is', async () => {
  const { told } = await seen([
    calm,
    { rules: firing, alerts: [held()], notified: none },
    { rules: firing, alerts: [held()], notified: { ...none, begun: 5 } },
    { rules: firing, alerts: [held()], notified: { ...none, begun: 5, reached: 5 } },
    { alerts: [], notified: { ...none, begun: 6, reached: 6 } },
  ])
  expect(told).toEqual(['firing', 'received pager', 'sent pager', 'delivered pager', 'delivered to pager', 'resolved'])
})

test('what no receiver takes has told nobody, but in a copy, which nothing leaves, it is as good as sent', async () => {
  const looks = [
    calm,
    { rules: firing, alerts: [held()], notified: none },
    { rules: firing, alerts: [held()], notified: { ...none, begun: 5 } },
    { rules: firing, alerts: [held()], notified: { ...none, begun: 5, failed: 1 } },
  ]
  expect((await seen(looks)).told).toEqual(['firing', 'received pager', 'sent pager', 'unreached pager'])
  expect((await seen(looks, { isCopy: true })).told).toContain('delivered to pager')
})

test.each([
  [{ state: 'suppressed', silencedBy: ['s'] }, 'silenced pager'],
  [{ state: 'suppressed', inhibitedBy: ['i'] }, 'inhibited pager'],
  [{ state: 'suppressed' }, 'suppressed pager'],
])('what is kept back (%j) is delivered to nobody', async (status, way) => {
  const late = { ...none, begun: 5, reached: 5 }
  const { told } = await seen([
    calm,
    { alerts: [held(status)], notified: none },
    { alerts: [held(status)], notified: late },
  ])
  expect(told).toEqual([way])
})

test('what was there before anybody looked is not delivered now', async () => {
  const late = { ...none, begun: 5, reached: 5 }
  const { told } = await seen([
    { alerts: [held()], notified: none },
    { alerts: [held()], notified: late },
  ])
  expect(told).toEqual(['received pager'])
})

test('an Alertmanager that counts nothing has told whom it has an alert for', async () => {
  const { told } = await seen([{}, { alerts: [held()] }])
  expect(told).toEqual(['received pager', 'delivered pager', 'delivered to pager'])
})

test('theirs is ready when every rule was evaluated, and an alert may look back for as long as it does', async () => {
  const long = rule({ query: 'rate(x[1m]) > 1', alerts: firing[0]?.alerts ?? [] })
  const never = { rules: [rule({ lastEvaluation: '0001-01-01T00:00:00Z' })] }
  expect((await seen([never], { isPaged: false })).alerting.ready()).toBe(false)
  const { alerting, facts } = await seen([{ rules: [long] }], { isPaged: false })
  expect(alerting.ready()).toBe(true)
  expect(alerting.firing()).toEqual(['SiteDown'])
  expect(alerting.theirs?.settlesMs()).toBe(60_000 + 15_000 + 15_000)
  expect(facts.at(-1)).toMatchObject({ kind: 'monitor-sample', alive: true, watchdogAgeMs: null })
})

const configuration = `global: { scrape_interval: 15s, evaluation_interval: 30s }
scrape_configs: [{ job_name: a }, { job_name: b, scrape_interval: 1m }]
`
const routes = `route: { receiver: a, routes: [{ receiver: b, group_wait: 45s, routes: [{ receiver: c }] }] }`

test('how quick theirs is follows from its own files: the slowest job, the longest wait of a group', async () => {
  const { agent, description } = fakeStack()
  const monitoring = description.monitoring ?? expect.unreachable()
  const prometheus = {
    ...prometheusOf(agent, monitoring),
    configuration: () => Promise.resolve(configuration),
    rules: () =>
      Promise.resolve([{ name: 'g', file: 'r', interval: 30, rules: [rule({ query: 'x[9h] > 1' }), rule()] }]),
  }
  const pager = {
    configuration: () => Promise.resolve(routes),
    alerts: () => Promise.reject(),
    notified: () => Promise.reject(),
  }
  const place = { service: 'prom', port: 9090 }
  const theirs = { prometheus: place, alertmanager: { ...place, service: 'pager' } }
  const asked = {
    prometheus,
    alertmanager: pager,
    description: { ...description, monitoring: { ...monitoring, theirs } },
  }
  expect(await theirPace(asked)).toEqual({
    ...{ prometheus: 'prom', alertmanager: 'pager', scrapeMs: 60_000, evaluateMs: 30_000, groupWaitMs: 45_000 },
    settleMs: 180_000,
  })
  const silent = { ...prometheus, configuration: () => Promise.resolve(''), rules: () => Promise.resolve([]) }
  expect(await theirPace({ prometheus: silent, description })).toEqual({
    ...{ prometheus: '', alertmanager: null, scrapeMs: 60_000, evaluateMs: 60_000, groupWaitMs: 0, settleMs: 0 },
  })
})
