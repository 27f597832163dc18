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
  /** Why the one that was lent before is gone; absent: it is this one, or there was none. */
  anew?: string
}

/** Gives one stack to several runs, one after the other, each of which leaves it as it found it. */
export interface StackPool {
  /**
   * A stack of this shape: the one that was in use before when it has the same and is proven to be as it was raised, by
   * its snapshot; otherwise a new one, when the old one is gone. Rejects as raising does.
   */
  acquire(shape: string, raise: (place: Place) => Promise<Raised>): Promise<Acquired>
  /**
   * What is lent now is not lent again, for this reason: it is removed, and another one raised. Absent: it is somebody
   * else's, who has no other one.
   */
  discard?: (because: string) => void
  /** Leaves what is still there to whoever wants to look at it; undefined: nothing is. Nothing is lent any more. */
  leave?: () => Promise<{ runId: string; stack: Stack } | undefined>
  /** Removes what is still there. NOT_CLEAN when that cannot be done. */
  close(): Promise<void>
}

interface Held {
  shape: string
  raised: Raised
  fresh: StackSnapshot[]
  scope: GuardedScope
}

export interface PoolOptions {
  /** Done to what was lent before it is looked at and lent again: what no snapshot shows. */
  readonly between?: (raised: Raised) => Promise<void>
}

/** `open` makes a place for each stack that is raised: `openScope`. */
export function stackPoolOf(open: () => Promise<GuardedScope>, { between }: PoolOptions = {}): StackPool {
  let held: Held | undefined
  let unfit: string | undefined
  const close = async () => {
    const { scope } = held ?? {}
    held = undefined
    await scope?.close().catch((thrown: unknown) => {
      throw isGuardGone(thrown) ? thrown : notGone(reasonOf(thrown), thrown)
    })
  }
  const acquire: StackPool['acquire'] = async (shape, raise) => {
    const before = held
    unfit ??= before && (before.shape === shape ? await differenceOf(before, between) : 'another one is wanted')
    const anew = unfit
    if (before && anew === undefined) return { ...before.raised, used: true }
    await close()
    unfit = undefined
    const scope = await open()
    try {
      const raised = await raise(scope)
      held = { shape, raised, fresh: await snapshotsOf(raised), scope }
      return { ...raised, used: false, ...(anew === undefined ? {} : { anew }) }
    } catch (thrown) {
      await scope.close().catch((left: unknown) => {
        if (isGuardGone(left)) throw thrown
        throw notGone(`${reasonOf(left)}. It was removed because ${reasonOf(thrown)}`, thrown)
      })
      throw thrown
    }
  }
  const discard = (because: string) => {
    unfit ??= because
  }
  const leave: StackPool['leave'] = async () => {
    const { scope, raised } = held ?? {}
    held = undefined
    if (!scope || !raised) return undefined
    await scope.leave()
    return { runId: scope.runId, stack: raised.stack }
  }
  return { acquire, discard, leave, close }
}

/** All is gone; that nobody would have cleaned up is another matter. */
const isGuardGone = (thrown: unknown) => thrown instanceof BadgatewayError && thrown.code === 'GUARD_FAILED'

function notGone(why: string, cause: unknown): BadgatewayError {
  const message = `The stack that was shared is not proven to be gone: ${why}`
  return new BadgatewayError('NOT_CLEAN', message, 'badgateway clean removes it.', { cause })
}

/** How it is not what it was when it was fresh, in words; undefined: it is. */
async function differenceOf({ raised, fresh }: Held, between: PoolOptions['between']): Promise<string | undefined> {
  try {
    await between?.(raised)
    const seen = await snapshotsOf(raised)
    const names = { a: 'fresh', b: 'now' }
    const found = fresh.flatMap((a, index) => {
      const b = seen[index]
      return b
        ? differencesBetween({ a, b }, names).map(({ what, a: then, b: now }) => `${what}: ${then} before, ${now} now`)
        : ['it was not looked at']
    })
    return found.length === 0 ? undefined : found.join('; ')
  } catch (thrown) {
    // What cannot be looked at is not proven to be anything.
    return `it cannot be looked at: ${reasonOf(thrown)}`
  }
}

async function snapshotsOf({ stack, staging }: Raised): Promise<StackSnapshot[]> {
  const stacks: readonly Stack[] = staging ? [stack, staging] : [stack]
  return await Promise.all(stacks.map((one) => one.snapshot()))
}
