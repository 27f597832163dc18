import type { ScenarioInput } from '../../src/index.ts'

export type Story = ScenarioInput['story']
type Fault = NonNullable<Story[number]['fault']>

const theDeploy: Fault = { kind: 'wrong-upstream', upstreams: ['web', 'api'] }
export const dropAlert = 'GatewaySuccessRateDrop'
export const causeAlert = 'NginxUpstreamConnectFailures'

export const deployed: Story[number] = {
  at: '14:30',
  fault: theDeploy,
  as: 'the deploy',
  title: 'The update is deployed',
}
export const fires = (alert: string, within: string, title: string): Story[number] => {
  return { at: '14:30', alert, firesWithin: within, deliveredWithin: within, resolvesWithin: '25s', title }
}
export const dropFires = fires(dropAlert, '15s', 'Alert: the share of successful requests drops by 100 %')
export const usersReport: Story[number] = {
  at: '14:32',
  // Nobody reports what did not happen to them yet.
  once: { answers: { class: 'http_502', count: 10 }, within: '15s' },
  look: { kind: 'user-reports' },
  finds: 'many users',
  title: 'Users report errors',
}

export const cleanUp: Story[number] = {
  at: '14:31',
  fault: { kind: 'missing-file', service: 'proxy', path: '/etc/nginx/shared/keepalive.conf' },
  as: 'an unrelated clean-up',
  title: 'A file that only the old configuration needs is cleaned away, unnoticed',
}

/** With these a bad deploy is no news to any user. */
export const unnoticed: NonNullable<ScenarioInput['checks']> = [
  { kind: 'failed-requests', atMost: 0 },
  { kind: 'users-affected', atMost: 0 },
  { kind: 'no-other-alert', allow: [] },
]

/** How it was mended once Nginx was looked at: at the report's own intervals, a rollback that fails included. */
export const repairFrom = (rollback: string, correction: string, restart: string): Story => [
  {
    at: rollback,
    remedy: { kind: 'rollback-config' },
    as: 'the rollback',
    expect: 'fails',
    says: 'keepalive.conf',
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

type Look = Omit<Story[number], 'at'>
export const databaseWell: Look = {
  look: { kind: 'database-healthy' },
  finds: 'healthy',
  title: 'The database operates normally',
}
export const nobodyReports: Look = {
  look: { kind: 'user-reports' },
  finds: 'no user',
  title: 'No user has anything to report',
}

/** The deploy that a measure stopped, and a site that never noticed or recovered on its own. */
export const stoppedAt = (becomes: 'rejected' | 'rolled-back' | 'kept-off', title: string): Story => [
  { at: '14:30', fault: theDeploy, as: 'the deploy', becomes, title },
  { at: '14:36', ...(becomes === 'rolled-back' ? databaseWell : nobodyReports) },
  { at: '14:37', recovered: { within: '2s', hold: '5s' }, title: 'Service holds' },
]

/** What the pipeline tries first rejects the update, so nothing else has to act. */
export const rejectedBy = (measure: string): Pick<ScenarioInput['variants'][string], 'end' | 'story' | 'checks'> => ({
  end: '14:37',
  story: stoppedAt('rejected', 'The update is tried: the pipeline rejects it'),
  checks: [{ kind: 'measure-acted', measure, action: 'rejected' }, ...unnoticed],
})
