import { defineScenario, type ScenarioInput } from '../../src/index.ts'

type Story = ScenarioInput['story']
type Fault = NonNullable<Story[number]['fault']>

const theDeploy: Fault = { kind: 'wrong-upstream', upstreams: ['web', 'api'] }
const dropAlert = 'GatewaySuccessRateDrop'
const causeAlert = 'NginxUpstreamConnectFailures'

const deployed: Story[number] = { at: '14:30', fault: theDeploy, as: 'the deploy', title: 'The update is deployed' }
const fires = (alert: string, within: string, title: string): Story[number] => {
  return { at: '14:30', alert, firesWithin: within, deliveredWithin: within, resolvesWithin: '25s', title }
}
const dropFires = fires(dropAlert, '15s', 'Alert: the share of successful requests drops by 100 %')
const usersReport: Story[number] = {
  at: '14:32',
  look: { kind: 'user-reports' },
  finds: 'many users',
  title: 'Users report errors',
}

const cleanUp: Story[number] = {
  at: '14:31',
  fault: { kind: 'missing-file', service: 'proxy', path: '/etc/nginx/shared/keepalive.conf' },
  as: 'an unrelated clean-up',
  title: 'A file that only the old configuration needs is cleaned away, unnoticed',
}

/** With these a bad deploy is no news to any user. */
const unnoticed: NonNullable<ScenarioInput['checks']> = [
  { kind: 'failed-requests', atMost: 0 },
  { kind: 'users-affected', atMost: 0 },
  { kind: 'no-other-alert', allow: [] },
]

/** How it was mended once Nginx was looked at: at the report's own intervals, a rollback that fails included. */
const repairFrom = (rollback: string, correction: string, restart: string): Story => [
  {
    at: rollback,
    remedy: { kind: 'rollback-config' },
    as: 'the rollback',
    expect: 'fails',
    title: 'Rollback to the previous configuration: refused, because of an unrelated dependency',
  },
  {
    at: correction,
    remedy: { kind: 'correct-config', activate: 'later' },
    as: 'the correction by hand',
    expect: 'no effect',
    title: 'Engineers correct the upstream by hand; until Nginx reads the file, nothing changes',
  },
  {
    at: restart,
    remedy: { kind: 'restart-service', service: 'proxy' },
    as: 'the restart of Nginx',
    expect: 'cures',
    title: 'Nginx is restarted with the corrected configuration',
  },
]

/** The deploy that a measure stopped, and a site that never noticed or healed by itself. */
const stoppedAt = (becomes: 'rejected' | 'rolled-back' | 'kept-off', title: string): Story => [
  { at: '14:30', fault: theDeploy, as: 'the deploy', becomes, title },
  { at: '14:36', look: { kind: 'database-healthy' }, finds: 'healthy', title: 'Nobody had to suspect the database' },
  { at: '14:37', recovered: { within: '2s', hold: '5s' }, title: 'Service holds' },
]

/** The pipeline's validation comes first, so with it nothing else has to act. */
const rejected = {
  end: '14:37',
  story: stoppedAt('rejected', 'The update is tried: the pipeline rejects it'),
  checks: [{ kind: 'measure-acted', measure: 'config-validation', action: 'rejected' }, ...unnoticed],
} satisfies Partial<ScenarioInput['variants'][string]>

