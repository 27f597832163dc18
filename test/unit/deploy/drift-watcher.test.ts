import { expect, test } from 'vitest'
import { watchDrift } from '../../../src/deploy/drift-watcher.ts'
import { changeInPlace } from '../../../src/deploy/in-place.ts'
import { deploy } from '../../../src/deploy/pipeline.ts'
import { changedRelease, changesBetween, readRelease } from '../../../src/deploy/release.ts'
import { BadgatewayError } from '../../../src/kit/errors.ts'
import type { ConfigurationState } from '../../../src/protocol/agent-types.ts'
import type { Release } from '../../../src/stack/release.ts'
import type { MeasureAct } from '../../../src/stack/scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'

const upstreamsFile = '/etc/nginx/conf.d/upstreams.conf'

/** A scene that is watched over, with what the monitoring is told. */
async function watched(measures: readonly string[]) {
  const scene = fakeScene(measures)
  const told: ConfigurationState[] = []
  scene.stack.agent.pushConfiguration = (state) => Promise.resolve(void told.push(state))
  const acts: MeasureAct[] = []
  const blind: string[] = []
  const driftWatcher = watchDrift({
    place: scene,
    service: 'proxy',
    onAct: (act) => acts.push(act),
    onBlind: ({ code, message }) => blind.push(`${code}: ${message}`),
  })
  const proxy = scene.stack.proxy()
  const good = await readRelease(proxy, 'good')
  scene.releases.record(good)
  await expect.poll(() => told.length).toBeGreaterThan(0)
  return { scene: { ...scene, driftWatcher }, driftWatcher, proxy, good, told, acts, blind }
}

/** Workers say the same release when somebody changes a file. */
function wrong(good: Release): Release {
  const content = Buffer.from(textOf(good).replaceAll(':8080', ':8090'))
  return {
    ...good,
    name: 'wrong',
    files: good.files.map((file) => (file.path === upstreamsFile ? { ...file, content } : file)),
  }
}

const textOf = (release: Release) => String(release.files.find(({ path }) => path === upstreamsFile)?.content)

test('an unannounced change is told once, with its lines, and is in effect when workers are new', async () => {
  const { scene, driftWatcher, proxy, good, told, acts } = await watched(['config-monitoring'])
  const bad = wrong(good)
  await proxy.writeFiles(changesBetween(good, bad))
  await expect.poll(() => told.at(-1)?.unplanned).toBe(1)
  const pending = told.at(-1)
  expect([pending?.onDisk === pending?.desired, pending?.effective === pending?.desired]).toEqual([false, true])
  expect(pending?.lastDiff).toContain('-server web-1:8080; -server web-2:8080; +server web-1:8090;')
  await proxy.signal('HUP')
  await expect.poll(() => told.at(-1)?.effective).toBe(pending?.onDisk)
  expect((await changeInPlace(scene, proxy, bad)).outcome).toBe('in-force')
  await driftWatcher.stop()
  expect([acts, told.at(-1)?.unplanned]).toEqual([[], 1])
})

test('a deploy is planned: what it brings is what is desired, and nothing is said against it', async () => {
  const { scene, driftWatcher, proxy, good, told, acts } = await watched(['config-monitoring', 'desired-state'])
  const next = changedRelease(good, 'next', [{ path: upstreamsFile, content: Buffer.from(`# next\n${textOf(good)}`) }])
  expect((await deploy(scene, proxy, next)).outcome).toBe('in-force')
  const before = told.at(0)?.desired
  await expect.poll(() => told.at(-1)?.desired).not.toBe(before)
  await expect.poll(() => told.at(-1)?.effective === told.at(-1)?.desired).toBe(true)
  await driftWatcher.stop()
  expect(told.at(-1)).toMatchObject({ deploying: false, unplanned: 0, lastDiff: '' })
  expect(acts).toEqual([])
})

test('what differs is looked at again soon, and the desired state is back within a second', async () => {
  const { scene, driftWatcher, good, acts } = await watched(['desired-state'])
  await changeInPlace(scene, scene.stack.proxy(), wrong(good))
  await driftWatcher.stop()
  expect(acts[0]?.tookMs).toBeGreaterThanOrEqual(300)
  expect(acts[0]?.tookMs).toBeLessThan(1_000)
})

test('the desired state comes back by itself, strays and all, with the way back on record', async () => {
  const { scene, driftWatcher, proxy, good, acts } = await watched(['desired-state'])
  const stray = { path: '/etc/nginx/conf.d/stray.conf', content: Buffer.from('# stray\n') }
  const bad = wrong(good)
  const done = await changeInPlace(scene, proxy, { ...bad, files: [...bad.files, stray] })
  await driftWatcher.stop()
  expect(done).toMatchObject({ outcome: 'rolled-back', acts: [] })
  expect(done.because).toContain('not as deployed in 2 looks (+# stray')
  expect(acts).toMatchObject([{ measure: 'desired-state', action: 'rolled-back', because: done.because }])
  const disk = scene.stack.proxies.get('proxy')?.disk
  expect([disk?.has(stray.path), scene.stack.proxies.get('proxy')?.status('/')]).toEqual([false, 200])
  expect(scene.promised.at(-1)?.filesThen).toContain(':8090')
})

test('a proxy that is down is looked at again later', async () => {
  const { scene, driftWatcher, told } = await watched(['config-monitoring'])
  const service = scene.stack.service('proxy')
  const { processes } = service
  let asked = 0
  const gone = () => {
    asked += 1
    return Promise.reject(new Error('is not running'))
  }
  Object.assign(service, { processes: gone })
  const before = told.length
  await expect.poll(() => asked).toBeGreaterThan(1)
  const after = told.length
  Object.assign(service, { processes })
  await expect.poll(() => told.length).toBeGreaterThan(after)
  await driftWatcher.stop()
  expect(after - before).toBeLessThanOrEqual(1)
})

test('looks that come to nothing are told once, and again after one that did not', async () => {
  const { scene, driftWatcher, told, blind } = await watched([])
  const proxy = scene.stack.service('proxy')
  let asked = 0
  const push = scene.stack.agent.pushConfiguration
  const fail = () => {
    scene.stack.agent.pushConfiguration = () => {
      asked += 1
      return Promise.reject(new BadgatewayError('AGENT_FAILED', 'the agent does not answer', ''))
    }
  }
  const inspected = proxy.state.bind(proxy)
  Object.assign(proxy, { state: async () => ({ ...(await inspected()), running: false }) })
  fail()
  await expect.poll(() => asked).toBeGreaterThan(5)
  expect(blind).toEqual([])
  Object.assign(proxy, { state: inspected })
  await expect.poll(() => blind).toEqual(['AGENT_FAILED: the agent does not answer'])
  const since = asked
  await expect.poll(() => asked).toBeGreaterThan(since + 10)
  expect(blind).toHaveLength(1)
  const before = told.length
  scene.stack.agent.pushConfiguration = push
  await expect.poll(() => told.length).toBeGreaterThan(before)
  fail()
  await expect.poll(() => blind.length).toBe(2)
  await driftWatcher.stop()
})
