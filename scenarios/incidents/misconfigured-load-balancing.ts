import { defineScenario, type ScenarioInput } from '../../src/index.ts'

type Story = ScenarioInput['story']
type Fault = NonNullable<Story[number]['fault']>

const mistake = { kind: 'wrong-balancing', upstreams: ['web', 'api'], servers: [1], weights: [17, 3] } satisfies Fault
/** Files are overwritten and reloaded, as an update of the machine does it: no pipeline has seen it. */
const theUpdate: Fault = { ...mistake, by: 'in place' }
const throughThePipeline: Fault = { ...mistake, by: 'pipeline' }

const dropAlert = 'GatewaySuccessRateDrop'
const causeAlert = 'UnplannedConfigurationChange'
const misleading = ['DatabaseDown', 'BackendDown', 'NoTrafficReachingApi']

const updated: Story[number] = {
  at: '14:30',
  fault: theUpdate,
  as: 'the routine update',
  title: "A routine update alters Nginx's configuration",
}
const fires = (alert: string, within: string, title: string, at = '14:30'): Story[number] => {
  return { at, alert, firesWithin: within, deliveredWithin: within, resolvesWithin: '25s', title }
}
const theDiff = (at: string, title: string): Story[number] => {
  return { at, look: { kind: 'config-diff' }, finds: 'upstream servers differ', title }
}

/** How it was mended: on disk first, then tested from where the proxy stands, then deployed. */
const repairFrom = (revert: string, test: string, redeploy: string): Story => [
  {
    at: revert,
    remedy: { kind: 'revert-config' },
    as: 'the revert',
    expect: 'no effect',
    title: 'The configuration is reverted to the last good release; Nginx has not read it yet',
  },
  {
    at: test,
    look: { kind: 'connections' },
    finds: 'all answer',
    title: 'Connections between Nginx and every application server are tested',
  },
  {
    at: redeploy,
    remedy: { kind: 'redeploy-config' },
    as: 'the redeploy',
    expect: 'cures',
    title: 'The configuration is redeployed, with tests',
  },
]

const holds = (at: string): Story[number] => {
  return { at, recovered: { within: '2s', hold: '5s' }, title: 'Service holds' }
}
const stoppedAt = (fault: Fault, becomes: 'rejected' | 'rolled-back', title: string): Story => [
  { at: '14:30', fault, as: 'the routine update', becomes, title },
  holds('14:37'),
]

/** From Debian 12's Nginx to Debian 13's, under load. */
const thePatch: Story = [
  {
    at: '14:28',
    look: { kind: 'nginx-version' },
    finds: 'Nginx 1.22',
    title: 'The site runs on the Nginx of Debian 12',
  },
  {
    at: '14:30',
    fault: { kind: 'patch-proxy', version: '1.26' },
    as: 'the patch',
    title: 'Nginx is patched, and its configuration kept',
  },
  {
    at: '14:36',
    look: { kind: 'nginx-version' },
    finds: 'Nginx 1.26',
    title: 'The site runs on the Nginx of Debian 13',
  },
  { at: '14:37', look: { kind: 'config-diff' }, finds: 'no difference', title: 'Its configuration is what it was' },
  holds('14:38'),
]

/** With these the update is no news to any user. */
const unnoticed: NonNullable<ScenarioInput['checks']> = [
  { kind: 'failed-requests', atMost: 0 },
  { kind: 'users-affected', atMost: 0 },
  { kind: 'no-other-alert', allow: [] },
]
const brief = { kind: 'outage-length', atMostMs: 5_000 } as const

