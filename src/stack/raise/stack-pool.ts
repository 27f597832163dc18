import type { GuardedScope } from '../../cleanup/index.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import type { StackSnapshot } from '../../kit/stack-snapshot.ts'
import { differencesBetween } from '../snapshot/snapshot-differences.ts'
import type { Stack } from '../types.ts'
import type { Raised } from './staging.ts'

/** What a stack is raised with besides its shape: who it belongs to. */
export type Place = Pick<GuardedScope, 'runId' | 'labels'>

export interface Acquired extends Raised {
  /** It was used before, and is what it was when it was fresh. */
  used: boolean
}

/** Gives one stack to several runs, one after the other, each of which leaves it as it found it. */
export interface StackPool {
  /**
   * A stack of this shape: the one that was in use before when it has the same and is proven to be as it was raised, by
   * its snapshot; otherwise a new one, when the old one is gone. Rejects as raising does.
   */
  acquire(shape: string, raise: (place: Place) => Promise<Raised>): Promise<Acquired>
  /** Removes what is still there. NOT_CLEAN when that cannot be done. */
  close(): Promise<void>
}

interface Held {
  shape: string
  raised: Raised
  fresh: StackSnapshot[]
  scope: GuardedScope
}

/** `open` makes a place for each stack that is raised: `openScope`. */
export function stackPoolOf(open: () => Promise<GuardedScope>): StackPool {
  let held: Held | undefined
  const close = async () => {
    const { scope } = held ?? {}
    held = undefined
    await scope?.close().catch((thrown: unknown) => {
      throw isGuardGone(thrown) ? thrown : notGone(reasonOf(thrown), thrown)
    })
  }
  const acquire: StackPool['acquire'] = async (shape, raise) => {
    if (held?.shape === shape && (await isAsFresh(held))) return { ...held.raised, used: true }
    await close()
    const scope = await open()
    try {
      const raised = await raise(scope)
      held = { shape, raised, fresh: await snapshotsOf(raised), scope }
      return { ...raised, used: false }
    } catch (thrown) {
      await scope.close().catch((left: unknown) => {
        if (isGuardGone(left)) throw thrown
        throw notGone(`${reasonOf(left)}. It was removed because ${reasonOf(thrown)}`, thrown)
      })
      throw thrown
    }
  }
  return { acquire, close }
}

/** All is gone; that nobody would have cleaned up is another matter. */
const isGuardGone = (thrown: unknown) => thrown instanceof BadgatewayError && thrown.code === 'GUARD_FAILED'

function notGone(why: string, cause: unknown): BadgatewayError {
  const message = `The stack that was shared is not proven to be gone: ${why}`
  return new BadgatewayError('NOT_CLEAN', message, 'badgateway clean removes it.', { cause })
}

async function isAsFresh({ raised, fresh }: Held): Promise<boolean> {
  // A stack that cannot be looked at is not proven to be anything.
  const now = await snapshotsOf(raised).catch(() => [])
  const names = { a: 'fresh', b: 'now' }
  return fresh.every((a, index) => {
    const b = now[index]
    return b !== undefined && differencesBetween({ a, b }, names).length === 0
  })
}

async function snapshotsOf({ stack, staging }: Raised): Promise<StackSnapshot[]> {
  const stacks: readonly Stack[] = staging ? [stack, staging] : [stack]
  return await Promise.all(stacks.map((one) => one.snapshot()))
}
