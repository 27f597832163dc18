import { startEngine } from './engine.ts'
import type { LoadOptions, PressureSpec, RunningLoad, UsersSpec } from './types.ts'

export { type PinnedTarget, pinTarget } from './target.ts'
export * from './types.ts'

/**
 * Open loop: requests leave on plan whatever the server does, each ends in exactly one class. Resolves when the first
 * request has left. LOAD_FAILED when the generator cannot start.
 */
export function startUsers(spec: UsersSpec, options: LoadOptions): Promise<RunningLoad> {
  return startEngine('users', spec.users, spec, options)
}

/** Closed loop through autocannon: the bulk of the traffic. LOAD_FAILED when the generator cannot start. */
export function startPressure(spec: PressureSpec, options: LoadOptions): Promise<RunningLoad> {
  return startEngine('pressure', 0, spec, options)
}
