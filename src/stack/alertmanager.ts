import { z } from 'zod'
import type { Agent } from '../protocol/index.ts'
import type { MonitorPlace } from './description/description.ts'
import { askerOf, type Limit, monitorFailed } from './monitoring/asking.ts'

const labels = z.record(z.string(), z.string())
const alert = z.object({
  fingerprint: z.string(),
  labels,
  annotations: labels.default({}),
  startsAt: z.string(),
  receivers: z.array(z.object({ name: z.string() })).default([]),
  status: z.object({
    state: z.string(),
    silencedBy: z.array(z.string()).default([]),
    inhibitedBy: z.array(z.string()).default([]),
  }),
})
const status = z.object({ config: z.object({ original: z.string() }) })

/** An alert as Alertmanager holds it: whom it is for, and whether something keeps it back. */
export type HeldAlert = z.output<typeof alert>

/** Notifications so far, of all receivers together. */
export interface Notified {
  /** Begun. */
  readonly begun: number
  /** Requests to receivers that were answered well, and that were not. */
  readonly reached: number
  readonly failed: number
}

/** The stack's Alertmanager, asked from inside. MONITOR_FAILED when it gives no answer that can be read. */
export interface Alertmanager {
  alerts(limit?: Limit): Promise<HeldAlert[]>
  /** By its own metrics; undefined: it tells none. */
  notified(limit?: Limit): Promise<Notified | undefined>
  /** Its configuration as it has read it, secrets left out: YAML. */
  configuration(limit?: Limit): Promise<string>
}

export function alertmanagerOf(agent: Agent, place: MonitorPlace): Alertmanager {
  const ask = askerOf(agent, place, 'Alertmanager')
  const read = async <T>(shape: z.ZodType<T>, path: string, limit?: Limit): Promise<T> => {
    const body = await ask(path, limit)
    try {
      return shape.parse(JSON.parse(body))
    } catch (thrown) {
      throw monitorFailed(`Alertmanager answers what cannot be read: ${body.slice(0, 200)}`, thrown)
    }
  }
  return {
    alerts: (limit) => read(z.array(alert), '/api/v2/alerts', limit),
    notified: async (limit) => notifiedIn(await ask('/metrics', limit).catch(() => '')),
    configuration: async (limit) => (await read(status, '/api/v2/status', limit)).config.original,
  }
}

/** What its counters say, all integrations together; undefined: there are none. Pure. */
export function notifiedIn(metrics: string): Notified | undefined {
  const sum = (name: string) => {
    const found = metrics.match(new RegExp(`^alertmanager_${name}(?:\\{[^}]*\\})? [\\d.e+]+$`, 'gm'))
    return found?.reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }
  const begun = sum('notifications_total')
  const [requests, failed] = [sum('notification_requests_total'), sum('notification_requests_failed_total')]
  if (begun === undefined || requests === undefined || failed === undefined) return undefined
  return { begun, reached: requests - failed, failed }
}
