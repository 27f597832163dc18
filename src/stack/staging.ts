import { allEnded } from '../kit/all-ended.ts'
import { type RaiseOptions, raiseStack } from './raise.ts'
import type { Stack } from './types.ts'

export interface Raised {
  stack: Stack
  /** Where a deploy is tried first; absent: nowhere. */
  staging?: Stack
}

/**
 * Raises the shop, and beside it, at the same time, the staging stack when there is to be one. Both are awaited even
 * when one fails: nothing is made behind the back of the clean-up.
 */
export async function raiseWithStaging(options: RaiseOptions, raise = raiseStack): Promise<Raised> {
  if (!options.staging) return { stack: await raise(options) }
  const { port: _, ...unpublished } = options
  const [stack, staging] = await allEnded([
    raise(options),
    raise({ ...unpublished, ...sizeOf(options), beside: 'staging' }),
  ])
  return { stack, staging }
}

/** How many servers staging has: those that join it later are counted from there. */
function sizeOf({ web, api, staging }: RaiseOptions): { web: number; api: number } {
  return { web: staging?.web ?? web, api: staging?.api ?? api }
}
