// @group stack 60s
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alertEpisodes, alertInstances } from '../../src/checks/reading/alerts.ts'
import { hereOf, impossibleIn, readRules } from '../../src/rules/index.ts'
import { measuredOf } from '../../src/stack/monitoring/configuration.ts'
import { temporaryFolder } from '../support/folder.ts'
import { raiseStranger, strangerDescription, strangerParts } from '../support/stranger.ts'
import { tellStrangerStory } from '../support/stranger-story.ts'

const fileOf = (...rules: object[]) => JSON.stringify({ groups: [{ name: 'own', rules }] })
const count = (status: string) => `sum(rate(nginx_http_requests_total${status}[2s]))`
const rules = {
  'visitors.yml': fileOf(
    { alert: 'VisitorsMeetErrors', expr: `${count('{status=~"5.."}')} / ${count('')} > 0.1`, for: '1s' },
    { alert: 'SiteDown', expr: 'probe_success{job="gateway"} == 0' },
  ),
  'database.yml': fileOf({ alert: 'ReplicaIsLate', expr: 'pg_replication_lag > 5' }),
}
const here = () => hereOf(measuredOf(strangerDescription({ rules })))

test('a rule whose metric nobody has is known to be dead before anything is started', async () => {
  const folder = await temporaryFolder('rules')
  await Promise.all(Object.entries(rules).map(([name, text]) => writeFile(join(folder, name), text)))
  const found = await readRules(folder)
  expect(impossibleIn(found.rules, here())).toEqual([
    'database.yml: ReplicaIsLate can never fire: no metric pg_replication_lag here',
  ])
})

test('Prometheus knows what is said that it knows, and asks the rules as they are', async () => {
  const { stack } = await raiseStranger({ rules })
  try {
    const { jobs, families } = here()
    const ask = async (query: string) => (await stack.prometheus?.query(query)) ?? []
    const up = async () => (await ask('min by (job) (up) == 1')).map(({ metric: { job } }) => job).sort()
    await expect.poll(up, { timeout: 30_000 }).toEqual([...jobs].sort())
    const names = (await ask('count by (__name__) ({job="nginx", __name__=~"nginx_.*|deploy_.*"})')).map(
      ({ metric: { __name__: name = '' } }) => name.replace(/_(bucket|sum|count)$/, ''),
    )
    const known = Object.keys(families).filter((name) => name.startsWith('nginx_'))
    // Of answers there is nothing before the first, where labels are not known beforehand.
    const isEmpty = (name: string) => /^nginx_(http_response|upstream_responses)_/.test(name)
    expect(known.filter((name) => !names.includes(name) && !isEmpty(name))).toEqual([])
    expect(names.filter((name) => !known.includes(name))).toEqual([])
    expect(
      (await ask('probe_success{job="gateway"}')).map(({ metric, value }) => [metric['instance'], value[1]]),
    ).toEqual([['http://edge/items/7', '1']])
    const asked = (await stack.prometheus?.rules('alert'))?.flatMap(({ rules: all }) => all.map(({ name }) => name))
    expect(asked?.sort()).toEqual(['ReplicaIsLate', 'SiteDown', 'VisitorsMeetErrors', 'Watchdog'])
  } finally {
    await stack.tearDown()
  }
})

test('an alert of theirs on requests fires for servers that are stopped, and is delivered', async () => {
  const { conducted, verdict, record } = await tellStrangerStory(await strangerParts(), {
    ratePerS: 50,
    strange: { rules },
    told: {
      story: [
        { at: '10:04', fault: { kind: 'backend-offline', how: 'container', role: 'items' }, as: 'stop' },
        { at: '10:04', alert: 'VisitorsMeetErrors', firesWithin: '8s', deliveredWithin: '10s', resolvesWithin: '25s' },
        { at: '10:08', remedy: { kind: 'restart-service', service: 'items-1' }, as: 'one', expect: 'measured' },
        { at: '10:08', remedy: { kind: 'restart-service', service: 'items-2' }, as: 'two' },
        { at: '10:10', recovered: { within: '15s', hold: '1s' } },
      ],
    },
  })
  // Which of the two starts is the cure is a race: Nginx has given both up for a while.
  const asked = verdict.findings.filter(({ check }) => check !== 'remedy-effect')
  const open = asked.filter(({ status }) => status !== 'pass').map(({ check, because }) => [check, because])
  expect({ conducted, open }).toEqual({ conducted: { reason: 'completed', clean: true }, open: [] })
  const fired = alertEpisodes(alertInstances(record.facts)).map(({ alert, deliveredT }) => [alert, deliveredT !== null])
  expect(fired).toEqual(expect.arrayContaining([['VisitorsMeetErrors', true]]))
  expect(fired).toEqual(expect.arrayContaining([['SiteDown', true]]))
  expect(fired.map(([alert]) => alert)).not.toContain('ReplicaIsLate')
})
