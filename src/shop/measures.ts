import type { ShopOptions } from './shop.ts'
import type { StackSpec, StagingSpec } from './stack-spec.ts'

/** A preventive measure, as far as it changes what is raised. What it does in a deploy is in `deploy/`. */
export interface Measure {
  /** One sentence for help and documents. */
  about: string
  /** Rule files of `docker/monitoring/rules` that are loaded only with this measure: alerts nobody had before. */
  rules?: readonly string[]
  /** Folder of `docker/proxy/overlays` whose files are put over the proxy's own configuration. */
  overlay?: string
  /** A switch in front of the proxy, for two colours of it. */
  edge?: boolean
  /** A second, small shop where a deploy is tried first: as the scenario says that it differs, or equal. */
  staging?: 'as it is' | 'equal'
}

/** Every measure there is, by the name that a scenario's variant switches it on with. */
export const measures = {
  'config-validation': {
    about: 'The pipeline tests syntax and reachability of a configuration before it is deployed.',
  },
  'automated-rollback': { about: 'A deploy that fails its health check is rolled back at once, whole.' },
  'blue-green': { about: 'A release becomes a second proxy and gets traffic only when it is well.', edge: true },
  staging: {
    about: 'A deploy is tried on a staging stack before it reaches production.',
    staging: 'as it is',
  },
  'staging-parity': {
    about: 'The staging stack on which a deploy is tried is made as production is.',
    staging: 'equal',
  },
  'config-monitoring': {
    about: 'An alert on a change of the configuration that no deploy announced, with what has changed.',
    rules: ['configuration.yml'],
  },
  'desired-state': { about: 'A configuration that is not what was deployed is put back by itself.' },
  'configuration-review': {
    about: 'At regular times proxy and servers are compared with what was reviewed, and searched for known traps.',
  },
  'drain-and-swap': {
    about: 'Nginx is patched by a new proxy beside the old one, which is drained and then ended.',
    overlay: 'drainable',
    edge: true,
  },
  'nginx-alerts': { about: 'Alerts that name failures of Nginx itself.', rules: ['nginx.yml'] },
  'connectivity-monitoring': {
    about: 'Alerts that name a server which the gateway, or anybody, cannot connect to.',
    rules: ['connectivity.yml'],
  },
  'response-time-alerts': {
    about: 'An alert that names a server which takes too long to answer.',
    rules: ['response-time.yml'],
  },
  'memory-alerts': { about: 'Alerts on the memory of containers, before the kernel takes it.', rules: ['memory.yml'] },
  'load-test': {
    about: 'A service is pressed before users come: what it bears, what a request costs, where its limit is.',
  },
  'leak-alerts': { about: 'An alert on memory that grows steadily, long before it is full.', rules: ['leak.yml'] },
  'rate-limiting': {
    about: 'The proxy takes so many requests of each user and of all, and refuses the rest at once with 429.',
    overlay: 'rate-limit',
  },
  'more-capacity': { about: 'Servers are added while traffic rises.' },
  'caching-strategy': {
    about: 'The cache keeps no errors, and shows an old page when no server answers.',
    overlay: 'caching-strategy',
  },
} as const satisfies Record<string, Measure>

export type MeasureName = keyof typeof measures
export const measureNames = Object.keys(measures) as MeasureName[]

const named = (names: readonly string[]): Measure[] => {
  return measureNames.filter((name) => names.includes(name)).map((name) => measures[name])
}

/** The shop as this specification and these measures, all others being off, make it. */
export function shopOf(spec: StackSpec, names: readonly string[]): Omit<ShopOptions, 'token'> {
  const on = named(names)
  const loaded = on.flatMap((measure) => measure.rules ?? [])
  const all = named(measureNames).flatMap((measure) => measure.rules ?? [])
  return {
    ...spec,
    withoutRules: [...new Set(all)].filter((file) => !loaded.includes(file)),
    overlays: [...spec.overlays, ...on.flatMap((measure) => measure.overlay ?? [])],
    edge: on.some((measure) => measure.edge),
    staging: stagingOf(spec, on),
  }
}

function stagingOf({ staging }: StackSpec, on: readonly Measure[]): StagingSpec | undefined {
  const equal = { database: true }
  if (on.some((measure) => measure.staging === 'equal')) return equal
  return on.some((measure) => measure.staging === 'as it is') ? (staging ?? equal) : undefined
}
