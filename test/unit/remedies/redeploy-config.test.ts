import { expect, test } from 'vitest'
import { brokenScene, statusOf } from '../../support/broken-scene.ts'
import { remedyFor } from '../../support/made-kinds.ts'

test('what its tests reject is not deployed', async () => {
  const scene = await brokenScene()
  const releases = scene.tried.length
  const outcome = await remedyFor({ kind: 'redeploy-config', service: 'proxy' }).apply(scene)
  expect(outcome).toMatchObject({ ok: false, changed: false })
  expect(outcome.because).toContain('its tests reject it: syntax ok, but')
  expect([statusOf(scene), scene.tried.length]).toEqual([502, releases])
})
