import { join } from 'node:path'
import Dockerode from 'dockerode'
import type { StartedTestContainer } from 'testcontainers'
import { beforeEach, expect, test } from 'vitest'
import { BadgatewayError } from '../../../../src/kit/errors.ts'
import { definitionsOf } from '../../../../src/shop/define.ts'
import { shopOf } from '../../../../src/shop/measures.ts'
import { stackSpec } from '../../../../src/shop/stack-spec.ts'
import type { ServiceDefinition } from '../../../../src/stack/description/definition.ts'
import type { Define } from '../../../../src/stack/description/description.ts'
import type { Site } from '../../../../src/stack/raise/container.ts'
import { raiseStack } from '../../../../src/stack/raise/raise.ts'
import { temporaryFolder } from '../../../support/folder.ts'
import { putOnRecord } from '../../../support/on-record.ts'

const images = {
  proxy: '',
  backend: '',
  'backend-next': '',
  'backend-fixed': '',
  database: '',
  monitoring: '',
  agent: '',
}
const common = {
  ...definitionsOf(shopOf(stackSpec.parse({ web: 1, api: 1 }), [])),
  runId: 'r',
  images,
  dockerFolder: '',
}
let shop: typeof common & { labels: Record<string, string> }
beforeEach(async () => {
  const labels = { badgateway: 'r', 'badgateway.journal': join(await temporaryFolder('raise'), 'journal.jsonl') }
  shop = { ...common, labels }
  await putOnRecord(labels, 'container', ['c'])
})

/** An engine on which there is one container of ours. */
function engine(refusal?: Error) {
  const docker = new Dockerode({ socketPath: '/nowhere' })
  const network = { IPAM: { Config: [{ Subnet: '172.20.0.0/16' }] } }
  const removed = Promise.withResolvers<void>()
  const empty = () => Promise.resolve([])
  const ours = [{ Id: 'c', Names: ['/c'], Labels: {}, State: 'running' }]
  const remove = () => {
    removed.resolve()
    return refusal ? Promise.reject(refusal) : Promise.resolve()
  }
  Object.assign(docker, {
    createNetwork: () => Promise.resolve({ id: 'n', inspect: () => Promise.resolve(network), remove: empty }),
    createVolume: empty,
    listContainers: () => Promise.resolve(ours),
    listNetworks: empty,
    listVolumes: () => Promise.resolve({ Volumes: [] }),
    listImages: () => Promise.resolve([]),
    getContainer: () => ({ remove }),
  })
  return { docker, removed: removed.promise }
}

test('an interruption does not wait for containers that may never be ready: they are removed', async () => {
  const { docker, removed } = engine()
  const interruption = new AbortController()
  const starting = Promise.withResolvers<void>()
  const endless = async () => {
    starting.resolve()
    await removed
    throw new BadgatewayError('SERVICE_NOT_READY', 'its log ended', '')
  }
  const raised = raiseStack({ ...shop, docker, signal: interruption.signal }, endless)
  await starting.promise
  interruption.abort(new BadgatewayError('INTERRUPTED', 'The run was interrupted', ''))
  await expect(raised).rejects.toMatchObject({ code: 'INTERRUPTED' })
})

test('what cannot be removed does not hide why the shop did not start', async () => {
  const { docker } = engine(new Error('device or resource busy'))
  const taken = () => Promise.reject(new BadgatewayError('PORT_TAKEN', 'proxy: port is already allocated', ''))
  await expect(raiseStack({ ...shop, docker }, taken)).rejects.toMatchObject({ code: 'PORT_TAKEN' })
})

test('an interruption that came before starts nothing', async () => {
  const { docker } = engine()
  const started: string[] = []
  const start = ({ name }: { name: string }) => {
    started.push(name)
    return Promise.reject(new Error('not reached'))
  }
  const signal = AbortSignal.abort(new BadgatewayError('INTERRUPTED', 'The run was interrupted', ''))
  await expect(raiseStack({ ...shop, docker, signal }, start)).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(started).toEqual([])
})

/** Where the containers would be, and who was asked to start, in order. */
function starting(howMonitoring: (site: Site) => Promise<never>) {
  const asked: string[] = []
  const startOne = async ({ name }: ServiceDefinition, site: Site): Promise<never> => {
    asked.push(name)
    if (name === 'monitoring') return await howMonitoring(site)
    throw new Error('not today')
  }
  return { asked, startOne }
}

test('monitoring goes first, the others follow as soon as it runs, and do not wait until it is ready', async () => {
  const { docker } = engine()
  const ready = Promise.withResolvers<never>()
  const running = Promise.withResolvers<Site>()
  const { asked, startOne } = starting(async (site) => {
    running.resolve(site)
    return await ready.promise
  })
  const raised = raiseStack({ ...shop, docker }, startOne)
  const { onStarted } = await running.promise
  expect(asked).toEqual(['monitoring'])
  onStarted?.()
  await expect.poll(() => asked.length).toBeGreaterThan(3)
  ready.reject(new Error('it is full'))
  await expect(raised).rejects.toThrow('not today')
})

test('monitoring that does not start keeps nobody waiting, and is the reason', async () => {
  const { docker } = engine()
  const full = new BadgatewayError('SERVICE_NOT_READY', 'monitoring is full', '')
  const started = { getId: () => 'c' } as StartedTestContainer
  const startOne = ({ name }: ServiceDefinition) =>
    name === 'monitoring' ? Promise.reject(full) : Promise.resolve(started)
  await expect(raiseStack({ ...shop, docker }, startOne)).rejects.toBe(full)
})

test('a shop without monitoring waits for nobody', async () => {
  const { docker } = engine()
  const { asked, startOne } = starting(() => Promise.reject(new Error('never asked')))
  const define: Define = (token) => {
    const { monitoring: _monitoring, ...whole } = shop.define(token)
    return { ...whole, services: whole.services.filter(({ role }) => role !== 'monitoring') }
  }
  await expect(raiseStack({ ...shop, define, docker }, startOne)).rejects.toThrow('not today')
  expect(asked).not.toContain('monitoring')
})

test('what the logs of its proxies will not tell is known of a stack', async () => {
  const { docker } = engine()
  const inspected = { NetworkSettings: { Ports: {} }, Id: 'c', State: {} }
  Object.assign(docker, { getContainer: () => ({ inspect: () => Promise.resolve(inspected) }) })
  const content = 'events {} http { limit_req zone=a; }'
  const startOne = (one: ServiceDefinition, site: Site) => {
    site.fit(one, one.role === 'proxy' ? [{ target: '/etc/nginx/nginx.conf', content }] : [])
    return Promise.resolve({ getId: () => 'c' } as StartedTestContainer)
  }
  const { lacking } = await raiseStack({ ...shop, docker }, startOne)
  expect([...(lacking ?? [])]).toEqual(['proxy: /etc/nginx/nginx.conf:1: this limit holds for the status server, too'])
})
