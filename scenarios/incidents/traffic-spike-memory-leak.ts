import { defineScenario, type ScenarioInput } from '../../src/index.ts'

type Story = ScenarioInput['story']
type Fault = NonNullable<Story[number]['fault']>
type Checks = NonNullable<ScenarioInput['checks']>

/** The two big servers. The small one was to be the last. */
const updated = ['web-2', 'web-3']
const leakAlert = 'MemoryLeakSuspected'
const dropAlert = 'GatewaySuccessRateDrop'
const slowAlert = 'HighLatency'

const update: Fault = { kind: 'deploy-release', role: 'web', servers: [2, 3], release: '1.9.0' }
const deployed: Story[number] = { at: '02:15', fault: update, as: 'the update', title: 'An update reaches two servers' }

/** Customers, each with two requests in five seconds more than before, and visitors whom nobody knows. */
const rise: Story[number] = {
  at: '02:25',
  fault: {
    kind: 'traffic-spike',
    users: { ratePerS: 120, users: 120 },
    pressure: { connections: 16, ratePerS: 125, mix: [{ path: '/' }] },
  },
  as: 'the rise',
  title: 'Traffic rises: more than twice as many customers, and visitors',
}
const spike: Story[number] = {
  at: '02:50',
  fault: { kind: 'traffic-spike', pressure: { connections: 40, ratePerS: 200, mix: [{ path: '/' }] } },
  as: 'the spike',
  title: 'An unexpected spike: as many requests again',
}
const alerted: Story = [
  {
    at: '03:00',
    alert: slowAlert,
    firesWithin: '25s',
    deliveredWithin: '25s',
    resolvesWithin: '25s',
    title: 'Alert: high response times',
  },
  { at: '03:00', alert: dropAlert, firesWithin: '30s', deliveredWithin: '30s', title: 'Alert: increased error rates' },
]

/** Somebody hears of the leak while nobody is failed yet. */
const leakTold: Story[number] = {
  at: '02:26',
  alert: leakAlert,
  awaited: true,
  from: 'fault',
  firesWithin: '40s',
  deliveredWithin: '40s',
  title: 'Alert: memory of the updated servers grows, and will meet its limit',
}

const rollback = (at: string, server: 2 | 3, title: string): Story[number] => ({
  at,
  remedy: { kind: 'rollback-application', role: 'web', servers: [server] },
  as: server === 2 ? 'the rollback of the first server' : 'the rollback of the second server',
  expect: server === 2 ? 'no effect' : 'cures',
  title,
})

/** A connection that Nginx closes as it reloads may be in use again: what a deploy or more servers may cost at most. */
const unnoticed: Checks = [
  { kind: 'failed-requests', atMost: 10 },
  { kind: 'crashes', services: updated, atMost: 0 },
]
const wellServed = { kind: 'goodput', usersAtLeast: 0.95, requestsPerSAtLeast: 110 } as const
const confirmed = (title: string): Story[number] => ({
  at: '03:05',
  look: { kind: 'service-levels', watch: '3s' },
  finds: 'well',
  title,
})
const spikeOver: Story[number] = {
  at: '03:10',
  recovered: { within: '2s', hold: '5s' },
  title: 'The hour at which it began, and service holds',
}

const usersHurt: Checks = [
  { kind: 'users-affected', atLeast: 0.82, atMost: 0.88 },
  { kind: 'crashes', services: updated, atLeast: 2 },
  { kind: 'alerts-over' },
]

/**
 * Post-mortem "Outage on June 8, 2024", 03:00 to 06:00 UTC: a spike of traffic triggered a memory leak that the latest
 * update of the web servers had brought.
 *
 * 85 % of the users are affected because users stick to servers, and the roll-out had reached two of three when the spike
 * came: these have 16 of 19 parts of Nginx's hash, which are 102 of the 120 users. Whoever sticks to the third notices
 * nothing; whoever does not is failed at the latest when the engine waits before it starts a server again.
 *
 * The report begins with the alert; the update and the rise that led to it are told from 02:15 on. A server that the
 * engine has not yet started again has no address, so some of its users are answered 504 where the report says 502.
 */
