import { describe, expect, test } from 'vitest'
import { type FaultSpec, faultFor } from '../../src/faults/index.ts'
import type { Scene } from '../../src/stack/scene.ts'

/** A scene on one kind of stack, and how everything that was promised on it is undone, newest first. */
export interface ServerGround {
  scene(): Scene
  undoAll(): Promise<void>
}

const offline = (how: 'process' | 'port' | 'container'): FaultSpec => {
  return { kind: 'backend-offline', how, role: 'web', servers: [1] }
}

/** What is injected, and words that its sighting must have, for it must be this fault and no other. */
const cases: [FaultSpec, RegExp][] = [
  [offline('process'), /web-1: ECONNREFUSED .*control port: ECONNREFUSED/],
  [offline('port'), /web-1: ECONNREFUSED .*control port: connected/],
  [offline('container'), /web-1: (EHOSTUNREACH|ETIMEDOUT)/],
]

const nameOf = ({ kind, ...fields }: FaultSpec) => `${kind} ${JSON.stringify(fields)}`

/**
 * What every fault of single servers must hold to, on a fake stack as on a real one: its witness sees it while it is in
 * force and not before, and its undo, which is on record before anything is changed, takes all of it away.
 */
export function serverFaultContract(name: string, ground: () => ServerGround): void {
  describe(name, () => {
    test.each(cases.map(([spec, sighting]) => [nameOf(spec), spec, sighting] as const))(
      '%s is witnessed only while it is in force, and its undo ends it',
      async (_name, spec, sighting) => {
        const scene = ground().scene()
        const { inject, witness } = faultFor(spec)
        expect(await witness.see(scene)).toMatchObject({ present: false })
        const { outcome, because } = await inject(scene)
        expect({ outcome, because }).toMatchObject({ outcome: 'in-force' })
        const seen = await witness.see(scene)
        expect(seen).toEqual({ present: true, because: expect.stringMatching(sighting) })
        await ground().undoAll()
        await expect.poll(() => witness.see(scene), { timeout: 10_000 }).toMatchObject({ present: false })
      },
    )
  })
}
