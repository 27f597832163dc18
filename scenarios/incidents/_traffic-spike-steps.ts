import type { ScenarioInput } from '../../src/index.ts'

type Story = ScenarioInput['story']
type Fault = NonNullable<Story[number]['fault']>
type Checks = NonNullable<ScenarioInput['checks']>

/** The two big servers. The small one was to be the last. */
const updated = ['web-2', 'web-3']
export const leakAlert = 'MemoryLeakSuspected'
export const dropAlert = 'GatewaySuccessRateDrop'
export const slowAlert = 'HighLatency'

const update = { kind: 'deploy-release', role: 'web', servers: [2, 3], release: '1.9.0' } satisfies Fault
export const deployed: Story[number] = {
  at: '02:15',
  fault: update,
  as: 'the update',
  title: 'An update reaches two servers',
}

/** What the developers made of it: the same pages without the leak. */
export const patched: Story[number] = {
  at: '02:15',
  fault: { ...update, release: '1.9.1' },
  as: 'the patched update',
  title: 'The update is deployed again, its leak fixed: the pipeline presses it like a spike, and lets it pass',
}

/** Customers, each with two requests in five seconds more than before, and visitors whom nobody knows. */
export const rise: Story[number] = {
  at: '02:25',
  fault: {
    kind: 'traffic-spike',
    users: { ratePerS: 120, users: 120 },
    pressure: { connections: 40, ratePerS: 125, mix: [{ path: '/' }] },
  },
  as: 'the rise',
  title: 'Traffic rises: more than twice as many customers, and visitors',
}
export const spike: Story[number] = {
  at: '02:50',
  fault: { kind: 'traffic-spike', pressure: { connections: 80, ratePerS: 250, mix: [{ path: '/' }] } },
  as: 'the spike',
  title: 'An unexpected spike: as many requests again',
}
/** Later, where something is to be done before. */
export const spikeAt = (at: string): Story[number] => ({ ...spike, at })

/** Somebody hears of the leak while nobody is failed yet. */
export const leakTold: Story[number] = {
  at: '02:26',
  alert: leakAlert,
  awaited: true,
  from: 'fault',
  firesWithin: '40s',
  deliveredWithin: '40s',
  title: 'Alert: memory of the updated servers grows, and will meet its limit',
}

export const rollback = (at: string, server: 2 | 3, title: string): Story[number] => ({
  at,
  remedy: { kind: 'rollback-application', role: 'web', servers: [server] },
  as: server === 2 ? 'the rollback of the first server' : 'the rollback of the second server',
  expect: server === 2 ? 'no effect' : 'cures',
  title,
})

/** A connection that Nginx closes as it reloads may be in use again: what a deploy or more servers may cost at most. */
export const unnoticed: Checks = [
  { kind: 'failed-requests', atMost: 10 },
  { kind: 'crashes', services: updated, atMost: 0 },
]
export const wellServed = { kind: 'goodput', usersAtLeast: 0.95, requestsPerSAtLeast: 110 } as const
export const confirmed = (at: string, title: string): Story[number] => ({
  at,
  look: { kind: 'service-levels', watch: '3s' },
  finds: 'well',
  title,
})
export const holds = (at: string): Story[number] => ({
  at,
  recovered: { within: '2s', hold: '5s' },
  title: 'The spike lasts, and service holds',
})

export const usersHurt: Checks = [
  { kind: 'users-affected', atLeast: 0.82, atMost: 0.88 },
  { kind: 'crashes', services: updated, atLeast: 2 },
  { kind: 'alerts-over' },
]