export default defineScenario({
  name: 'traffic-spike-memory-leak',
  title: 'A nap during the busiest time',
  summary:
    'An unexpected spike of traffic triggered a memory leak in the latest update of the web servers. They were killed, ' +
    'started again and killed again for two hours, while the network was suspected, until the update was rolled back.',
  report: {
    date: '2024-06-08',
    rootCause:
      'A memory leak introduced in the latest update to the web server, triggered by a condition that the unexpected ' +
      'spike in traffic exacerbated, and which led to server crashes.',
    impact: 'About 85 % of users were answered 502 Bad Gateway from 03:00 to 06:00 UTC.',
    lessons: [
      'Limit the rate of requests, so that a spike cannot overwhelm the servers',
      'Have capacity for a spike',
      'Monitor memory, and recognise a leak by how it grows',
      'Load-test an update in the pipeline before it is deployed',
    ],
  },
  clock: { steadyFrom: '02:09', start: '02:15', end: '06:00' },
  stack: { web: 3, webMemoryMb: 128, restart: 'always', overlays: ['sticky-uneven'] },
  load: {
    users: {
      ratePerS: 50,
      users: 50,
      pool: 120,
      timeout: '8s',
      mix: [
        { weight: 5, path: '/' },
        { weight: 3, path: '/product/7' },
        { weight: 1, path: '/api/products' },
        { weight: 1, method: 'POST', path: '/api/orders', body: { productId: 7, quantity: 1 } },
      ],
    },
  },
  causeAlerts: [leakAlert],
  story: [
    deployed,
    rise,
    spike,
    ...alerted,
    { at: '03:05', note: 'The on-call engineer notices and begins to investigate' },
    {
      at: '03:15',
      look: { kind: 'service-levels' },
      finds: 'errors and slow answers',
      title: 'Increased latency: a network issue is the first hypothesis',
    },
    {
      at: '03:30',
      look: { kind: 'network-checks' },
      finds: 'clean',
      title: 'The network team rules out any network-related problem',
    },
    {
      at: '03:45',
      look: { kind: 'service-logs', service: 'web-2' },
      finds: 'memory overload',
      title: 'Logs are reviewed: a memory leak is suspected in the web server',
    },
    {
      at: '03:50',
      look: { kind: 'missing-alert', alert: leakAlert },
      finds: 'missing',
      title: 'No alert had told of it: nobody monitors how memory grows',
    },
    { at: '04:00', note: 'The incident is escalated to the web development team' },
    {
      at: '04:15',
      look: { kind: 'running-release', role: 'web' },
      finds: 'recent update',
      title: 'The developers identify a recent update as the possible cause',
    },
    rollback('04:30', 2, 'Rollback of the update initiated: the first server runs the previous release'),
    rollback('05:00', 3, 'Rollback completed; the servers are started anew'),
    {
      at: '05:15',
      look: { kind: 'service-levels', watch: '6s' },
      finds: 'well',
      title: 'Monitoring confirms the resolution',
    },
    {
      at: '06:00',
      recovered: { within: '10s', hold: '5s' },
      title: 'Full functionality restored, under the same traffic; resolved',
    },
  ],
  checks: [
    ...usersHurt,
    { kind: 'no-other-alert', allow: [slowAlert, dropAlert, 'BackendDown'] },
    { kind: 'alerts-silent', alerts: ['DatabaseDown', 'NoTrafficReachingApi', leakAlert] },
  ],
  variants: {
    'as-it-happened': { title: 'As it happened' },
    'with-measures': {
      title: 'With all four measures',
      measures: ['load-test', 'leak-alerts', 'rate-limiting', 'more-capacity'],
      end: '03:10',
      story: [
        { ...deployed, becomes: 'rejected', title: 'The pipeline presses the update like a spike, and rejects it' },
        rise,
        {
          at: '02:40',
          remedy: { kind: 'scale-out', role: 'web', add: 2 },
          as: 'more servers',
          expect: 'prevents',
          title: 'Servers are added as traffic rises',
        },
        spike,
        confirmed('Monitoring shows nothing: the spike is refused in part, and spread'),
        spikeOver,
      ],
      checks: [
        { kind: 'measure-acted', measure: 'load-test', action: 'rejected' },
        ...unnoticed,
        { ...wellServed, refusedWith: 429 },
        { kind: 'no-other-alert', allow: [dropAlert] },
      ],
    },
    'load-test': {
      title: 'Only: a load test in the pipeline',
      measures: ['load-test'],
      end: '03:10',
      story: [
        { ...deployed, becomes: 'rejected', title: 'The pipeline presses the update like a spike, and rejects it' },
        rise,
        spike,
        confirmed('Monitoring shows nothing: the release before bears the spike'),
        spikeOver,
      ],
      checks: [
        { kind: 'measure-acted', measure: 'load-test', action: 'rejected' },
        ...unnoticed,
        wellServed,
        { kind: 'no-other-alert', allow: [] },
      ],
    },
    'rate-limiting': {
      title: 'Only: rate limiting at the proxy',
      measures: ['rate-limiting'],
      end: '03:10',
      story: [
        deployed,
        rise,
        spike,
        confirmed('Monitoring shows no error: customers are served, and most visitors told to come later'),
        spikeOver,
      ],
      checks: [
        ...unnoticed,
        { ...wellServed, refusedWith: 429 },
        // It counts what is served, and most of what is asked is refused.
        { kind: 'no-other-alert', allow: [dropAlert] },
      ],
    },
    'more-capacity': {
      title: 'Only: servers are added under load',
      measures: ['more-capacity'],
      end: '03:10',
      story: [
        deployed,
        rise,
        {
          at: '02:35',
          remedy: { kind: 'scale-out', role: 'web', add: 4 },
          as: 'more servers',
          expect: 'prevents',
          title: 'Four servers are added as traffic rises',
        },
        spike,
        confirmed('Monitoring shows nothing: the spike is spread too thin to leak'),
        spikeOver,
      ],
      checks: [...unnoticed, wellServed, { kind: 'no-other-alert', allow: [] }],
    },
    'leak-alerts': {
      title: 'Only: an alert on how memory grows',
      measures: ['leak-alerts'],
      end: '03:40',
      story: [
        deployed,
        rise,
        leakTold,
        spike,
        {
          at: '03:05',
          look: { kind: 'running-release', role: 'web' },
          finds: 'recent update',
          title: 'The alert names leak and servers, so the first look goes to their release',
        },
        rollback('03:15', 2, 'Rollback: the first server runs the previous release'),
        rollback('03:30', 3, 'Rollback completed, an hour and a half earlier than it happened'),
        { at: '03:40', recovered: { within: '10s', hold: '5s' }, title: 'Service is fully restored' },
      ],
      checks: [
        ...usersHurt,
        { kind: 'alert-lead', alert: leakAlert, atLeastMs: 1_000 },
        { kind: 'no-other-alert', allow: [slowAlert, dropAlert, 'BackendDown', leakAlert] },
        { kind: 'alerts-silent', alerts: ['DatabaseDown', 'NoTrafficReachingApi'] },
      ],
    },
    'leak-alerts-heeded': {
      title: 'Only: the same alert, heeded at once',
      measures: ['leak-alerts'],
      end: '03:10',
      story: [
        deployed,
        rise,
        leakTold,
        {
          at: '02:38',
          look: { kind: 'running-release', role: 'web' },
          finds: 'recent update',
          title: 'The first look goes to the release of the servers that the alert names',
        },
        {
          at: '02:40',
          remedy: { kind: 'rollback-application', role: 'web', servers: [2, 3], drain: true },
          as: 'the rollback in time',
          expect: 'prevents',
          title: 'The alert is heeded: rolled back before anybody is killed, each server drained first',
        },
        spike,
        confirmed('Monitoring shows nothing: the release before bears the spike'),
        spikeOver,
      ],
      checks: [...unnoticed, wellServed, { kind: 'no-other-alert', allow: [leakAlert] }, { kind: 'alerts-over' }],
    },
  },
})
