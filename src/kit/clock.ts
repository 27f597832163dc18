import { setTimeout as sleepFor } from 'node:timers/promises'
import { BadgatewayError } from './errors.ts'

/**
 * Time as a run sees it. Durations come from `now`, which no clock step can change; `wall` is for people and
 * Prometheus.
 */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start. */
  now(): number
  /** Wall time in milliseconds since 1970. */
  wall(): number
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const realClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted()
    await sleepFor(ms, undefined, signal ? { signal } : {}).catch((thrown: unknown) => {
      signal?.throwIfAborted()
      throw thrown
    })
  },
}

/**
 * What a promise gives, or DEADLINE_PASSED after `ms`. The work itself is not stopped: give it a signal where it can
 * hear one.
 */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const timer = new AbortController()
  const late = sleepFor(ms, undefined, { signal: timer.signal, ref: true }).then(() => {
    throw new BadgatewayError('DEADLINE_PASSED', `${what} took longer than ${ms} ms`, 'Is the machine overloaded?')
  })
  try {
    return await Promise.race([work, late])
  } finally {
    timer.abort()
    late.catch(() => undefined)
  }
}

/**
 * Asks again every `everyMs` until `ask` gives something other than undefined; undefined when `withinMs` have passed.
 */
export async function pollUntil<T>(
  ask: () => Promise<T | undefined>,
  limits: { withinMs: number; everyMs: number; clock: Clock; signal?: AbortSignal },
): Promise<T | undefined> {
  const end = limits.clock.now() + limits.withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (limits.clock.now() + limits.everyMs > end) return undefined
    await limits.clock.sleep(limits.everyMs, limits.signal)
  }
}

/**
 * Does something until the signal, `everyMs` from begin to begin: what took longer is followed after a quarter of that,
 * so that nobody who is slow is asked without a pause. The work deals with its own failures.
 */
export async function onTheBeat(
  { everyMs, clock, signal }: { everyMs: () => number; clock: Clock; signal: AbortSignal },
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const began = clock.now()
    await work()
    const pauseMs = Math.max(everyMs() / 4, everyMs() - (clock.now() - began))
    await clock.sleep(pauseMs, signal).catch(() => undefined)
  }
}
