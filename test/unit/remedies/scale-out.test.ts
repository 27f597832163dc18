import { expect, test } from 'vitest'
import { withServers } from '../../../src/deploy/scale.ts'
import type { RemedySpec } from '../../../src/remedies/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor, remedyFor } from '../../support/made-kinds.ts'

const spec: RemedySpec & { kind: 'scale-out' } = { kind: 'scale-out', role: 'web', add: 2, service: 'proxy' }
const upstreams = '/etc/nginx/conf.d/upstreams.conf'

function scene() {
  const made = fakeScene()
  const started: [string, number, string | undefined][] = []
  const add = made.stack.addBackend
  made.stack.addBackend = (role, number, change) => {
    started.push([role, number, change?.image])
    return add(role, number, change)
  }
  return { made, started, text: () => made.stack.proxies.get('proxy')?.disk.get(upstreams)?.toString() ?? '' }
}

test('servers are started first, then share the users of their role, and the way back is on record', async () => {
  const { made, started, text } = scene()
  const { ok, changed, because, evidence } = await remedyFor(spec).apply(made)
  expect({ ok, changed }).toEqual({ ok: true, changed: true })
  expect(started).toEqual([
    ['web', 3, 'backend'],
    ['web', 4, 'backend'],
  ])
  expect(text()).toMatch(/server web-2:8080;\n {2}server web-3:8080;\n {2}server web-4:8080;\n/)
  expect(text()).toMatch(/server api-2:8080;\n {2}include/)
  expect(because).toContain('web-3, web-4 with release 1.8.2 ready')
  expect(evidence).toMatchObject({ watched: false })
  const verbs = made.promised.map(({ undo }) => undo.verb)
  expect(verbs).toEqual(['remove-container', 'remove-container', 'write-files'])
  expect(made.tried.map(({ name }) => name)).toEqual(['the last good release', 'with web-3, web-4'])
})

test('they run what most of the others do, or what is asked for', async () => {
  const { made, started } = scene()
  await faultFor({ kind: 'deploy-release', role: 'web', release: '1.9.0', service: 'proxy' }).inject(made)
  await remedyFor({ ...spec, add: 1 }).apply(made)
  await remedyFor({ ...spec, add: 1, release: '1.8.2' }).apply(made)
  expect(started.map(([, number, image]) => [number, image])).toEqual([
    [3, 'backend-next'],
    [4, 'backend'],
  ])
})

test('when Nginx does not take them, nobody is sent there, and that is told', async () => {
  const { made } = scene()
  const proxy = made.stack.proxies.get('proxy')
  if (proxy) proxy.test = () => 'nginx: [emerg] host not found in upstream "web-1:8080"'
  const { ok, changed, because } = await remedyFor(spec).apply(made)
  expect({ ok, changed }).toEqual({ ok: false, changed: false })
  expect(because).toContain('get no requests: nginx -t refuses it: nginx: [emerg] host not found')
})

test('a line keeps what the last one of its role says', () => {
  const text = 'upstream web {\n  server web-1:8080 weight=3;\n  server web-2:8080 max_fails=0 weight=8;\n}\n'
  const release = { name: 'r', hash: 'h', files: [{ path: upstreams, content: Buffer.from(text) }] }
  const wider = withServers(release, 'web', ['web-3']).files.find(({ path }) => path === upstreams)
  expect(wider?.content?.toString()).toContain('weight=8;\n  server web-3:8080 max_fails=0 weight=8;\n}')
  expect(() => withServers(release, 'api', ['api-3'])).toThrow("names no server of 'api'")
})
