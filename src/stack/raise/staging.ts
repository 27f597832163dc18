import { allEnded } from '../../kit/all-ended.ts'
import type { Define } from '../description/description.ts'
import type { Stack } from '../types.ts'
import { type RaiseOptions, raiseStack } from './raise.ts'

export interface Raised {
  stack: Stack
  /** Where a deploy is tried first; absent: nowhere. */
  staging?: Stack
}

export interface RaiseBothOptions extends RaiseOptions {
  /** What staging is made of; absent: there is none. */
  defineStaging?: Define | undefined
}

/**
 * Raises the stack, and beside it, at the same time, the staging stack when there is to be one. Both are awaited even
 * when one fails: nothing is made behind the back of the clean-up.
 */
export async function raiseWithStaging(options: RaiseBothOptions, raise = raiseStack): Promise<Raised> {
  const { defineStaging, ...own } = options
  if (!defineStaging) return { stack: await raise(own) }
  const { port: _, ...unpublished } = own
  const beside = { ...unpublished, define: defineStaging, beside: 'staging' } as const
  const [stack, staging] = await allEnded([raise(own), raise(beside)])
  return { stack, staging }
}
