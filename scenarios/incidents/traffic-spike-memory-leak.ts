import { defineScenario, type ScenarioInput } from '../../src/index.ts'
import { measured } from './_traffic-spike-measures.ts'
import { deployed, dropAlert, leakAlert, rise, rollback, slowAlert, spike, usersHurt } from './_traffic-spike-steps.ts'

const alerted: ScenarioInput['story'][number] = {
  at: '03:00',
  alert: slowAlert,
  firesWithin: '25s',
  deliveredWithin: '25s',
  resolvesWithin: '25s',
  title: 'Alert: high response times',
}

/**
 * Post-mortem "Outage on June 8, 2024", 03:00 to 06:00 UTC: a spike of traffic triggered a memory leak that the latest
 * update of the web servers had brought.
 *
 * 85 % of the users are affected because users stick to servers, and the roll-out had reached two of three when the
 * spike came: these have 16 of 19 parts of Nginx's hash, which are 102 of the 120 users. Whoever sticks to the third
 * notices nothing; whoever does not is failed at the latest when the engine waits before it starts a server again.
 *
 * A server that the engine has not started again yet is nobody's neighbour: Nginx hears "No route to host" after a
 * while, hence 502 and slow answers.
 */
export default defineScenario({
  name: 'traffic-spike-memory-leak',
  title: 'A nap during the busiest time',
  summary:
    'An unexpected spike of traffic triggered a memory leak in the latest update of the web servers. They were ' +
    'killed, started again and killed again for two hours, while the network was suspected, until the update was ' +
    'rolled back.',
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
    deviations: [
      'The report begins with the alert at 03:00. The update, the rise and the spike that led to it are told from ' +
        '02:15 on, and the first requests fail once the servers are full, some minutes before the alert.',
      'The report counts the outage until it was declared over at 06:00. Users were well once the rollback was done, ' +
        'which monitoring had confirmed 45 minutes earlier: that is what is measured.',
      'The alert of 03:00 tells of response times. That error rates have risen too is looked at with them at 03:15: ' +
        'the general rule on errors asks for more than half of all requests, which is so now and then.',
      'Stricter code reviews are not here: people cannot be replayed.',
    ],
  },
  clock: { steadyFrom: '02:09', start: '02:15', end: '06:00' },
  stack: { web: 3, webMemoryMb: 128, restart: 'always', neighbourLostMs: 300, overlays: ['sticky-uneven'] },
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
    alerted,
    {
      at: '03:05',
      // The spike hurts them when it has filled the servers, and these fill in real time.
      once: { answers: { class: 'http_502', count: 10 }, within: '20s' },
      look: { kind: 'user-reports' },
      finds: 'many users',
      title: 'The on-call engineer notices, and begins to investigate whom it hurts',
    },
    {
      at: '03:15',
      look: { kind: 'service-levels', slowFrom: '250ms' },
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
      once: { container: 'web-2', state: 'oom', within: '20s' },
      look: { kind: 'service-logs', service: 'web-2' },
      finds: 'memory overload',
      title: 'Logs are reviewed: a memory leak is suspected in the web server',
    },
    {
      at: '03:50',
      look: { kind: 'missing-alert', alert: leakAlert },
      finds: 'missing',
      title: 'No alert had fired on it: the growth of memory is not monitored',
    },
    {
      at: '04:00',
      look: { kind: 'service-levels', slowFrom: '250ms' },
      finds: 'errors and slow answers',
      title: 'It goes on, and is escalated to the web development team',
    },
    {
      at: '04:15',
      look: { kind: 'running-release', role: 'web' },
      finds: 'recent update',
      title: 'The developers identify a recent update as the possible cause',
    },
    rollback('04:30', 2, 'Rollback of the update initiated: the first server runs the previous release'),
    rollback('05:00', 3, 'Rollback completed: the second server, too, is started anew with it'),
    {
      at: '05:15',
      look: { kind: 'service-levels', watch: '6s' },
      finds: 'well',
      title: 'Monitoring confirms the resolution',
    },
    {
      at: '06:00',
      recovered: { within: '10s', hold: '12s' },
      title: 'Full functionality restored, under the same traffic; resolved',
    },
  ],
  checks: [
    ...usersHurt,
    { kind: 'on-time' },
    // The servers fill in real time: at a slow scale they are full before the spike.
    { kind: 'outage-begins', from: '02:25', to: '03:00' },
    { kind: 'failed-with', as: 'http_502', atLeast: 0.8 },
    // From 02:25 or later to the second rollback at 05:00, which the clock gives 15 minutes.
    { kind: 'outage-length', atLeastMinutes: 110, atMostMinutes: 175 },
    { kind: 'no-other-alert', allow: [slowAlert, dropAlert, 'BackendDown'] },
    { kind: 'alerts-silent', alerts: ['DatabaseDown', 'NoTrafficReachingApi'] },
  ],
  variants: { 'as-it-happened': { title: 'As it happened' }, ...measured },
})
