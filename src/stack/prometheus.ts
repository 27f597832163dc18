import { z } from 'zod'
import type { Agent } from '../protocol/index.ts'
import type { MonitoringDescription } from './description/description.ts'
import { askerOf, type Limit, monitorFailed } from './monitoring/asking.ts'

const everything = encodeURIComponent('{__name__=~".+"}')

const labels = z.record(z.string(), z.string())
const point = z.tuple([z.number(), z.string()])
const sample = z.object({ metric: labels.default({}), value: point })
const series = z.object({ metric: labels.default({}), values: z.array(point) })
const rule = z.object({
  type: z.enum(['alerting', 'recording']).default('alerting'),
  name: z.string(),
  query: z.string().default(''),
  /** Seconds. */
  duration: z.number().default(0),
  keepFiringFor: z.number().default(0),
  labels: labels.default({}),
  health: z.string().default('unknown'),
  lastError: z.string().default(''),
  lastEvaluation: z.string().default(''),
  alerts: z
    .array(z.object({ labels, annotations: labels.default({}), state: z.string(), activeAt: z.string() }))
    .default([]),
})
const group = z.object({
  name: z.string().default(''),
  file: z.string().default(''),
  /** Seconds. */
  interval: z.number().default(0),
  rules: z.array(rule),
})
const target = z.object({ health: z.string(), labels })

const answers = {
  vector: z.object({ data: z.object({ result: z.array(sample) }) }),
  matrix: z.object({ data: z.object({ result: z.array(series) }) }),
  rules: z.object({ data: z.object({ groups: z.array(group) }) }),
  targets: z.object({ data: z.object({ activeTargets: z.array(target) }) }),
  configuration: z.object({ data: z.object({ yaml: z.string() }) }),
}

/** One series at one moment: its value is text, as Prometheus writes it. */
export type Sample = z.output<typeof sample>
/** One series over a time: pairs of epoch seconds and value. */
export type Series = z.output<typeof series>
export type RuleGroup = z.output<typeof group>
export type Target = z.output<typeof target>

/** The stack's Prometheus, asked from inside. MONITOR_FAILED when it gives no answer that can be read. */
export interface Prometheus {
  query(expression: string, limit?: Limit): Promise<Sample[]>
  /** Of an expression with a range: `up[5m]`. */
  series(expression: string, limit?: Limit): Promise<Series[]>
  /** Epoch seconds, and seconds from one step to the next. */
  range(expression: string, over: { start: number; end: number; step: number }, limit?: Limit): Promise<Series[]>
  rules(only?: 'alert', limit?: Limit): Promise<RuleGroup[]>
  targets(limit?: Limit): Promise<Target[]>
  /** Its configuration as it has read it: YAML. */
  configuration(limit?: Limit): Promise<string>
  /** Lets it forget every series: what was is in no window any more, and what fired for it resolves. */
  forget(limit?: Limit): Promise<void>
  /** Lets it read its files again; it answers when that is done. */
  reload(limit?: Limit): Promise<void>
}

export function prometheusOf(
  agent: Agent,
  { service, host = service, prometheus: port, theirs }: MonitoringDescription,
): Prometheus {
  const asked = askerOf(agent, theirs?.prometheus ?? { service, host, port }, 'Prometheus')
  const read = async <T>(shape: z.ZodType<T>, path: string, limit?: Limit): Promise<T> => {
    const body = await asked(path, limit)
    try {
      return shape.parse(JSON.parse(body))
    } catch (thrown) {
      throw monitorFailed(`Prometheus answers what cannot be read: ${body.slice(0, 200)}`, thrown)
    }
  }
  const at = (expression: string) => `/api/v1/query?query=${encodeURIComponent(expression)}`
  return {
    query: async (expression, limit) => (await read(answers.vector, at(expression), limit)).data.result,
    series: async (expression, limit) => (await read(answers.matrix, at(expression), limit)).data.result,
    range: async (expression, over, limit) => {
      const times = Object.entries(over).map(([name, s]) => `${name}=${s.toFixed(3)}`)
      const path = `/api/v1/query_range?query=${encodeURIComponent(expression)}&${times.join('&')}`
      return (await read(answers.matrix, path, limit)).data.result
    },
    rules: async (only, limit) => {
      const path = `/api/v1/rules${only === undefined ? '' : `?type=${only}`}`
      return (await read(answers.rules, path, limit)).data.groups
    },
    targets: async (limit) => {
      return (await read(answers.targets, '/api/v1/targets?state=active', limit)).data.activeTargets
    },
    configuration: async (limit) => {
      return (await read(answers.configuration, '/api/v1/status/config', limit)).data.yaml
    },
    forget: async (limit) =>
      void (await asked(`/api/v1/admin/tsdb/delete_series?match%5B%5D=${everything}`, limit, 'POST')),
    reload: async (limit) => void (await asked('/-/reload', limit, 'POST')),
  }
}
