import type { ScenarioInput } from '../../src/index.ts'

export type Story = ScenarioInput['story']
export type Checks = NonNullable<ScenarioInput['checks']>
type Fault = NonNullable<Story[number]['fault']>

const mistake = { kind: 'wrong-balancing', upstreams: ['web', 'api'], servers: [1], weights: [17, 3] } satisfies Fault
/** Files are overwritten and reloaded, as an update of the machine does it: no pipeline has seen it. */
export const theUpdate: Fault = { ...mistake, by: 'in place' }
export const throughThePipeline: Fault = { ...mistake, by: 'pipeline' }

export const dropAlert = 'GatewaySuccessRateDrop'
export const causeAlert = 'UnplannedConfigurationChange'
export const replacedAlert = 'BackendDown'
export const misleading = ['DatabaseDown', replacedAlert, 'NoTrafficReachingApi']

export const updated: Story[number] = {
  at: '14:30',
  fault: theUpdate,
  as: 'the routine update',
  title: "A routine update alters Nginx's configuration",
}
export const fires = (alert: string, within: string, title: string, at = '14:30'): Story[number] => {
  return { at, alert, firesWithin: within, deliveredWithin: within, resolvesWithin: '25s', title }
}
export const theDiff = (at: string, title: string): Story[number] => {
  return { at, look: { kind: 'config-diff' }, finds: 'upstream servers differ', title }
}

/** How it was mended: on disk first, then tested from where the proxy stands, then deployed. */
export const repairFrom = (revert: string, test: string, redeploy: string): Story => [
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

export const holds = (at: string): Story[number] => {
  return { at, recovered: { within: '2s', hold: '5s' }, title: 'Service holds' }
}
export const stoppedAt = (fault: Fault, becomes: 'rejected' | 'rolled-back', title: string): Story => [
  { at: '14:30', fault, as: 'the routine update', becomes, title },
  holds('14:37'),
]

/** From Debian 12's Nginx to Debian 13's, under load. */
export const thePatch: Story = [
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
export const unnoticed: Checks = [
  { kind: 'failed-requests', atMost: 0 },
  { kind: 'users-affected', atMost: 0 },
  { kind: 'no-other-alert', allow: [] },
]
export const brief = { kind: 'outage-length', atMostMs: 5_000 } as const

/** Every line of the report, at its time. */
export const asItHappened: Story = [
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
    fault: { kind: 'cpu-burn', roles: ['web'], share: 0.3 },
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
    title: 'No alert fired on the changed configuration: there is none',
  },
  {
    at: '16:00',
    look: { kind: 'routing' },
    finds: 'routes are right',
    title: 'A routing issue is assumed all the same, measured, and ruled out',
  },
  ...repairFrom('16:30', '16:40', '16:58'),
  { at: '17:00', recovered: { within: '10s', hold: '12s' }, title: 'Services are fully restored' },
]
