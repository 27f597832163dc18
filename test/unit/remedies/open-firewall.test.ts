import { expect, test } from 'vitest'
import { fakeFirewall } from '../../support/fake-firewall.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { remedyFor } from '../../support/made-kinds.ts'

const remedy = remedyFor({ kind: 'open-firewall' })
const rule = '-A INPUT -p tcp -m tcp --dport 8080 -j REJECT'

test('only filters with rules are emptied, and nobody is left beside them', async () => {
  const { stack, ...scene } = fakeScene()
  const { filters, left } = fakeFirewall(stack, { 'api-1': [rule] })
  const outcome = await remedy.apply({ ...scene, stack })
  expect(outcome).toMatchObject({ ok: true, changed: true, evidence: { removed: [`api-1: ${rule}`] } })
  expect([...filters.keys()]).toEqual([])
  expect(left).toEqual([])
})

test('a rule that stays is a remedy that failed', async () => {
  const scene = fakeScene()
  fakeFirewall(scene.stack, { 'api-1': [rule] }, ['api-1'])
  expect(await remedy.apply(scene)).toMatchObject({ ok: false, because: expect.stringContaining('still there') })
})

test('without rules nothing is done', async () => {
  const scene = fakeScene()
  fakeFirewall(scene.stack, {})
  expect(await remedy.apply(scene)).toMatchObject({ ok: true, changed: false })
})
