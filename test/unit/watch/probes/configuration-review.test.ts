import { expect, test } from 'vitest'
import type { Service } from '../../../../src/stack/types.ts'
import { type FakeScene, fakeScene } from '../../../support/fake-stack.ts'
import { faultFor, probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const times = { every: 2_000, within: 0, backendKeepAlive: 75_000 }
const review = (change: Partial<typeof times> = {}) =>
  probeFor({ kind: 'configuration-review', service: 'proxy', ...times, ...change })

/** A shop in which the proxy reaches servers on port 8080 only. */
function probeable(scene: FakeScene): FakeScene {
  const proxy = scene.stack.service('proxy')
  const own = proxy.exec
  const exec: Service['exec'] = (argv, options) => {
    if (argv[0] !== 'timeout') return own(argv, options)
    const reachable = argv.at(-2) === '8080' && !scene.stack.dead.has(argv.at(-3) ?? '')
    return Promise.resolve(reachable ? { code: 0, output: 'HTTP/1.1 200 OK' } : { code: 7, output: 'refused' })
  }
  Object.assign(proxy, { exec })
  return scene
}

function edit({ stack }: FakeScene, name: string, from: string, to: string): void {
  const disk = stack.proxies.get('proxy')?.disk
  const path = `/etc/nginx/${name}`
  disk?.set(path, Buffer.from((disk.get(path)?.toString() ?? '').replace(from, to)))
}

test('what stands as it was reviewed', async () => {
  const { stack } = probeable(fakeScene())
  const observation = await review().look(fakeView({ stack }))
  expect(observation).toMatchObject({ finding: 'as reviewed', evidence: { deviations: 0, traps: [], reviews: 1 } })
})

test('a line that nobody reviewed is named with its trap', async () => {
  const scene = probeable(fakeScene())
  edit(scene, 'conf.d/upstreams.conf', 'server web-2:8080;', 'server web-2:8080 down;')
  const observation = await review().look(fakeView({ stack: scene.stack }))
  expect(observation.finding).toBe('not the reviewed one')
  expect(observation.because).toContain('conf.d/upstreams.conf:5: + server web-2:8080 down;')
  expect(observation.evidence['traps']).toEqual(['/etc/nginx/conf.d/upstreams.conf:4 down-sibling'])
})

test('a deploy that points nowhere is told twice: as not reviewed, and as a port where nothing listens', async () => {
  const scene = probeable(fakeScene())
  await faultFor({ kind: 'wrong-upstream', upstreams: ['api'], service: 'proxy' }).inject(scene)
  const { because } = await review().look(fakeView({ stack: scene.stack }))
  expect(because).toMatch(
    /upstreams\.conf:\d+: \+ server api-1:8090;.*nobody-listens: there is no answer at api-1:8090/,
  )
})

test('a server that is gone since is a trap in a configuration that is as reviewed', async () => {
  const scene = probeable(fakeScene())
  scene.stack.dead.add('web-2')
  const observation = await review().look(fakeView({ stack: scene.stack }))
  expect(observation).toMatchObject({
    finding: 'traps',
    because: expect.stringContaining('there is no answer at web-2:8080'),
  })
})

test('a container that is not as specified is not as reviewed either', async () => {
  const { stack } = probeable(fakeScene())
  stack.drifted.set('api-1', ['DATABASE_URL is not set, specified postgres://'])
  const observation = await review().look(fakeView({ stack }))
  expect(observation).toMatchObject({
    finding: 'not the reviewed one',
    evidence: { deviations: 0, drifted: ['api-1'] },
  })
  expect(observation.because).toBe('api-1 is not as specified: DATABASE_URL is not set, specified postgres://')
})

test('backends that keep connections no longer than the proxy were accepted with the review', async () => {
  const { stack } = probeable(fakeScene())
  const { finding } = await review({ backendKeepAlive: 5_000 }).look(fakeView({ stack }))
  expect(finding).toBe('as reviewed')
})

test('a periodic review goes on until it finds something, or its time is over', async () => {
  const scene = probeable(fakeScene())
  const own = scene.stack.specifiedFiles
  let asked = 0
  scene.stack.specifiedFiles = async (name) => {
    asked += 1
    if (asked === 3) edit(scene, 'conf.d/upstreams.conf', 'server web-2:8080;', '')
    return await own(name)
  }
  const observation = await review({ within: 10_000 }).look(fakeView({ stack: scene.stack }))
  expect(observation).toMatchObject({ finding: 'not the reviewed one', evidence: { reviews: 3 } })
  const calm = await review({ within: 4_000 }).look(fakeView({ stack: probeable(fakeScene()).stack }))
  expect(calm.finding).toBe('as reviewed')
  expect(calm.evidence['reviews']).toBeGreaterThan(2)
})
