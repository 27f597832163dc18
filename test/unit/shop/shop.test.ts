import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { upstreamServers } from '../../../src/deploy/release.ts'
import { descriptionOf } from '../../../src/shop/define.ts'
import { fitServers } from '../../../src/shop/fit-servers.ts'
import { shopOf } from '../../../src/shop/measures.ts'
import { backendDefinition } from '../../../src/shop/shop.ts'
import { stackSpec } from '../../../src/shop/stack-spec.ts'

const read = (path: string) => readFile(new URL(`../../../docker/${path}`, import.meta.url), 'utf8')
const upstreams = await read('proxy/conf/conf.d/upstreams.conf')
const prometheus = await read('monitoring/prometheus.yml')

interface Scraping {
  scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[]
}

function targetsOf(text: string, job: string): string[] {
  const { scrape_configs: jobs } = parse(text) as Scraping
  return jobs.filter((one) => one.job_name === job).flatMap((one) => one.static_configs.flatMap((some) => some.targets))
}

const serversIn = (text: string) => upstreamServers({ files: [{ path: '/a', content: Buffer.from(text) }] })

test('what is written for two servers of each role stays as it is for two', () => {
  expect(fitServers(upstreams, { web: 2, api: 2 })).toBe(upstreams)
  expect(fitServers(prometheus, { web: 2, api: 2 })).toBe(prometheus)
})

test.each([
  [{ web: 1, api: 1 }, ['web-1', 'api-1']],
  [{ web: 1, api: 3 }, ['web-1', 'api-1', 'api-2', 'api-3']],
])('proxy and monitoring know exactly the servers that there are: %o', (servers, names) => {
  const asked = serversIn(fitServers(upstreams, servers)).map((one) => one.host)
  expect(asked).toEqual(names)
  const fitted = fitServers(prometheus, servers)
  expect(targetsOf(fitted, 'backend-health')).toEqual(names)
  expect(targetsOf(fitted, 'backend')).toEqual(names.map((name) => `${name}:8601`))
  expect(targetsOf(fitted, 'nginx')).toEqual(['agent:8602'])
})

test('a configuration that names all servers of a role already keeps its lines, alike or not', () => {
  const text = 'server web-1:8080 weight=3;\nserver web-2:8080 weight=8;\nserver web-3:8080 weight=9;\n'
  expect(fitServers(text, { web: 3, api: 2 })).toBe(text)
  const fitted = fitServers(text, { web: 4, api: 2 })
  expect(serversIn(fitted).map(({ host }) => host)).toEqual(['web-1', 'web-2', 'web-3', 'web-4'])
})

test('what servers do from their start, and whether something outlives them, is in every one that joins', () => {
  const spec = stackSpec.parse({ supervised: true, behaviour: { web: { capacity: { concurrent: 2, ms: 50 } } } })
  const added = backendDefinition('web', 3, spec)
  expect(JSON.parse(added.env['BEHAVIOUR'] ?? '')).toEqual({ capacity: { concurrent: 2, ms: 50 } })
  expect(added.entrypoint?.[0]).toBe('/app/supervise')
  expect(backendDefinition('api', 1, spec).env['BEHAVIOUR']).toBeUndefined()
  expect(backendDefinition('web', 1, stackSpec.parse({})).entrypoint).toBeUndefined()
})

test('the agent asks and reads the proxy where its configuration is instrumented', () => {
  const { services, can } = descriptionOf(shopOf(stackSpec.parse({}), []))
  const { env } = services.find(({ name }) => name === 'agent') ?? expect.fail('no agent')
  expect([env['STATUS_PORT'], env['ACCESS_LOG']]).toEqual([String(can.instrumented?.port), can.logged?.file])
})
