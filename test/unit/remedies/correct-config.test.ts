import { expect, test } from 'vitest'
import { readRelease } from '../../../src/deploy/release.ts'
import type { Service } from '../../../src/stack/types.ts'
import { brokenScene, statusOf } from '../../support/broken-scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor, remedyFor } from '../../support/made-kinds.ts'

test('a correction that nobody loads changes files and helps no user; the restart does', async () => {
  const scene = await brokenScene()
  const edit = await remedyFor({ kind: 'correct-config', service: 'proxy', activate: 'later' }).apply(scene)
  expect(edit).toMatchObject({ ok: true, changed: true })
  expect(edit.because).toContain('4 upstream servers corrected')
  expect(statusOf(scene)).toBe(502)
  const restart = await remedyFor({ kind: 'restart-service', service: 'proxy' }).apply(scene)
  expect(restart).toMatchObject({ ok: true, changed: true })
  expect(statusOf(scene)).toBe(200)
})

test.each(['reload', 'restart'] as const)('a correction with %s is proven by the new hash', async (activate) => {
  const scene = await brokenScene()
  const outcome = await remedyFor({ kind: 'correct-config', service: 'proxy', activate }).apply(scene)
  expect(outcome.ok).toBe(true)
  expect(outcome.because).toContain(`serve release ${scene.releases.current?.hash}`)
})

test('servers that are spoken to in TLS are spoken to in plain HTTP again', async () => {
  const scene = fakeScene()
  await faultFor({ kind: 'wrong-upstream', upstreams: ['web', 'api'], wrong: 'protocol', service: 'proxy' }).inject(
    scene,
  )
  expect(statusOf(scene)).toBe(502)
  const outcome = await remedyFor({ kind: 'correct-config', service: 'proxy', activate: 'reload' }).apply(scene)
  expect(outcome.evidence).toMatchObject({ corrected: ['proxy_pass'] })
  expect(statusOf(scene)).toBe(200)
})

const textAt = async (proxy: Service, path: string) => {
  const [file] = await proxy.readFiles([path])
  return file?.content?.toString('utf8') ?? ''
}

test('a sound configuration is left as it is, whatever port its servers listen on', async () => {
  const scene = fakeScene()
  const proxy = scene.stack.proxy()
  const path = '/etc/nginx/conf.d/upstreams.conf'
  const own = (await textAt(proxy, path)).replaceAll(':8080', ':3000')
  await proxy.writeFiles([{ path, content: Buffer.from(own) }])
  scene.releases.record(await readRelease(proxy, 'what the run began with'))
  const outcome = await remedyFor({ kind: 'correct-config', service: 'proxy', activate: 'later' }).apply(scene)
  expect(outcome.evidence).toMatchObject({ corrected: [] })
  expect(await textAt(proxy, path)).toBe(own)
  const wrong = own.replace(':3000', ':8080')
  await proxy.writeFiles([{ path, content: Buffer.from(wrong) }])
  await remedyFor({ kind: 'correct-config', service: 'proxy', activate: 'later' }).apply(scene)
  expect(await textAt(proxy, path)).toBe(own)
})
