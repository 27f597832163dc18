import { defineScenario } from '../../src/index.ts'
import {
  asItHappened,
  brief,
  causeAlert,
  dropAlert,
  fires,
  holds,
  misleading,
  repairFrom,
  replacedAlert,
  stoppedAt,
  theDiff,
  thePatch,
  theUpdate,
  throughThePipeline,
  unnoticed,
  updated,
} from './_misconfigured-load-balancing.ts'

/**
 * Post-mortem "The Day Our Website Took a Coffee Break", 1 June 2024, 14:30 to 17:00: a routine update altered Nginx's
 * configuration, and 85 % of the users could not complete a transaction.
 *
 * Why 85 %: users stick to a server by a hash of their id, the same in both upstreams. The update gives two lines the
 * weights 17 and 3, and the first line a port where nothing listens: of 40 users the hash puts exactly 34 there, 85 %.
 * Whatever they ask for, page, product or order, fails; the other six are always served.
 */
export default defineScenario({
  name: 'misconfigured-load-balancing',
  title: 'The day our website took a coffee break',
  summary:
    'A routine update altered the upstream servers in the configuration of Nginx. 85 % of the users were answered ' +
    '502 for two and a half hours, while the application and the network were suspected.',
  report: {
    date: '2024-06-01',
    rootCause:
      'A misconfigured Nginx after a routine update: incorrect upstream server directives caused improper load ' +
      'balancing and failed connections between the load balancer and the application servers.',
    impact: '85 % of users were unable to complete transactions from 14:30 to 17:00.',
    lessons: [
      'Validate the configuration automatically before it is deployed',
      'Monitor the configuration, and alert on changes that no deploy announced',
      'Manage the configuration automatically, so that what was deployed comes back by itself',
      'Roll a failed change back automatically',
      'Patch Nginx while its configuration is kept, one proxy beside the other',
      'Write down how Nginx and its configuration are updated safely: docs/safe-nginx-updates.md',
    ],
    deviations: [
      'The alert of 14:30 is delivered as soon as monitoring can tell, which takes some seconds here and so some ' +
        'minutes of the incident. It counts every request that is not served; that they are 502 is asked of the users.',
      'Training on the management of configurations is not here: people cannot be replayed.',
    ],
  },
  clock: { steadyFrom: '14:20', start: '14:26', end: '17:00' },
  // A limit that is soon reached: who burns three quarters of it is busy, and the machine is not.
  stack: { webCpus: 0.4, overlays: ['sticky'], watchConfiguration: true },
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
  story: asItHappened,
  checks: [
    { kind: 'on-time' },
    { kind: 'outage-begins', from: '14:30', to: '14:32' },
    { kind: 'users-affected', atLeast: 0.82, atMost: 0.88 },
    { kind: 'transactions', atLeast: 0.82, atMost: 0.88 },
    { kind: 'failed-with', as: 'http_502', atLeast: 0.95 },
    { kind: 'outage-length', atLeastMinutes: 125, atMostMinutes: 165 },
    // A server that is replaced on purpose is down meanwhile, for as long as this machine takes to start another.
    { kind: 'no-other-alert', allow: [dropAlert, replacedAlert] },
    { kind: 'alerts-over' },
    { kind: 'alerts-silent', alerts: misleading.filter((alert) => alert !== replacedAlert) },
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
        {
          ...theDiff('14:37', 'The first look goes to the configuration, since the alert names it: 53 minutes earlier'),
          once: { alert: causeAlert, state: 'delivered', within: '10s' },
        },
        ...repairFrom('14:38', '14:42', '14:44'),
        { at: '14:45', recovered: { within: '10s', hold: '5s' }, title: 'Services are restored' },
      ],
      checks: [
        { kind: 'transactions', atLeast: 0.82, atMost: 0.88 },
        // To the redeploy at 14:44, which the clock gives a minute.
        { kind: 'outage-length', atMostMinutes: 18 },
        { kind: 'no-other-alert', allow: [causeAlert, dropAlert] },
        { kind: 'alerts-over' },
        { kind: 'alerts-silent', alerts: misleading },
      ],
    },
    'without-the-redeploy': {
      title: 'Control: the same without the redeploy',
      control: { of: 'config-monitoring', without: 'the redeploy' },
    },
  },
})
