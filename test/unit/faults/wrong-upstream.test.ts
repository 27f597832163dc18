import { expect, test } from 'vitest'
import { BadgatewayError } from '../../../src/kit/errors.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor } from '../../support/made-kinds.ts'

const fault = () => faultFor({ kind: 'wrong-upstream', upstreams: ['web', 'api'], service: 'proxy' })

test('without measures it goes live, and its undo was promised while the good one lay there', async () => {
  const scene = fakeScene()
  const injection = await fault().inject(scene, scene.hearer)
  expect(injection).toMatchObject({ outcome: 'in-force', acts: [] })
  expect(scene.stack.proxies.get('proxy')?.status('/')).toBe(502)
  expect(scene.promised[0]?.filesThen).toContain('web-1:8080')
  expect(scene.promised[0]?.undo.verb).toBe('write-files')
})

test('its witness sees backends answer directly while the proxy does not, and only then', async () => {
  const scene = fakeScene()
  const { inject, witness } = fault()
  expect((await witness.see(scene)).present).toBe(false)
  await inject(scene, scene.hearer)
  expect((await witness.see(scene)).present).toBe(true)
  scene.stack.dead.add('web-1')
  expect((await witness.see(scene)).present).toBe(false)
})

test('a reload that is ignored in silence does not count as deployed', async () => {
  const scene = fakeScene()
  const proxy = scene.stack.proxies.get('proxy')
  if (proxy) proxy.deafToReload = true
  const injection = await fault().inject(scene, scene.hearer)
  expect(injection.outcome).toBe('rejected')
  expect(injection.because).toContain('still serves release good')
  expect(scene.lives).toBe(0)
})

test('configuration validation rejects it before anything is switched', async () => {
  const scene = fakeScene(['config-validation'])
  const injection = await fault().inject(scene, scene.hearer)
  expect(injection.outcome).toBe('rejected')
  expect(injection.acts[0]).toMatchObject({ measure: 'config-validation', action: 'rejected' })
  expect(injection.because).toContain('web-1:8090 (ECONNREFUSED)')
  expect(scene.stack.proxies.get('proxy')?.status('/')).toBe(200)
  expect(scene.promised).toEqual([])
})

test('automated rollback restores the last good release after it was live for a moment', async () => {
  const scene = fakeScene(['automated-rollback'])
  const injection = await fault().inject(scene, scene.hearer)
  expect(injection.outcome).toBe('rolled-back')
  expect(scene.lives).toBe(1)
  expect(scene.stack.proxies.get('proxy')?.status('/api/products')).toBe(200)
})

test('blue-green keeps the bad colour off, and removes it', async () => {
  const scene = fakeScene(['blue-green'])
  const injection = await fault().inject(scene, scene.hearer)
  expect(injection.outcome).toBe('kept-off')
  expect([...scene.stack.proxies.keys()]).toEqual(['proxy'])
  // A container that joins is the run's by what is on record.
  expect(scene.promised).toMatchObject([{ undo: { verb: 'remove-container' }, why: 'remove proxy-green' }])
})

test('blue-green keeps a colour off that does not even start, and only that', async () => {
  const scene = fakeScene(['blue-green'])
  const failing = (message: string) => () => Promise.reject(new BadgatewayError('SERVICE_NOT_READY', message, ''))
  scene.stack.addProxy = failing('Log stream ended. It said: [emerg] host not found')
  const { outcome, because } = await fault().inject(scene, scene.hearer)
  expect(outcome).toBe('kept-off')
  expect(because).toContain('host not found')
  scene.stack.addProxy = failing('the engine is gone')
  await expect(fault().inject(scene, scene.hearer)).rejects.toThrow('the engine is gone')
})

test('its witness is blind, and says so, when nobody answers the agent', async () => {
  const scene = fakeScene()
  scene.stack.agent.forward = () => Promise.reject(new Error('socket hang up'))
  await expect(fault().witness.see(scene)).rejects.toThrow('the agent sees nothing')
})

const wrongly = (wrong: 'later-servers' | 'protocol') =>
  faultFor({ kind: 'wrong-upstream', upstreams: ['web', 'api'], wrong, service: 'proxy' })

test('moving the traffic to servers whose lines are wrong is witnessed, though a trickle is served', async () => {
  const scene = fakeScene()
  const { inject, witness } = wrongly('later-servers')
  expect((await inject(scene, scene.hearer)).outcome).toBe('in-force')
  expect((await witness.see(scene)).present).toBe(true)
})

test('TLS to servers that speak none: ports and names are right, so validation lets it pass', async () => {
  const scene = fakeScene(['config-validation'])
  const { inject, witness } = wrongly('protocol')
  expect(await inject(scene, scene.hearer)).toMatchObject({ outcome: 'in-force', acts: [{ action: 'passed' }] })
  expect((await witness.see(scene)).present).toBe(true)
})
