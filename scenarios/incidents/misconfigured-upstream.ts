import { defineScenario } from '../../src/index.ts'
import {
  causeAlert,
  cleanUp,
  databaseWell,
  deployed,
  dropAlert,
  dropFires,
  fires,
  rejectedBy,
  repairFrom,
  stoppedAt,
  unnoticed,
  usersReport,
} from './_misconfigured-upstream.ts'
import { stagingVariants } from './_staging.ts'

/**
 * Post-mortem "The Case of the Mysterious 502 Gateway Error", 1 March 2025, 14:30 to 15:45: an update of the Nginx
 * reverse proxy with an incorrect upstream definition, which `nginx -t` accepts.
 */
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
      'Try every deploy on a staging stack that is made as production is',
      'Write down how Nginx and its configuration are updated safely: docs/safe-nginx-updates.md',
    ],
    deviations: [
      'The update is deployed at 14:30, when the outage begins, and the alert of that minute is delivered as soon as ' +
        'monitoring can tell, which takes some seconds here and so some minutes of the incident.',
      "The server is restarted at 15:44, and not with the correction at 15:35: the report's service was restored at " +
        '15:45, and Nginx serves a second after its restart.',
      'The insufficient testing in staging is `nginx -t`: the pipeline runs it here too, and it accepts the update. ' +
        'What a staging stack lets through is shown by the variants with one.',
      "The shop's general rules know NoTrafficReachingApi, of which the report does not speak: it tells of the API " +
        'without requests before anybody reads its logs.',
      'The changes are deployed again once service has held, at 16:06.',
    ],
  },
  clock: { steadyFrom: '14:24', start: '14:30', end: '16:08' },
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
    {
      at: '14:35',
      look: { kind: 'user-reports' },
      finds: 'many users',
      title: 'Engineers begin to investigate what users report, and suspect a failure of the database',
    },
    { at: '14:50', ...databaseWell },
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
    {
      at: '15:12',
      look: { kind: 'missing-alert', alert: causeAlert },
      finds: 'missing',
      title: 'No alert had fired: there is none on failures of Nginx itself',
    },
    ...repairFrom('15:20', '15:35', '15:44'),
    // Longer than the ten seconds for which Nginx puts a server aside.
    { at: '15:45', recovered: { within: '10s', hold: '12s' }, title: 'Service is fully restored' },
    {
      at: '16:06',
      remedy: { kind: 'redeploy-config' },
      as: 'the tested redeploy',
      expect: 'prevents',
      title: 'The application works, so the changes are deployed again, with proper testing',
    },
    { at: '16:08', recovered: { within: '2s', hold: '4s' }, title: 'Service holds' },
  ],
  checks: [
    { kind: 'on-time' },
    { kind: 'outage-begins', from: '14:30', to: '14:32' },
    { kind: 'users-affected', atLeast: 1 },
    { kind: 'outage-depth', atLeast: 0.99 },
    { kind: 'failed-with', as: 'http_502', atLeast: 0.95 },
    { kind: 'outage-length', atLeastMinutes: 65, atMostMinutes: 85 },
    { kind: 'no-other-alert', allow: [dropAlert, 'NoTrafficReachingApi'] },
    { kind: 'alerts-over' },
    { kind: 'alerts-silent', alerts: ['DatabaseDown', 'BackendDown'] },
  ],
  variants: {
    'as-it-happened': { title: 'As it happened' },
    'with-measures': {
      title: 'With all measures',
      measures: ['staging-parity', 'config-validation', 'automated-rollback', 'blue-green', 'nginx-alerts'],
      ...rejectedBy('staging-parity'),
    },
    'config-validation': {
      title: 'Only: configuration validation in the pipeline',
      measures: ['config-validation'],
      ...rejectedBy('config-validation'),
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
          once: { alert: causeAlert, state: 'delivered', within: '10s' },
          look: { kind: 'proxy-errors' },
          finds: 'upstream connection failures',
          title: "The first look goes to Nginx's log, since the alert names it: 35 minutes earlier than it happened",
        },
        ...repairFrom('14:45', '15:00', '15:09'),
        { at: '15:10', recovered: { within: '10s', hold: '5s' }, title: 'Service is fully restored' },
      ],
      checks: [
        { kind: 'users-affected', atLeast: 1 },
        // The repair restarts Nginx: that it is down for a moment is true.
        {
          kind: 'no-other-alert',
          allow: [causeAlert, dropAlert, 'NoTrafficReachingApi', 'ConfigurationChanged', 'NginxDown'],
        },
        { kind: 'alerts-over' },
        { kind: 'alerts-silent', alerts: ['DatabaseDown', 'BackendDown'] },
      ],
    },
    ...stagingVariants,
    'without-the-restart': {
      title: 'Control: the same without the restart of Nginx',
      control: { of: 'nginx-alerts', without: 'the restart of Nginx' },
    },
  },
})
