import { expect, test } from 'vitest'
import { fakeScene } from '../../support/fake-stack.ts'
import { remedyFor } from '../../support/made-kinds.ts'

test('only what is not as specified is recreated, with nothing changed about it', async () => {
  const scene = fakeScene()
  scene.stack.drifted.set('api-2', ["SITE_PORT is '8090', specified not"])
  const outcome = await remedyFor({ kind: 'recreate-service' }).apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true, evidence: { recreated: ['api-2'] } })
  expect(scene.stack.replaced).toEqual([{ name: 'api-2', change: {} }])
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['start', 'remove-container'])
})

test('a container that has ended by itself is not promised to start again', async () => {
  const scene = fakeScene()
  scene.stack.drifted.set('web-1', ["it is started with 'false', specified ''"])
  scene.stack.dead.add('web-1')
  expect(await remedyFor({ kind: 'recreate-service' }).apply(scene)).toMatchObject({ ok: true })
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['remove-container'])
})

test('when all are as specified nothing is done, unless one is asked for', async () => {
  const scene = fakeScene()
  expect(await remedyFor({ kind: 'recreate-service' }).apply(scene)).toMatchObject({ ok: true, changed: false })
  expect(scene.stack.replaced).toEqual([])
  expect(await remedyFor({ kind: 'recreate-service', service: 'web-1' }).apply(scene)).toMatchObject({ changed: true })
})

test('one that does not come up is told', async () => {
  const scene = fakeScene()
  scene.stack.drifted.set('web-1', ['there is no container'])
  Object.assign(scene.stack, { replace: () => Promise.reject(new Error('web-1 did not become ready')) })
  const outcome = await remedyFor({ kind: 'recreate-service' }).apply(scene)
  expect(outcome).toMatchObject({ ok: false, changed: true, evidence: { failed: ['web-1'] } })
})
