import { startEngine, threadsFor } from './engine.ts'
import type { LoadOptions, PressureSpec, RunningLoad, RunningUsers, UsersSpec } from './types.ts'

export { filled, filledHeaders, hideCredentials } from './mix/fill.ts'
export { headersSpec } from './mix/headers.ts'
export { entryOfRequest, targetOfRequest } from './mix/mix.ts'
export { otherProtocol } from './target/diagnose.ts'
export { type PinnedTarget, pinTarget, settleTrust, type Trust } from './target/target.ts'
export { maskedUrl } from './target/target-url.ts'
export * from './types.ts'

/**
 * Open loop: requests leave on plan whatever the server does, each ends in exactly one class. Resolves when the first
 * request has left. LOAD_FAILED when the generator cannot start.
 */
export function startUsers(spec: UsersSpec, options: LoadOptions): Promise<RunningUsers> {
  return startEngine('users', spec, spec, options, threadsFor(spec))
}

/** Closed loop through autocannon: the bulk of the traffic. LOAD_FAILED when the generator cannot start. */
export function startPressure(spec: PressureSpec, options: LoadOptions): Promise<RunningLoad> {
  return startEngine('pressure', { users: 0 }, spec, options)
}