/**
 * Post-mortem "The Day Our Website Took a Coffee Break", 1 June 2024, 14:30 to 17:00: a routine update altered Nginx's
 * configuration, and 85 % of the users could not complete a transaction.
 *
 * Why 85 %: users stick to a server by a hash of their id, the same in both upstreams. The update gives two lines the
 * weights 17 and 3, and the first line a port where nobody listens: of 40 users the hash puts exactly 34 there, 85 %.
 * Whatever they ask for, page, product or order, fails; the other six are always served.
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
  stack: { overlays: ['sticky'], watchConfiguration: true },
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
  causeAlerts: [causeAlert],
  story: [
    {
      at: '14:26',
      fault: { kind: 'deploy-release', role: 'web', servers: [1], release: '1.9.0' },
      as: 'an application update',
      title: 'An update of the application goes to the first web server',
    },
    updated,
    fires(dropAlert, '15s', 'Alert: a spike of 502 errors'),
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
    theDiff('15:30', 'Network operations identify a misconfiguration of Nginx: a diff with the last good release'),
    {
      at: '15:31',
      look: { kind: 'missing-alert', alert: causeAlert },
      finds: 'missing',
      title: 'Nobody had been alerted of a changed configuration: there is no such alert',
    },
    {
      at: '16:00',
      look: { kind: 'routing' },
      finds: 'routes are right',
      title: 'A routing issue is assumed all the same, measured, and ruled out',
    },
    ...repairFrom('16:30', '16:40', '16:58'),
    { at: '17:00', recovered: { within: '10s', hold: '5s' }, title: 'Services are fully restored' },
  ],
  checks: [
    { kind: 'users-affected', atLeast: 0.82, atMost: 0.88 },
    { kind: 'transactions', atLeast: 0.82, atMost: 0.88 },
    { kind: 'no-other-alert', allow: [dropAlert] },
    { kind: 'alerts-silent', alerts: [...misleading, causeAlert] },
  ],
  variants: {
    'as-it-happened': { title: 'As it happened' },
    'with-measures': {
      title: 'With all measures',
      measures: ['config-validation', 'automated-rollback', 'config-monitoring', 'desired-state'],
      end: '14:45',
      story: [
        {
          at: '14:30',
          fault: throughThePipeline,
          as: 'the routine update',
          becomes: 'rejected',
          title: 'The routine update is tried: the pipeline rejects it',
        },
        {
          at: '14:34',
          fault: theUpdate,
          as: 'the update past the pipeline',
          becomes: 'rolled-back',
          title: 'It is forced onto the machine, past the pipeline: the desired state comes back by itself',
        },
        fires(causeAlert, '6s', 'Alert: the configuration of Nginx was changed, and no deploy did it', '14:34'),
        holds('14:45'),
      ],
      checks: [
        { kind: 'measure-acted', measure: 'config-validation', action: 'rejected' },
        { kind: 'measure-acted', measure: 'desired-state', action: 'rolled-back' },
        brief,
        { kind: 'no-other-alert', allow: [causeAlert] },
        { kind: 'alerts-silent', alerts: misleading },
      ],
    },
    'config-validation': {
      title: 'Only: configuration validation in the pipeline',
      measures: ['config-validation'],
      end: '14:37',
      story: stoppedAt(throughThePipeline, 'rejected', 'The routine update is tried: the pipeline rejects it'),
      checks: [{ kind: 'measure-acted', measure: 'config-validation', action: 'rejected' }, ...unnoticed],
    },
    'automated-rollback': {
      title: 'Only: automated rollback',
      measures: ['automated-rollback'],
      end: '14:37',
      story: stoppedAt(throughThePipeline, 'rolled-back', 'The update fails its health check, and is rolled back'),
      checks: [
        { kind: 'measure-acted', measure: 'automated-rollback', action: 'rolled-back' },
        brief,
        { kind: 'no-other-alert', allow: [] },
      ],
    },
    'desired-state': {
      title: 'Only: the desired state restores itself',
      measures: ['desired-state'],
      end: '14:37',
      story: stoppedAt(theUpdate, 'rolled-back', 'The update alters files; what was deployed comes back by itself'),
      checks: [
        { kind: 'measure-acted', measure: 'desired-state', action: 'rolled-back' },
        brief,
        { kind: 'no-other-alert', allow: [] },
      ],
    },
    'patching-in-place': {
      title: 'Nginx is patched in place',
      stack: { proxyImage: 'proxy-old', watchConfiguration: false },
      end: '14:40',
      story: thePatch,
      checks: [{ kind: 'failed-requests', atLeast: 1 }, brief, { kind: 'no-other-alert', allow: [] }],
    },
    'patching-drained': {
      title: 'Nginx is patched beside the old one, which is drained',
      measures: ['drain-and-swap'],
      stack: { proxyImage: 'proxy-old', watchConfiguration: false },
      end: '14:40',
      story: thePatch,
      checks: [{ kind: 'measure-acted', measure: 'drain-and-swap', action: 'switched' }, ...unnoticed],
    },
    'config-monitoring': {
      title: 'Only: an alert on changes of the configuration',
      measures: ['config-monitoring'],
      end: '14:50',
      story: [
        updated,
        fires(causeAlert, '6s', 'Alert: the configuration of Nginx was changed, and no deploy did it'),
        theDiff('14:37', 'The first look goes to the configuration, since the alert names it: 53 minutes earlier'),
        ...repairFrom('14:38', '14:42', '14:44'),
        { at: '14:45', recovered: { within: '10s', hold: '5s' }, title: 'Services are restored' },
      ],
      checks: [
        { kind: 'transactions', atLeast: 0.82, atMost: 0.88 },
        { kind: 'outage-length', atMostMs: 25_000 },
        { kind: 'no-other-alert', allow: [causeAlert, dropAlert] },
        { kind: 'alerts-silent', alerts: misleading },
      ],
    },
    'without-the-redeploy': {
      title: 'Control: the same without the redeploy',
      control: { of: 'config-monitoring', without: 'the redeploy' },
    },
  },
})
