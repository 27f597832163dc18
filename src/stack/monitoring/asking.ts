import { BadgatewayError } from '../../kit/errors.ts'
import type { Agent } from '../../protocol/index.ts'
import type { MonitorPlace } from '../description/description.ts'

const askLimitMs = 3_000

export interface Limit {
  /** Default: 3,000. */
  timeoutMs?: number
}

/** One question to a monitor, by its own path: the body of its answer. MONITOR_FAILED unless that is 200 or 204. */
export type Asker = (path: string, limit?: Limit, method?: 'GET' | 'POST') => Promise<string>

/** Asks a monitor from inside; `program` is what it is called in what is told of it. */
export function askerOf(agent: Agent, place: MonitorPlace, program: string): Asker {
  const { service, host = service, port, prefix = '', isSecure, authorization } = place
  const how = {
    ...(isSecure ? { secure: true } : {}),
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  }
  return async (path, limit = {}, method = 'GET') => {
    const { status, body } = await agent
      .forward({ host, port, path: `${prefix}${path}`, method, timeoutMs: askLimitMs, ...how, ...limit })
      .catch((thrown: unknown) => {
        throw monitorFailed(`${program} does not answer`, thrown)
      })
    if (status === 200 || status === 204) return body
    throw monitorFailed(`${program} answers ${status}: ${body.slice(0, 300)}`)
  }
}

export function monitorFailed(what: string, cause?: unknown): BadgatewayError {
  const said = cause instanceof Error ? `${what}: ${cause.message}` : what
  return new BadgatewayError('MONITOR_FAILED', said, 'Look at the log of the monitoring container.', { cause })
}
