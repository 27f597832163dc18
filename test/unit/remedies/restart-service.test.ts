import { expect, test } from 'vitest'
import { remedyFor } from '../../../src/remedies/index.ts'
import { brokenScene, statusOf } from '../../support/broken-scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'

test('a restarted proxy is proven to serve what is on disk', async () => {
  const scene = await brokenScene()
  await remedyFor({ kind: 'correct-config', service: 'proxy', activate: 'later' }).apply(scene)
  expect(statusOf(scene)).toBe(502)
  const outcome = await remedyFor({ kind: 'restart-service', service: 'proxy' }).apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true })
  expect(outcome.because).toContain(`serve release ${scene.releases.at(-1)?.hash}`)
  expect(statusOf(scene)).toBe(200)
})

test('restarting a backend needs no release', async () => {
  const outcome = await remedyFor({ kind: 'restart-service', service: 'api-1' }).apply(fakeScene())
  expect(outcome).toMatchObject({ ok: true, changed: true, evidence: { startedBefore: '1', startedAfter: '2' } })
})
