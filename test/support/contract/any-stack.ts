import { expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/faults/index.ts'
import type { RemedySpec } from '../../../src/remedies/index.ts'
import type { Scene } from '../../../src/stack/scene.ts'
import { faultFor, remedyFor } from '../made-kinds.ts'
import type { Ground } from './ground.ts'

/** A stack that is none of ours, and a page by which its users are served. */
export interface AnyStack {
  ground: () => Ground
  page: string
}

/** A fault, what its witness says while it is in force, and what users are answered then. */
type FaultCase = [spec: FaultSpec, observation: RegExp, answer: string]
/** A remedy, what it says, and what users are answered after it. */
type RemedyCase = [spec: RemedySpec, said: RegExp, answer: string]

export const servedAt = async ({ stack }: Scene, page: string) => (await stack.proxy().ask(page)).because

/** A test a case. */
export function faultsAreWitnessed({ ground, page }: AnyStack, cases: readonly FaultCase[]): void {
  test.each(cases)('%j is witnessed only while it is in force, and its undo ends it', async (spec, seen, answer) => {
    const scene = ground().scene()
    const { inject, witness } = faultFor(spec)
    expect(await witness.see(scene)).toMatchObject({ present: false })
    const { outcome, because } = await inject(scene)
    expect({ outcome, because }).toMatchObject({ outcome: 'in-force' })
    await expect.poll(() => witness.see(scene)).toMatchObject({ present: true, because: expect.stringMatching(seen) })
    await expect.poll(() => servedAt(scene, page)).toBe(answer)
    await ground().undoAll()
    await expect.poll(() => witness.see(ground().scene())).toMatchObject({ present: false })
    await expect.poll(() => servedAt(ground().scene(), page)).toBe('status 200')
  })
}

/** A test a case. */
export function remediesAfter(wrong: FaultSpec, { ground, page }: AnyStack, cases: readonly RemedyCase[]): void {
  test.each(cases)('after a wrong upstream %j does what it says', async (spec, said, answer) => {
    const scene = ground().scene()
    const { inject, witness } = faultFor(wrong)
    expect(await inject(scene)).toMatchObject({ outcome: 'in-force' })
    const { ok, changed, because } = await remedyFor(spec).apply(scene)
    expect({ ok, changed, because }).toEqual({ ok: true, changed: true, because: expect.stringMatching(said) })
    await expect.poll(() => servedAt(scene, page)).toBe(answer)
    expect((await witness.see(scene)).present).toBe(answer !== 'status 200')
    await ground().undoAll()
    await expect.poll(() => servedAt(ground().scene(), page)).toBe('status 200')
  })
}
