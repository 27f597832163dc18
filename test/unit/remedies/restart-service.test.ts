import { expect, test } from 'vitest'
import { BadgatewayError } from '../../../src/kit/errors.ts'
import { brokenScene, statusOf } from '../../support/broken-scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { remedyFor } from '../../support/made-kinds.ts'

test('a restarted proxy is proven to serve what is on disk', async () => {
  const scene = await brokenScene()
  await remedyFor({ kind: 'correct-config', service: 'proxy', activate: 'later' }).apply(scene)
  expect(statusOf(scene)).toBe(502)
  const outcome = await remedyFor({ kind: 'restart-service', service: 'proxy' }).apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true })
  expect(outcome.because).toContain(`serve release ${scene.releases.current?.hash}`)
  expect(statusOf(scene)).toBe(200)
})

test('restarting a backend needs no release', async () => {
  const outcome = await remedyFor({ kind: 'restart-service', service: 'api-1' }).apply(fakeScene())
  expect(outcome).toMatchObject({ ok: true, changed: true, evidence: { startedBefore: '1', startedAfter: '2' } })
})

test('a service that does not come back is a remedy that failed, not an error of ours', async () => {
  const scene = fakeScene()
  const dies = () => Promise.reject(new BadgatewayError('SERVICE_NOT_READY', 'api-1 ended with exit code 137', ''))
  Object.assign(scene.stack.service('api-1'), { restart: dies })
  const outcome = await remedyFor({ kind: 'restart-service', service: 'api-1' }).apply(scene)
  expect(outcome).toMatchObject({ ok: false, changed: true, because: 'api-1 ended with exit code 137' })
})
