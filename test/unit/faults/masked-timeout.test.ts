import { expect, test } from 'vitest'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

const fault = () => faultFor({ kind: 'masked-timeout', role: 'web' })

test('the last server hangs and all others refuse, and only both together are the fault', async () => {
  const scene = serverScene()
  const { inject, witness } = fault()
  expect((await witness.see(scene)).present).toBe(false)
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force', evidence: { offline: ['web-1'], hanging: 'web-2' } })
  const { present, because } = await witness.see(scene)
  expect([present, because]).toEqual([true, expect.stringMatching(/^web-1: ECONNREFUSED; web-2: no answer within/)])
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['set-behaviour', 'set-behaviour'])
  scene.servers.get('web-1')?.begin()
  expect((await witness.see(scene)).present).toBe(false)
  scene.undoAll()
  expect(scene.servers.get('web-2')?.behaviour).toEqual({})
})

test('with one server there is nothing to mask', async () => {
  const scene = serverScene()
  const { servers } = scene.stack
  scene.stack.servers = (group) => servers(group).slice(0, 1)
  expect(await fault().inject(scene)).toMatchObject({
    outcome: 'rejected',
    because: expect.stringContaining('one server'),
  })
  expect(scene.promised).toEqual([])
})
