import type { ScenarioInput } from '../../src/index.ts'

export type Story = ScenarioInput['story']
type Step = Story[number]
type Checks = NonNullable<ScenarioInput['checks']>

const service = 'api-1'
export const limitMb = 96
const raisedMb = 256
/** Pages that the cache keeps, both of the API. */
export const list = '/api/products'
export const product = '/api/products/7'

export const causeAlert = 'ContainerMemoryNearLimit'
export const dropAlert = 'GatewaySuccessRateDrop'
export const downAlert = 'BackendDown'
/** True of a server that is down, and no cause. */
export const noTraffic = 'NoTrafficReachingApi'

export const notTheCause: Checks = [{ kind: 'alerts-silent', alerts: ['DatabaseDown', 'HighLatency'] }]
export const everybody: Checks = [{ kind: 'users-affected', atLeast: 1 }, ...notTheCause]

/** Users cannot have noticed anything. */
export const unnoticed: Checks = [
  { kind: 'measure-acted', measure: 'load-test', action: 'kept-off' },
  { kind: 'failed-requests', atMost: 0 },
  { kind: 'users-affected', atMost: 0 },
]

export const deviations = [
  'The report begins with its users at 14:30: the API begins to keep what it serves at 14:12, and the kernel kills ' +
    'it some minutes before 14:30.',
  "The report speaks of no alert. The shop's general rules tell that requests are not served, and that a server does " +
    'not answer.',
]

/** It comes to need more than its limit leaves, and less than the raised limit does; at 8 requests a second in 16 s. */
export const overload: Step = {
  at: '14:12',
  fault: { kind: 'memory-overload', service, perRequestKb: 768, upToMb: 120 },
  as: 'the memory overload',
  title: 'The API keeps what it serves, with every request, until the kernel kills it at its memory limit',
}

/** Where the cache keeps one page by itself fewer requests reach the API: each is worth more, for the same story. */
export const overloadByFewer: Step = {
  ...overload,
  fault: { kind: 'memory-overload', service, perRequestKb: 1_024, upToMb: 120 },
}

const users = { at: '14:30', look: { kind: 'user-reports' } } as const satisfies Step
export const usersReport: Step = {
  ...users,
  // Nobody reports what did not happen to them yet.
  once: { answers: { class: 'http_502', count: 10 }, within: '15s' },
  finds: 'many users',
  title: 'Users report a 502 Bad Gateway error',
}

export const dropFires: Step = {
  at: '14:30',
  alert: dropAlert,
  firesWithin: '15s',
  deliveredWithin: '16s',
  resolvesWithin: '25s',
  title: 'Alert: most requests are not served',
}

/** No time to resolve is asked for: it resolves while the users are still without service. */
export const downFires: Step = {
  at: '14:30',
  alert: downAlert,
  firesWithin: '15s',
  deliveredWithin: '16s',
  title: 'Alert: a server does not answer',
}

export const webServerIsWell: Step = {
  at: '14:32',
  look: { kind: 'web-server' },
  finds: 'operational',
  title: 'Initial checks: the web server is operational',
}

export const oneIsDead: Step = {
  at: '14:35',
  look: { kind: 'upstream-services' },
  finds: 'one unresponsive',
  title: 'The upstream services are looked at: a critical one is unresponsive',
}

export const isBack = (at: string): Step => {
  const title = 'The service came back online: every upstream service responds'
  return { at, look: { kind: 'upstream-services' }, finds: 'all respond', title }
}

export const restartFails: Step = {
  at: '14:40',
  remedy: { kind: 'restart-service', service },
  as: 'the restart',
  expect: 'fails',
  // SIGKILL: the kernel's, as its logs tell in the next step.
  says: 'exit code 137',
  title: 'The unresponsive service is restarted, and fails to come back: the kernel kills it again',
}

export const logsTell = (at: string, title = 'Its logs indicate a memory overload'): Step => {
  return { at, look: { kind: 'service-logs', service }, finds: 'memory overload', title }
}

export const raised = (at: string, expect: 'cures' | 'no effect', title: string): Step => {
  return { at, remedy: { kind: 'raise-memory', service, toMb: raisedMb }, as: 'the raised memory', expect, title }
}

type Purged = 'all' | { prefix: string } | { url: string }

export const purged = (at: string, what: Purged, title: string): Step => {
  return { at, remedy: { kind: 'purge-cache', what }, as: 'the purge', expect: 'cures', title }
}

/** Of one page where two are broken. */
export const halfPurged = (at: string, title: string): Step => {
  return {
    at,
    remedy: { kind: 'purge-cache', what: { url: product } },
    as: 'a first purge',
    expect: 'no effect',
    title,
  }
}

export const pageIs = (at: string, path: string, finds: string, title: string): Step => {
  return { at, look: { kind: 'cache-content', path }, finds, title }
}

export const restored = (at: string): Step => {
  return { at, recovered: { within: '8s', hold: '12s' }, title: 'The site is fully operational again, and holds' }
}

/** As far as nothing is done about the cache, which decides what users see of it. */
export const upToTheLogs: Story = [webServerIsWell, oneIsDead, restartFails, logsTell('14:45')]

/** By then it has kept more than its old limit had room for. */
export const outgrown = '14:58'

/** With the load test the limit was raised before anybody was failed. */
export const prevented: Story = [
  {
    ...overload,
    becomes: 'kept-off',
    title:
      "The load test runs copies of the API into their limit; the API's own limit is raised before any user is failed",
  },
  { ...users, finds: 'no user', title: 'No user has anything to report' },
  { at: '14:32', look: { kind: 'upstream-services' }, finds: 'all respond', title: 'All upstream services respond' },
  {
    at: outgrown,
    look: { kind: 'service-logs', service },
    finds: 'nothing unusual',
    title: 'The API keeps what it serves, and has room for it',
  },
  { at: outgrown, recovered: { within: '2s', hold: '5s' }, title: 'Service holds' },
]
