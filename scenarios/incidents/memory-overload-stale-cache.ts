import { defineScenario, type ScenarioInput } from '../../src/index.ts'

type Story = ScenarioInput['story']
type Step = Story[number]

const service = 'api-1'
const limitMb = 96
const raisedMb = 256
const list = '/api/products'
const causeAlert = 'ContainerMemoryNearLimit'
const dropAlert = 'GatewaySuccessRateDrop'
const downAlert = 'BackendDown'
const noTraffic = 'NoTrafficReachingApi'

/** More than the limit leaves room for, and less than the raised one does. */
const overload: Step = {
  at: '14:16',
  fault: { kind: 'memory-overload', service, perRequestKb: 1_024, upToMb: 120 },
  as: 'the memory overload',
  title: 'The API keeps what it serves, with every request, until the kernel kills it at its memory limit',
}

const usersReport: Step = {
  at: '14:30',
  look: { kind: 'user-reports' },
  finds: 'many users',
  title: 'Users report a 502 Bad Gateway error',
}

const fires = (alert: string, title: string): Step => {
  return { at: '14:30', alert, firesWithin: '15s', deliveredWithin: '16s', title }
}

const webServerIsWell: Step = {
  at: '14:32',
  look: { kind: 'web-server' },
  finds: 'operational',
  title: 'Initial checks: the web server is operational',
}

const oneIsDead: Step = {
  at: '14:35',
  look: { kind: 'upstream-services' },
  finds: 'one unresponsive',
  title: 'The upstream services are looked at: a critical one is unresponsive',
}

const restartFails: Step = {
  at: '14:40',
  remedy: { kind: 'restart-service', service },
  as: 'the restart',
  expect: 'fails',
  title: 'The unresponsive service is restarted, and fails to come back: the kernel kills it again',
}

const logsTell: Step = {
  at: '14:45',
  look: { kind: 'service-logs', service },
  finds: 'memory overload',
  title: 'Its logs indicate a memory overload',
}

const raised = (at: string, expect: Step['expect'], title: string): Step => {
  return { at, remedy: { kind: 'raise-memory', service, toMb: raisedMb }, as: 'the raised memory', expect, title }
}

const purged = (at: string, what: 'all' | { prefix: string } | { url: string }, title: string): Step => {
  return { at, remedy: { kind: 'purge-cache', what }, as: 'the purge', expect: 'cures', title }
}

const finds = (at: string, path: string, found: string, title: string): Step => {
  return { at, look: { kind: 'cache-content', path }, finds: found, title }
}

const restored = (at: string): Step => {
  return { at, recovered: { within: '8s', hold: '5s' }, title: 'The site is fully operational again, and holds' }
}

/** The server's own alert resolves while the users are still without service; the users' own only once they are served. */
const told: Story = [
  { ...fires(dropAlert, 'Alert: most requests are not served'), resolvesWithin: '25s' },
  fires(downAlert, 'Alert: a server does not answer'),
]
const noOtherCause = { kind: 'alerts-silent' as const, alerts: ['DatabaseDown', 'HighLatency'] }
const everybody = { kind: 'users-affected' as const, atLeast: 1 }

/**
 * Incident report "502 Bad Gateway Error", 15 March 2023, 14:30 to 15:05: a critical microservice dies of its memory limit,
 * and once it is well again the proxy's cache goes on serving the errors of the outage.
 */
export default defineScenario({
  name: 'memory-overload-stale-cache',
  title: 'The microservice that was well again, and the site that was not',
  summary:
    'A critical microservice met its memory limit and was killed, again after its restart. Once it had more memory it ' +
    "was well, and users still got 502: the proxy's cache had kept the errors. Clearing it restored the site.",
  report: {
    date: '2023-03-15',
    rootCause:
      'An unresponsive microservice due to memory overload, made worse by outdated caching, which kept the site from ' +
      'serving users even after the service was restored.',
    impact: 'Users got 502 Bad Gateway from 14:30 to 15:05.',
    lessons: [
      'Monitor service health and resource usage, so that a problem is known before it is an outage',
      'Test regularly under load that services can handle peak traffic',
      'Review the caching strategy, so that a stale cache does not reach users during disruptions',
    ],
  },
  clock: { steadyFrom: '14:12', start: '14:16', end: '15:05' },
  // One critical microservice: one server, below a program that outlives it, as an orchestrator's pod keeps its address.
  stack: { web: 2, api: 1, apiMemoryMb: limitMb, supervised: true, overlays: ['cached'] },
  load: {
    users: {
      ratePerS: 50,
      users: 50,
      timeout: '8s',
      // The pages can be cached, and all but the first need the API; orders are never cached.
      mix: [
        { weight: 1, path: '/' },
        { weight: 6, path: list },
        { weight: 2, path: '/api/products/7' },
        { weight: 1, method: 'POST', path: '/api/orders', body: { productId: 7, quantity: 1 } },
      ],
    },
  },
  causeAlerts: [causeAlert],
  story: [
    overload,
    usersReport,
    ...told,
    webServerIsWell,
    oneIsDead,
    restartFails,
    logsTell,
    {
      at: '14:46',
      look: { kind: 'missing-alert', alert: causeAlert },
      finds: 'missing',
      title: 'Nobody was warned: the alert that would have told before the kill did not exist',
    },
    raised('14:50', 'no effect', 'Its memory is raised and it is restarted: it is up, and users see no difference'),
    finds('14:55', list, 'cached error', 'The service is online; the site is broken by its cache, which holds the 502'),
    purged('15:00', 'all', "The web server's cache is cleared"),
    finds('15:03', list, 'fresh', 'Content is fresh again'),
    restored('15:05'),
  ],
  checks: [
    everybody,
    noOtherCause,
    { kind: 'recovery-gap', atLeastMs: 3_000 },
    { kind: 'no-other-alert', allow: [dropAlert, downAlert, noTraffic] },
  ],
  variants: {
    'as-it-happened': { title: 'As it happened' },
  },
})
