import { expect, test } from 'vitest'
import { brokenScene } from '../../support/broken-scene.ts'
import { remedyFor } from '../../support/made-kinds.ts'

test('new workers are waited for, as often as it is reloaded', async () => {
  const scene = await brokenScene()
  const outcome = await remedyFor({ kind: 'reload-proxy', service: 'proxy', times: 2 }).apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true, evidence: { reloads: 2 } })
  expect(outcome.because).toMatch(/^new workers .*; new workers /)
})
