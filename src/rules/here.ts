import { agentMetrics, backendMetrics, type Family, probeMetrics, tlsMetrics } from './families.ts'

/** What is measured of a stack: its scrape jobs, and the metrics that there are, by name. */
export interface Here {
  readonly jobs: readonly string[]
  readonly families: Readonly<Record<string, Family>>
  /** Names that whole programs bring: these are not told one by one. */
  readonly brought: RegExp
  readonly absent: readonly Absent[]
}

/** Metrics that others have and that are not here: a pattern of their whole names, and why. */
export interface Absent {
  readonly names: string
  readonly because: string
}

/** Jobs of `docker/monitoring/prometheus.yml`; a test holds it against that file. */
export const jobsHere = [
  'nginx',
  'backend',
  'gateway',
  'backend-health',
  'backend-connect',
  'postgres',
  'monitoring',
] as const

const withoutTls = (whose: string): Absent => ({
  names: Object.keys(tlsMetrics).join('|'),
  because: `only where the site has TLS, and ${whose} speaks plain HTTP`,
})

/** What is measured of the shop. */
export const shopHere: Here = {
  jobs: jobsHere,
  families: { ...agentMetrics, ...backendMetrics, ...probeMetrics },
  brought: /^(pg|prometheus|alertmanager|go|process|net_conntrack|promhttp|scrape)_/,
  absent: [withoutTls("the shop's")],
}

/** How somebody's own stack is watched over. */
export interface Watched {
  readonly jobs: readonly string[]
  /** What of the agent's metrics is not told there. */
  readonly untold: readonly Absent[]
  readonly hasTls: boolean
}

/** What is measured of somebody's own stack. */
export function hereOf({ jobs, untold, hasTls }: Watched): Here {
  const told = Object.entries(agentMetrics).filter(([name]) => absentIn(untold, name) === undefined)
  return {
    jobs,
    families: { ...Object.fromEntries(told), ...probeMetrics, ...(hasTls ? tlsMetrics : {}) },
    brought: /^(prometheus|alertmanager|go|process|net_conntrack|promhttp|scrape)_/,
    absent: [...untold, ...(hasTls ? [] : [withoutTls('this one')])],
  }
}

/** Why this metric is among them; undefined: it is not. */
export function absentIn(absent: readonly Absent[], metric: string): string | undefined {
  return absent.find(({ names }) => new RegExp(`^(?:${names})(?:_bucket|_sum|_count)?$`).test(metric))?.because
}
