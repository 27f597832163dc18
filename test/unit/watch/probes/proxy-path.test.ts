import { expect, test } from 'vitest'
import type { Service } from '../../../../src/stack/types.ts'
import { type FakeScene, fakeScene } from '../../../support/fake-stack.ts'
import { faultFor, probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'proxy-path', service: 'proxy' })

/** A proxy from which these servers answer, and no other. */
function sceneIn(reachable: readonly string[]): FakeScene {
  const scene = fakeScene()
  const proxy = scene.stack.service('proxy')
  const own = proxy.exec
  const exec: Service['exec'] = (argv, options) => {
    if (argv[0] !== 'timeout') return own(argv, options)
    const [host = '', port = ''] = argv.slice(-3)
    if (reachable.includes(host) && port === '8080') return Promise.resolve({ code: 0, output: 'HTTP/1.1 200 OK' })
    return Promise.resolve({ code: 7, output: 'Connection refused' })
  }
  Object.assign(proxy, { exec })
  return scene
}

const servers = ['web-1', 'web-2', 'api-1', 'api-2']

test('all is well', async () => {
  const { stack } = sceneIn(servers)
  const observation = await probe.look(fakeView({ stack }))
  expect(observation).toMatchObject({ finding: 'as reviewed, and reachable', evidence: { deviations: [], dead: [] } })
})

test('a server that does not answer from there', async () => {
  const { stack } = sceneIn(servers.slice(1))
  const observation = await probe.look(fakeView({ stack }))
  expect(observation).toMatchObject({ finding: 'upstreams unreachable', evidence: { dead: ['web-1:8080'] } })
})

test('a container that is not as specified comes before who cannot be reached', async () => {
  const { stack } = sceneIn([])
  stack.drifted.set('api-2', ["SITE_PORT is '8090', specified not"])
  const observation = await probe.look(fakeView({ stack }))
  expect(observation).toMatchObject({ finding: 'container is not as specified', evidence: { drifted: ['api-2'] } })
})

test('a configuration that nobody reviewed is named by file and line', async () => {
  const scene = sceneIn(servers)
  await faultFor({ kind: 'wrong-upstream', upstreams: ['api'], service: 'proxy' }).inject(scene)
  const observation = await probe.look(fakeView({ stack: scene.stack }))
  expect(observation.finding).toBe('configuration is not the reviewed one')
  expect(observation.because).toMatch(/conf\.d\/upstreams\.conf:\d+: \+ server api-1:8090;/)
})
