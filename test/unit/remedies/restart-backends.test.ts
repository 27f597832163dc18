import { expect, test } from 'vitest'
import { fakeScene } from '../../support/fake-stack.ts'
import { remedyFor } from '../../support/made-kinds.ts'

test('every server of the roles is restarted', async () => {
  const outcome = await remedyFor({ kind: 'restart-backends', roles: ['web', 'api'] }).apply(fakeScene())
  expect(outcome).toMatchObject({ ok: true, changed: true, evidence: { back: ['web-1', 'web-2', 'api-1', 'api-2'] } })
})

test('one that does not come back is a remedy that failed, and the others are told', async () => {
  const scene = fakeScene()
  Object.assign(scene.stack.service('api-1'), { restart: () => Promise.reject(new Error('ended with exit code 64')) })
  const outcome = await remedyFor({ kind: 'restart-backends', roles: ['api'] }).apply(scene)
  expect(outcome).toMatchObject({ ok: false, changed: true, evidence: { back: ['api-2'], failed: ['api-1'] } })
  expect(outcome.because).toContain('api-1: ended with exit code 64')
})

test('when none can be started, nothing is changed', async () => {
  const scene = fakeScene()
  const gone = () => Promise.reject(new Error('no such container'))
  for (const { name } of scene.stack.byRole('web'))
    Object.assign(scene.stack.service(name), { restart: gone, state: gone })
  const outcome = await remedyFor({ kind: 'restart-backends', roles: ['web'] }).apply(scene)
  expect(outcome).toMatchObject({ ok: false, changed: false })
})