/** Post-mortem "The Case of the Mysterious 502 Gateway Error": a wrong upstream that `nginx -t` accepts. */
export default defineScenario({
  name: 'misconfigured-upstream',
  title: 'The case of the mysterious 502',
  summary:
    'An update of the Nginx reverse proxy brought an incorrect upstream definition. Every request was answered 502 ' +
    'for 75 minutes, while the database and the network were suspected and a rollback failed for an unrelated reason.',
  report: {
    date: '2025-03-01',
    rootCause:
      'A misconfigured Nginx reverse proxy update led to an incorrect upstream server configuration, breaking the ' +
      'connection between the proxy and the servers behind it.',
    impact: '100 % of users were affected: the web application was completely inaccessible from 14:30 to 15:45.',
    lessons: [
      'Validate the configuration automatically before it is deployed, reachability included',
      'Roll a failed deployment back automatically',
      'Deploy the proxy blue-green',
      'Alert on failures of Nginx itself, so that the alert names the cause',
    ],
  },
  clock: { steadyFrom: '14:24', start: '14:30', end: '15:45' },
  load: {
    users: {
      ratePerS: 50,
      users: 50,
      timeout: '8s',
      mix: [
        { weight: 4, path: '/' },
        { weight: 2, path: '/product/7' },
        { weight: 3, path: '/api/products' },
        { weight: 1, method: 'POST', path: '/api/orders', body: { productId: 7, quantity: 1 } },
      ],
    },
    pressure: { connections: 10, ratePerS: 100, mix: [{ path: '/' }, { path: '/api/products' }] },
  },
  causeAlerts: [causeAlert],
  story: [
    deployed,
    dropFires,
    cleanUp,
    usersReport,
    { at: '14:35', note: 'Engineers begin to investigate and suspect a failure of the database' },
    { at: '14:50', look: { kind: 'database-healthy' }, finds: 'healthy', title: 'The database operates normally' },
    {
      at: '15:00',
      look: { kind: 'api-requests' },
      finds: 'no incoming requests',
      title: "The API's logs show no incoming requests; a network issue is assumed",
    },
    {
      at: '15:10',
      look: { kind: 'proxy-errors' },
      finds: 'upstream connection failures',
      title: "Nginx's log shows upstream connection failures, over and over",
    },
    ...repairFrom('15:20', '15:35', '15:44'),
    { at: '15:45', recovered: { within: '10s', hold: '5s' }, title: 'Service is fully restored' },
  ],
  checks: [
    { kind: 'users-affected', atLeast: 1 },
    { kind: 'no-other-alert', allow: [dropAlert, 'NoTrafficReachingApi'] },
    { kind: 'alerts-silent', alerts: ['DatabaseDown', 'BackendDown', causeAlert] },
  ],
  variants: {
    'as-it-happened': { title: 'As it happened' },
    'with-measures': {
      title: 'With all four measures',
      measures: ['config-validation', 'automated-rollback', 'blue-green', 'nginx-alerts'],
      ...rejected,
    },
    'config-validation': {
      title: 'Only: configuration validation in the pipeline',
      measures: ['config-validation'],
      ...rejected,
    },
    'automated-rollback': {
      title: 'Only: automated rollback',
      measures: ['automated-rollback'],
      end: '14:37',
      story: stoppedAt('rolled-back', 'The update is deployed, fails its health check, and is rolled back'),
      checks: [
        { kind: 'measure-acted', measure: 'automated-rollback', action: 'rolled-back' },
        { kind: 'outage-length', atMostMs: 5_000 },
        { kind: 'no-other-alert', allow: [] },
      ],
    },
    'blue-green': {
      title: 'Only: blue-green deployment of the proxy',
      measures: ['blue-green'],
      end: '14:37',
      story: stoppedAt('kept-off', 'The update becomes the new colour, and never takes traffic'),
      checks: [{ kind: 'measure-acted', measure: 'blue-green', action: 'kept-off' }, ...unnoticed],
    },
    'nginx-alerts': {
      title: 'Only: alerts that name failures of Nginx',
      measures: ['nginx-alerts'],
      end: '15:10',
      story: [
        deployed,
        fires(causeAlert, '5s', 'Alert: Nginx cannot connect to its upstream servers'),
        dropFires,
        cleanUp,
        usersReport,
        {
          at: '14:35',
          look: { kind: 'proxy-errors' },
          finds: 'upstream connection failures',
          title: "The first look goes to Nginx's log, since the alert names it: 35 minutes earlier than it happened",
        },
        ...repairFrom('14:45', '15:00', '15:09'),
        { at: '15:10', recovered: { within: '10s', hold: '5s' }, title: 'Service is fully restored' },
      ],
      checks: [
        { kind: 'users-affected', atLeast: 1 },
        { kind: 'no-other-alert', allow: [causeAlert, dropAlert, 'NoTrafficReachingApi', 'ConfigurationChanged'] },
        { kind: 'alerts-silent', alerts: ['DatabaseDown', 'BackendDown'] },
      ],
    },
    'without-the-restart': {
      title: 'Control: the same without the restart of Nginx',
      control: { of: 'nginx-alerts', without: 'the restart of Nginx' },
    },
  },
})
