// @group stack 60s
import { afterAll, beforeAll, expect } from 'vitest'
import { realClock } from '../../src/kit/clock.ts'
import type { Undo } from '../../src/kit/undo.ts'
import { loadSpec } from '../../src/load/index.ts'
import { startTraffic, type Traffic } from '../../src/run/traffic.ts'
import type { Scene } from '../../src/stack/scene.ts'
import { executeUndo } from '../../src/stack/undo.ts'
import { fakeScene } from '../support/fake-stack.ts'
import { faultContract, type Ground } from '../support/fault-contract.ts'
import { patience } from '../support/machine.ts'
import { type RaisedShop, raiseShop } from '../support/shop.ts'

let shop: RaisedShop

beforeAll(async () => {
  shop = await raiseShop()
})
afterAll(async () => {
  await shop.stack.lower()
})

faultContract('on the real stack', () => groundOn(shop))
faultContract('on the fake stack', fakeGround)

const promised: Undo[] = []
let traffic: Traffic | undefined

function groundOn({ stack, docker, runId }: RaisedShop): Ground {
  return {
    scene: (measures = []): Scene => ({
      stack,
      measures: new Set(measures),
      clock: realClock,
      signal: new AbortController().signal,
      releases: [],
      live: () => Promise.resolve(),
      surge: (surge) => traffic?.surge(surge) ?? Promise.reject(new Error('nobody is knocking')),
      promise: (undo) => {
        promised.push(undo)
        return Promise.resolve()
      },
    }),
    knock: async () => {
      traffic ??= await startTraffic({
        spec: loadSpec.parse({ users: { ratePerS: 40, users: 10, pool: 40, mix: [{ path: '/' }] } }),
        target: stack.entry,
        runId,
        write: () => undefined,
        toT: (ms) => ms,
        onBroken: (error) => expect.fail(error.message),
      })
      // Whoever counts requests while the first are still to come takes everyday use for a spike later.
      await expect.poll(() => traffic?.newest()?.planned).toBeGreaterThan(0)
    },
    undoAll: async () => {
      await traffic?.stop(1_000)
      traffic = undefined
      for (const undo of promised.splice(0).reverse()) {
        const { ok, because } = await executeUndo(docker, undo, { runId, withinMs: patience(10_000) })
        if (!ok) throw new Error(because)
      }
    },
  }
}

let fake = fakeScene()

function fakeGround(): Ground {
  return {
    scene: (measures = []) => {
      fake = { ...fakeScene(measures) }
      return fake
    },
    // A fake proxy counts as if they were there.
    knock: () => Promise.resolve(),
    undoAll: async () => {
      for (const { undo } of fake.promised.splice(0).reverse()) {
        if (undo.verb !== 'write-files') throw new Error(`the fake cannot ${undo.verb}`)
        const files = undo.files.map(({ path, content }) => {
          return { path, content: content === null ? null : Buffer.from(content, 'base64') }
        })
        await fake.stack.service('proxy').writeFiles(files)
        if (undo.signal) await fake.stack.service('proxy').signal(undo.signal)
      }
    },
  }
}
