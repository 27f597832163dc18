// @group stack 80s
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cellPool, check } from '../../src/check/index.ts'
import { alertEpisodes, alertInstances } from '../../src/checks/reading/alerts.ts'
import { openScope } from '../../src/cleanup/guarded-scope.ts'
import type { CommandIo } from '../../src/commands/io.ts'
import { rulesAction } from '../../src/commands/rules.ts'
import { factsOf } from '../../src/journal/index.ts'
import { dockerFolder } from '../../src/kit/home.ts'
import { rowOf } from '../../src/reporters/matrix/rows.ts'
import { hereOf, impossibleIn, readRules } from '../../src/rules/index.ts'
import { measuredOf } from '../../src/stack/monitoring/configuration.ts'
import { composeOf } from '../support/compose-tools.ts'
import { freshFolder, temporaryFolder } from '../support/folder.ts'
import { attachStranger, raiseStranger, strangerDescription, strangerParts } from '../support/stranger.ts'

const fileOf = (...rules: object[]) => JSON.stringify({ groups: [{ name: 'own', rules }] })
const count = (status: string) => `sum(rate(nginx_http_requests_total${status}[2s]))`
const rules = {
  'visitors.yml': fileOf(
    { alert: 'VisitorsMeetErrors', expr: `${count('{status=~"5.."}')} / ${count('')} > 0.1`, for: '1s' },
    { alert: 'SiteDown', expr: 'probe_success{job="gateway"} == 0' },
    { alert: 'FailedThisMinute', expr: 'sum(increase(nginx_http_requests_total{status="502"}[1m])) > 5' },
    { alert: 'AlwaysThere', expr: 'vector(1)' },
  ),
  'database.yml': fileOf({ alert: 'ReplicaIsLate', expr: 'pg_replication_lag > 5' }),
}
const here = () => hereOf(measuredOf(strangerDescription({ rules })))

async function readAll() {
  const folder = await temporaryFolder('rules')
  await Promise.all(Object.entries(rules).map(([name, text]) => writeFile(join(folder, name), text)))
  return await readRules(folder)
}

test('a rule whose metric nobody has is known to be dead before anything is started', async () => {
  expect(impossibleIn((await readAll()).rules, here())).toEqual([
    'database.yml: ReplicaIsLate can never fire: no metric pg_replication_lag here',
  ])
})

test('the rules of a project are told by what its stack has, and nothing is started', async () => {
  const cwd = await temporaryFolder('project')
  const files = {
    'compose.yaml': 'services: { edge: { image: x }, items: { image: x, scale: 2 } }',
    'badgateway.yaml': JSON.stringify({
      proxy: { service: 'edge' },
      upstreams: { items: { servers: ['items'], port: 80 } },
      monitoring: { rules: ['*.yml'] },
    }),
    ...rules,
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(cwd, name), text)))
  const { env } = await composeOf(1)
  const said: string[] = []
  const io = { cwd, env, out: (text: string) => void said.push(text) } as CommandIo
  expect(await rulesAction(undefined, { timeScale: '1s', stack: '.' }, io)).toBe(1)
  const lines = said.join('').split('\n')
  expect(lines).toContain('  missing  pg_replication_lag: no metric pg_replication_lag here')
  expect(lines).toContain('  asked    where a fault lasts 1m2s (badgateway check --hold)')
})

test.each([
  { isTls: false, site: 'http://edge/items/7' },
  { isTls: true, site: 'https://localhost:80/items/7' },
])('Prometheus knows what is said that it knows, and asks the rules as they are: %j', async ({ isTls, site }) => {
  const { stack } = await raiseStranger({ rules, isTls })
  try {
    const { jobs, families } = hereOf(measuredOf(strangerDescription({ rules, isTls })))
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
    ).toEqual([[site, '1']])
    const probed = (await ask('count by (__name__) ({job="gateway"})')).map(({ metric }) => metric['__name__'])
    expect(Object.keys(families).filter((name) => name.startsWith('probe_') && !probed.includes(name))).toEqual([])
    const asked = (await stack.prometheus?.rules('alert'))?.flatMap(({ rules: all }) => all.map(({ name }) => name))
    expect(asked?.sort()).toContain('ReplicaIsLate')
  } finally {
    await stack.tearDown()
  }
})

test('alerts of theirs tell of each cell anew, and one that always fires holds up none', async () => {
  const parts = await strangerParts()
  const pool = cellPool(() => openScope(parts.engine))
  const said: string[] = []
  try {
    const { run, exitCode } = await check({
      description: strangerDescription({ rules }),
      raise: async (place) => ({ stack: await attachStranger(parts, place, { rules }) }),
      traffic: { users: 20, ratePerS: 50 },
      rules: await readAll(),
      wanted: { only: ['stop/items'], holdMs: 6_000 },
      times: 2,
      engine: parts.engine,
      stack: { docker: parts.engine.docker, images: parts.images, dockerFolder: dockerFolder() },
      pool,
      signal: new AbortController().signal,
      version: '0.0.0',
      command: 'test',
      folder: `${await freshFolder()}/check`,
      say: (text) => void said.push(text),
      reporterFor: () => ({ name: 'test', onPlan: () => undefined, onFact: () => undefined, onEnd: () => undefined }),
    })
    const rows = run.variants.map(rowOf)
    expect(rows.map((row) => `${row?.status} ${row?.because.join('; ')}`.trim())).toEqual(['measured', 'measured'])
    expect(rows.map((row) => row?.figures?.alert)).toEqual([expect.any(Object), expect.any(Object)])
    const delivered = run.variants.map(({ record: { facts } }) => {
      const fromT = factsOf(facts, 'step-entered')[0]?.t ?? Infinity
      const told = alertEpisodes(alertInstances(facts)).filter(({ deliveredT }) => (deliveredT ?? 0) > fromT)
      return [...new Set(told.map(({ alert }) => alert))].sort()
    })
    const wanted = ['FailedThisMinute', 'SiteDown', 'VisitorsMeetErrors']
    expect({ delivered, exitCode }).toEqual({ delivered: [wanted, wanted], exitCode: 0 })
    expect(said).toContain('database.yml: ReplicaIsLate can never fire: no metric pg_replication_lag here')
    expect(said.join()).toMatch(/visitors.yml: FailedThisMinute looks 1m back.*--hold 62s/)
  } finally {
    await pool.close()
  }
})
