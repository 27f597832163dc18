// @group stack 120s
import { afterAll, beforeAll, expect } from 'vitest'
import { realClock } from '../../src/kit/clock.ts'
import { reasonOf } from '../../src/kit/errors.ts'
import type { Undo } from '../../src/kit/undo.ts'
import type { Scene } from '../../src/stack/scene.ts'
import { ports } from '../../src/stack/types.ts'
import { executeUndo } from '../../src/stack/undo.ts'
import { serverScene } from '../support/fake-servers.ts'
import { patience } from '../support/machine.ts'
import { type ServerGround, serverFaultContract } from '../support/server-fault-contract.ts'
import { type RaisedShop, raiseShop } from '../support/shop.ts'

let shop: RaisedShop

beforeAll(async () => {
  shop = await raiseShop({ stack: { supervised: true } })
})
afterAll(async () => {
  await shop.stack.lower()
})

serverFaultContract('on the real stack', () => groundOn(shop))

let fake = serverScene()
serverFaultContract('on the fake stack', () => ({
  scene: () => {
    fake = serverScene()
    return fake
  },
  undoAll: () => Promise.resolve(fake.undoAll()),
}))

const promised: Undo[] = []

function groundOn({ stack, docker, runId }: RaisedShop): ServerGround {
  return {
    scene: (): Scene => ({
      ...fake,
      stack,
      measures: new Set(),
      clock: realClock,
      signal: new AbortController().signal,
      releases: [],
      promise: (undo) => {
        promised.push(undo)
        return Promise.resolve()
      },
    }),
    undoAll: async () => {
      for (const undo of promised.splice(0).reverse()) {
        const { ok, because } = await executeUndo(docker, undo, { runId, withinMs: patience(10_000) })
        if (!ok) throw new Error(because)
      }
      await stack.refresh()
      // A server that is still starting looks like one that is broken.
      for (const host of [...stack.byRole('web'), ...stack.byRole('api')].map(({ name }) => name)) {
        const look = () => stack.agent.forward({ host, port: ports.site, path: '/healthz' })
        await expect.poll(() => look().then(({ status }) => status, reasonOf)).toBe(200)
      }
    },
  }
}
