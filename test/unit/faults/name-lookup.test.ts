import { expect, test } from 'vitest'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

const fault = (how: 'gone' | 'wrong', host = 'web-1') => {
  return faultFor({ kind: 'name-lookup', service: 'proxy', host, how })
}

test.each([
  ['gone', 'proxy asks for web-1: ENOTFOUND'],
  ['wrong', 'proxy asks for web-1: 10.0.0.253'],
] as const)('a name that is %s is so for who asks, and its end is on record before', async (how, because) => {
  const scene = serverScene()
  const { inject, witness } = fault(how)
  expect(await witness.see(scene)).toEqual({ present: false, because: 'proxy asks for web-1: 10.0.0.7' })
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force' })
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['remove-container', 'flush-firewall'])
  expect(await witness.see(scene)).toEqual({ present: true, because })
})

test('whether it matters before a reload is said', async () => {
  const { because } = await fault('gone').inject(serverScene())
  expect(because).toContain('it has no `resolver`: it goes on with the addresses that it knows')
})

test('a name that was not found before cannot be lost', async () => {
  const scene = serverScene()
  const { inside } = scene.stack
  scene.stack.inside = (name) => ({ ...inside(name), exec: () => Promise.resolve({ code: 0, output: 'ENOTFOUND\n' }) })
  expect(await fault('gone').inject(scene)).toMatchObject({ outcome: 'rejected' })
  expect(scene.promised).toEqual([])
})

test('who does not ask the engine for names is refused, before anything is changed', async () => {
  const scene = serverScene()
  scene.stack.beside = () => {
    const exec = () => Promise.resolve({ code: 0, output: '-P PREROUTING ACCEPT' })
    return Promise.resolve({ containerId: 'd'.repeat(12), exec, remove: () => Promise.resolve() })
  }
  await expect(fault('gone').inject(scene)).rejects.toMatchObject({ code: 'ENGINE_UNSUITED' })
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['remove-container'])
})

test('a name is a name, and no option and no shell', () => {
  for (const host of ['-h', 'a b', '$(reboot)', '']) expect(() => fault('gone', host)).toThrow()
})
