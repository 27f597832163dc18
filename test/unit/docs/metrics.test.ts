import { readFile } from 'node:fs/promises'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { DriftMetrics } from '../../../docker/agent/configuration-metrics.ts'
import { ConfigurationMetrics, ProxyMetrics } from '../../../docker/agent/proxy-metrics.ts'
import { ResourceMetrics } from '../../../docker/agent/resource-metrics.ts'
import { ServerMetrics } from '../../../docker/agent/server-metrics.ts'
import { StatusMetrics } from '../../../docker/agent/status-metrics.ts'
import { Counts } from '../../../docker/backend/counts.ts'
import { descriptionOf, parseProject } from '../../../src/project/index.ts'
import { agentMetrics, backendMetrics, probeMetrics } from '../../../src/rules/families.ts'
import { jobsHere } from '../../../src/rules/here.ts'

import { measuredOf } from '../../../src/stack/index.ts'

const root = new URL('../../../', import.meta.url).pathname
const page = await readFile(`${root}docs/metrics.md`, 'utf8')
const [ofShop = '', ofOthers = ''] = page.split('## Beside a stack of your own')
const rows = [...ofShop.matchAll(/^\| `(\w+)`( \(histogram\))? \| ([^|]*) \|/gm)]
const told = Object.fromEntries(
  rows.map(([, name = '', histogram, labels = '']) => [
    name,
    { labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label), histogram: histogram !== undefined },
  ]),
)

test('the page tells every metric that is known here, with its labels, and no other', () => {
  const known = { ...agentMetrics, ...backendMetrics, ...probeMetrics }
  const wanted = Object.entries(known).map(([name, { labels, type }]) => {
    return [name, { labels: [...labels], histogram: type === 'histogram' }] as const
  })
  expect(told).toEqual(Object.fromEntries(wanted))
})

const typesIn = (text: string) => [...text.matchAll(/^# TYPE (\w+) \w+$/gm)].map(([, name = '']) => name)

test('the agent has these metrics, and no other', async () => {
  const register = new Registry()
  new ProxyMetrics(register, new ServerMetrics(register, [], () => Promise.resolve('')))
  new ConfigurationMetrics(register, () => Promise.resolve(''))
  new ResourceMetrics(register)
  new DriftMetrics(register)
  const connections =
    'Active connections: 2 \nserver accepts handled requests\n 5 5 9 \nReading: 0 Writing: 1 Waiting: 1 \n'
  const status = new StatusMetrics(() => Promise.resolve(connections))
  await status.refresh()
  const names = typesIn(`${await register.metrics()}${await status.text()}`)
  expect(names.sort()).toEqual(Object.keys(agentMetrics).sort())
})

test('a backend has these metrics, and no other', () => {
  const counts = new Counts({ role: 'web', name: 'web-1', release: '1' }, () => 1)
  expect(typesIn(counts.text()).sort()).toEqual(Object.keys(backendMetrics).sort())
})

test('Prometheus has these jobs, and no other', async () => {
  const text = await readFile(`${root}docker/monitoring/prometheus.yml`, 'utf8')
  const { scrape_configs: jobs } = parse(text) as { scrape_configs: { job_name: string }[] }
  expect(jobs.map(({ job_name: name }) => name).sort()).toEqual([...jobsHere].sort())
})

test('beside a stack of somebody else there are these jobs, and no other', () => {
  const monitoring = { rules: ['*.yml'], probes: ['servers', 'dependencies'] }
  const rules = { monitoring, dependencies: { db: { service: 'db', kind: 'redis', port: 1 } } }
  const upstreams = { a: { servers: ['a'], port: 1, health: '/up' } }
  const containers = ['edge', 'a', 'db'].map((service) => ({ service, number: 1, id: service, image: 'x', ports: [] }))
  const project = parseProject({ proxy: { service: 'edge' }, upstreams, ...rules }, 'x')
  const { jobs } = measuredOf(descriptionOf({ project, containers, where: 'x' }))
  const named = [...ofOthers.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)
  expect([...jobs].sort()).toEqual(named.sort())
})
