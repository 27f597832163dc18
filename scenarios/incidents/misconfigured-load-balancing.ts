import { defineScenario, type ScenarioInput } from '../../src/index.ts'

type Story = ScenarioInput['story']
type Fault = NonNullable<Story[number]['fault']>

/** In place, as an update of the machine overwrites files: no pipeline has seen it. */
const theUpdate: Fault = {
  kind: 'wrong-balancing',
  upstreams: ['web', 'api'],
  servers: [1],
  weights: [17, 3],
  by: 'in place',
}
const dropAlert = 'GatewaySuccessRateDrop'

/**
 * Post-mortem "The Day Our Website Took a Coffee Break", 1 June 2024, 14:30 to 17:00: a routine update altered Nginx's
 * configuration, and 85 % of the users could not complete a transaction.
 */
export default defineScenario({
  name: 'misconfigured-load-balancing',
  title: 'The day our website took a coffee break',
  summary:
    'A routine update altered the upstream servers in the configuration of Nginx. 85 % of the users were answered 502 ' +
    'for two and a half hours, while the application and the network were suspected.',
  report: {
    date: '2024-06-01',
    rootCause:
      'A misconfigured Nginx after a routine update: incorrect upstream server directives caused improper load ' +
      'balancing and failed connections between the load balancer and the application servers.',
    impact: '85 % of users were unable to complete transactions from 14:30 to 17:00.',
    lessons: ['Monitor the configuration and alert on changes'],
  },
  clock: { steadyFrom: '14:20', start: '14:26', end: '17:00' },
  stack: { overlays: ['sticky'] },
  load: {
    users: {
      ratePerS: 40,
      users: 40,
      timeout: '8s',
      mix: [
        { weight: 2, path: '/' },
        { weight: 1, path: '/product/7' },
        { weight: 1, method: 'POST', path: '/api/orders', body: { productId: 7, quantity: 1 } },
      ],
    },
    pressure: { connections: 10, ratePerS: 100, mix: [{ path: '/' }, { path: '/api/products' }] },
  },
  causeAlerts: [],
  story: [
    {
      at: '14:26',
      fault: { kind: 'deploy-release', role: 'web', servers: [1], release: '1.9.0' },
      as: 'an application update',
      title: 'An update of the application goes to the first web server',
    },
    { at: '14:30', fault: theUpdate, as: 'the routine update', title: 'A routine update alters the configuration' },
    {
      at: '14:30',
      alert: dropAlert,
      firesWithin: '15s',
      deliveredWithin: '15s',
      resolvesWithin: '25s',
      title: 'Alert: a spike of 502 errors',
    },
    {
      at: '14:31',
      fault: { kind: 'cpu-burn', roles: ['web'], share: 0.4 },
      as: 'a busy job',
      title: 'An unrelated job keeps the application servers busy',
    },
    {
      at: '14:32',
      look: { kind: 'backend-status' },
      finds: 'all operational',
      title: 'On call looks at the application servers first',
    },
    {
      at: '14:45',
      look: { kind: 'cpu-usage', roles: ['web'] },
      finds: 'high',
      title: 'High CPU usage on the application servers: a bug of the application is suspected',
    },
    {
      at: '15:00',
      remedy: { kind: 'rollback-application', role: 'web', servers: [1], release: '1.8.2' },
      as: 'the rollback of the application',
      expect: 'no effect',
      title: 'The application update is rolled back; the issue persists',
    },
    {
      at: '15:15',
      look: { kind: 'network-checks' },
      finds: 'clean',
      title: 'Escalated to network operations: connections and packet counters are clean',
    },
    {
      at: '15:30',
      look: { kind: 'config-diff' },
      finds: 'upstream servers differ',
      title: 'A diff with the last good release shows a misconfiguration of Nginx',
    },
    {
      at: '16:00',
      look: { kind: 'routing' },
      finds: 'routes are right',
      title: 'A routing issue is assumed all the same, measured, and ruled out',
    },
    {
      at: '16:30',
      remedy: { kind: 'revert-config' },
      as: 'the revert',
      expect: 'no effect',
      title: 'The configuration is reverted to the last good release; Nginx has not read it yet',
    },
    {
      at: '16:40',
      look: { kind: 'connections' },
      finds: 'all answer',
      title: 'Connections between Nginx and every application server are tested',
    },
    {
      at: '16:58',
      remedy: { kind: 'redeploy-config' },
      as: 'the redeploy',
      expect: 'cures',
      title: 'The configuration is redeployed, with tests',
    },
    { at: '17:00', recovered: { within: '10s', hold: '5s' }, title: 'Services are fully restored' },
  ],
  checks: [
    { kind: 'users-affected', atLeast: 0.82, atMost: 0.88 },
    { kind: 'transactions', atLeast: 0.82, atMost: 0.88 },
    { kind: 'no-other-alert', allow: [dropAlert] },
    { kind: 'alerts-silent', alerts: ['DatabaseDown', 'BackendDown', 'NoTrafficReachingApi'] },
  ],
  variants: {
    'as-it-happened': { title: 'As it happened' },
  },
})
