import { expect, test } from 'vitest'
import type { Service } from '../../../src/stack/types.ts'
import { type ServerScene, serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

const mebi = 2 ** 20
const fault = (to: number) => faultFor({ kind: 'memory-limit', service: 'web-1', to })

/** The same scene, and web-1 does this otherwise. */
function otherwise(verbs: (found: Service) => Partial<Service>): ServerScene {
  const scene = serverScene()
  const { service } = scene.stack
  scene.stack.service = (name) => ({ ...service(name), ...verbs(service(name)) })
  return scene
}

test('a share is one of what it uses, and halved while nothing is killed', async () => {
  const scene = serverScene()
  const { outcome, evidence } = await fault(0.5).inject(scene)
  expect([outcome, evidence['limitBytes']]).toEqual(['in-force', 20 * mebi])
  const wide = await fault(100 * mebi).inject(serverScene())
  expect(wide.evidence['limitBytes']).toBe(25 * mebi)
  expect(wide.evidence['tried']).toHaveLength(3)
})

test('the limit before is on record, and a start of what was killed', async () => {
  const scene = serverScene()
  await fault(0.5).inject(scene)
  expect(scene.promised.map(({ undo }) => undo)).toMatchObject([
    { verb: 'restart' },
    { verb: 'set-memory', bytes: 256 * mebi },
  ])
  const free = otherwise((found) => ({ state: async () => ({ ...(await found.state()), memoryLimit: null }) }))
  await fault(0.5).inject(free)
  expect(free.promised.at(-1)?.undo).toEqual(expect.objectContaining({ verb: 'set-memory', bytes: 0 }))
})

test('where the kernel does not lower a limit below what is used, it is started anew below it', async () => {
  let isDown = false
  const scene = otherwise((found) => ({
    stop: () => {
      isDown = true
      return Promise.resolve()
    },
    limitMemory: (bytes) => (isDown ? found.limitMemory(bytes) : Promise.reject(new Error('unable to set'))),
    start: () => Promise.reject(new Error('web-1 ended with exit code 137')),
  }))
  const { outcome, evidence } = await fault(0.5).inject(scene)
  expect([outcome, evidence['tried']]).toEqual(['in-force', ['20 MiB: web-1 ended with exit code 137']])
})

test('a program that lives with the least that there can be is not harmed, and that is said', async () => {
  const scene = otherwise(() => ({ limitMemory: () => Promise.resolve() }))
  const { outcome, because } = await fault(8 * mebi).inject(scene)
  expect([outcome, because]).toEqual(['rejected', expect.stringContaining('the kernel has killed nothing in web-1')])
})

test('a limit that is no lower is no fault', async () => {
  const scene = serverScene()
  expect(await fault(512 * mebi).inject(scene)).toMatchObject({ outcome: 'rejected' })
  expect(scene.promised).toEqual([])
})

test('of a container that has ended the engine tells', async () => {
  const scene = otherwise((found) => ({
    limitMemory: (bytes) => found.limitMemory(bytes),
    state: async () => {
      const state = await found.state()
      const isKilled = state.memoryLimit !== 256 * mebi
      return isKilled ? { ...state, running: false, oomKilled: true, exitCode: 137 } : state
    },
  }))
  const { inject, witness } = fault(0.5)
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force' })
  const because = 'web-1 may use 20 MiB; the kernel has killed it for its memory (exit code 137)'
  expect(await witness.see(scene)).toEqual({ present: true, because })
})
