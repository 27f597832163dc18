import { expect, test } from 'vitest'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

const spec = { kind: 'cpu-limit', service: 'web-1', cores: 0.25 } as const

test('a limit is put and taken away in the way in which the one before was said', async () => {
  const scene = serverScene()
  const { inject } = faultFor(spec)
  await inject(scene)
  expect(scene.servers.get('web-1')?.cpuLimit).toEqual({ nanoCpus: 0, quota: 25_000, period: 100_000 })
  expect(scene.promised).toMatchObject([{ undo: { verb: 'set-cpu', nanoCpus: 0, quota: 0, period: 0 } }])
  const named = serverScene()
  await named.stack.service('web-1').limitCpu({ nanoCpus: 2e9, quota: 0, period: 0 })
  await inject(named)
  expect(named.servers.get('web-1')?.cpuLimit).toMatchObject({ nanoCpus: 0.25e9 })
  expect(named.promised).toMatchObject([{ undo: { verb: 'set-cpu', nanoCpus: 2e9 } }])
})

test('who may use no more than that already loses nothing', async () => {
  const scene = serverScene()
  await scene.stack.service('web-1').limitCpu({ nanoCpus: 0.1e9, quota: 0, period: 0 })
  expect(await faultFor(spec).inject(scene)).toMatchObject({ outcome: 'rejected' })
  expect(scene.promised).toEqual([])
})

test('its witness tells how long the kernel kept it waiting since', async () => {
  const scene = serverScene()
  const { inject, witness } = faultFor(spec)
  let throttledMs: number | null = 40
  const counted = scene.stack.counted.get('web-1')
  scene.stack.counted.set('web-1', { ...counted, throttledMs: () => Promise.resolve(throttledMs) })
  await inject(scene)
  throttledMs = 240
  expect((await witness.see(scene)).because).toContain('web-1 may use 0.25 cores; it stood still for 200 ms')
  throttledMs = null
  expect((await witness.see(scene)).because).toContain('how long it stood still is not told')
})
