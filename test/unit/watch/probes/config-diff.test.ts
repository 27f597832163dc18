import { expect, test } from 'vitest'
import type { Service } from '../../../../src/stack/types.ts'
import { type FakeStack, fakeScene } from '../../../support/fake-stack.ts'
import { faultFor, probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'config-diff', service: 'proxy' })

async function changedScene() {
  const scene = fakeScene()
  scene.stack.proxies.get('proxy')?.stick()
  const spec = {
    kind: 'wrong-balancing',
    upstreams: ['web', 'api'],
    servers: [1],
    by: 'in place',
    service: 'proxy',
  } as const
  await faultFor({ ...spec, upstreams: [...spec.upstreams], servers: [...spec.servers] }).inject(scene)
  shown(scene.stack)
  return scene
}

/** `nginx -T` shows what it reads, unless it refuses it. */
function shown(stack: FakeStack) {
  const proxy = stack.service('proxy')
  const others = proxy.exec.bind(proxy)
  const exec: Service['exec'] = async (argv, options) => {
    if (argv[1] !== '-T') return await others(argv, options)
    const { code } = await others(['nginx', '-t'], options)
    if (code !== 0) return { code, output: '' }
    const files = [...(stack.proxies.get('proxy')?.disk ?? [])]
    const texts = files.map(([path, content]) => `# configuration file ${path}:\n${content.toString()}\n`)
    return { code, output: texts.join('') }
  }
  Object.assign(proxy, { exec })
}

test('wrong server lines are found by name, with the unified diff', async () => {
  const { stack, releases } = await changedScene()
  const { finding, because, evidence } = await probe.look(fakeView({ stack, releases }))
  expect(finding).toBe('upstream servers differ')
  expect(because).toContain('-server web-1:8080 max_fails=0; +server web-1:8090 max_fails=0;')
  expect(evidence['diff']).toContain('--- /etc/nginx/conf.d/upstreams.conf\tthe last good release')
})

test('other lines are told apart, and no difference is none', async () => {
  const { stack, releases } = await changedScene()
  const { good } = releases
  await stack.service('proxy').writeFiles(good?.files ?? [])
  expect((await probe.look(fakeView({ stack, releases }))).finding).toBe('no difference')
  const path = '/etc/nginx/shared/keepalive.conf'
  await stack.service('proxy').writeFiles([{ path, content: Buffer.from('keepalive 1;\n') }])
  expect((await probe.look(fakeView({ stack, releases }))).finding).toBe('other lines differ')
})

test('what Nginx refuses is read from disk, and without a release there is nothing to compare with', async () => {
  const { stack, releases } = await changedScene()
  const path = '/etc/nginx/shared/keepalive.conf'
  await stack.service('proxy').writeFiles([{ path, content: null }])
  const { because } = await probe.look(fakeView({ stack, releases }))
  expect(because).toContain('what is on disk (nginx refuses it)')
  expect(because).toContain(`${path}: -`)
  expect((await probe.look(fakeView())).finding).toBe('no release on record')
})
