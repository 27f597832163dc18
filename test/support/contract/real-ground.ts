import { expect } from 'vitest'
import { executeUndo } from '../../../src/cleanup/undo.ts'
import { realClock } from '../../../src/kit/clock.ts'
import type { StackSnapshot } from '../../../src/kit/stack-snapshot.ts'
import type { Undo } from '../../../src/kit/undo.ts'
import { loadSpec } from '../../../src/load/index.ts'
import { startTraffic, type Traffic } from '../../../src/run/traffic.ts'
import { releaseHistory } from '../../../src/stack/release-history.ts'
import type { Scene } from '../../../src/stack/scene.ts'
import { differencesBetween } from '../../../src/stack/snapshot/snapshot-differences.ts'
import { patience } from '../machine.ts'
import type { RaisedShop } from '../shop.ts'
import type { Ground } from './ground.ts'

const mix = [{ path: '/' }, { path: '/api/products' }]

/** One real stack for many cases: it is proven after each that nothing differs from what it was before all of them. */
export function realGround({ stack, docker, runId }: RaisedShop, pristine: StackSnapshot): Ground {
  const promised: { undo: Undo; why: string }[] = []
  let traffic: Traffic | undefined
  const answersWell = async () => {
    // A server that is still starting looks like one that is broken.
    for (const server of stack.servers()) {
      await expect.poll(() => server.ask(server.health).then(({ because }) => because)).toBe('status 200')
    }
  }
  const takeBack = async () => {
    const undone = promised.splice(0).reverse()
    for (const { undo } of undone) {
      const told = await executeUndo(docker, undo, { runId, withinMs: patience(10_000) })
      expect(told).toMatchObject({ ok: true })
    }
    await stack.refresh()
    return undone
  }
  return {
    scene: (measures = []): Scene => ({
      stack,
      measures: new Set(measures),
      clock: realClock,
      signal: new AbortController().signal,
      releases: releaseHistory(),
      surge: (surge) => traffic?.surge(surge) ?? Promise.reject(new Error('nobody is knocking')),
      registerUndo: (undo, why) => Promise.resolve(void promised.push({ undo, why })),
      endFault: async () => ({ undone: await takeBack(), failures: [], byItself: false }),
    }),
    knock: async () => {
      traffic ??= await startTraffic({
        spec: loadSpec.parse({ users: { ratePerS: 40, users: 10, pool: 40, mix } }),
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
      if (promised.length === 0 && !traffic) return
      await traffic?.stop(1_000)
      traffic = undefined
      await takeBack()
      await answersWell()
      // Workers that a reload has told to go answer a little longer with the configuration that they have read.
      const differences = async () => {
        return differencesBetween({ a: pristine, b: await stack.snapshot() }, { a: 'before', b: 'after' })
      }
      await expect.poll(differences).toEqual([])
    },
  }
}
