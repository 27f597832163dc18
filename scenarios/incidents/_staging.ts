import type { ScenarioInput } from '../../src/index.ts'
import {
  cleanUp,
  databaseWell,
  dropAlert,
  dropFires,
  nobodyReports,
  repairFrom,
  unnoticed,
  usersReport,
} from './_misconfigured-upstream.ts'

type Variants = ScenarioInput['variants']
type Fault = NonNullable<ScenarioInput['story'][number]['fault']>

/** Updates that are wrong only for what a small staging has not. */
const movesTraffic: Fault = { kind: 'wrong-upstream', upstreams: ['web', 'api'], wrong: 'later-servers' }
const encrypts: Fault = { kind: 'wrong-upstream', upstreams: ['api'], wrong: 'protocol' }

const outdated: Fault = { kind: 'wrong-upstream', upstreams: ['web', 'api'], wrong: 'old-directive' }

const passed: NonNullable<ScenarioInput['checks']> = [{ kind: 'measure-acted', measure: 'staging', action: 'passed' }]

/** Deploys like the report's: what a staging without parity lets through, and what one with parity catches. */
export const stagingVariants: Variants = {
  'staging-without-parity': {
    title: 'Only: a staging with one server where production has two',
    measures: ['staging'],
    stack: { staging: { web: 1, api: 1 } },
    end: '14:57',
    story: [
      {
        at: '14:30',
        fault: movesTraffic,
        as: 'the deploy',
        title: 'The update moves the traffic to the second servers. Staging has none, passes it, and it is deployed',
      },
      dropFires,
      cleanUp,
      usersReport,
      { at: '14:35', ...databaseWell },
      {
        at: '14:37',
        look: { kind: 'proxy-errors' },
        finds: 'upstream connection failures',
        title: "Nginx's log shows upstream connection failures",
      },
      ...repairFrom('14:40', '14:48', '14:56'),
      { at: '14:57', recovered: { within: '10s', hold: '5s' }, title: 'Service is fully restored' },
    ],
    checks: [
      ...passed,
      { kind: 'users-affected', atLeast: 1 },
      { kind: 'no-other-alert', allow: [dropAlert, 'NoTrafficReachingApi'] },
      { kind: 'alerts-over' },
      { kind: 'alerts-silent', alerts: ['DatabaseDown', 'BackendDown'] },
    ],
  },
  'staging-without-database': {
    title: 'Only: a staging without a database',
    measures: ['staging'],
    stack: { staging: { database: false } },
    end: '14:53',
    story: [
      {
        at: '14:30',
        fault: encrypts,
        as: 'the deploy',
        title: 'The update speaks TLS to the API. On staging the API cannot be asked at all, and it is deployed',
      },
      {
        at: '14:30',
        alert: 'NoTrafficReachingApi',
        firesWithin: '15s',
        deliveredWithin: '15s',
        resolvesWithin: '25s',
        title: 'Alert: requests for the API do not reach it',
      },
      usersReport,
      { at: '14:35', ...databaseWell },
      {
        at: '14:48',
        look: { kind: 'api-requests', over: '3s' },
        finds: 'no incoming requests',
        title: "The API's logs show no incoming requests",
      },
      { at: '14:50', remedy: { kind: 'rollback-config' }, as: 'the rollback', title: 'The update is rolled back' },
      { at: '14:53', recovered: { within: '10s', hold: '5s' }, title: 'Service is fully restored' },
    ],
    checks: [
      ...passed,
      { kind: 'users-affected', atLeast: 0.9 },
      { kind: 'no-other-alert', allow: [dropAlert, 'NoTrafficReachingApi'] },
      { kind: 'alerts-over' },
      { kind: 'alerts-silent', alerts: ['DatabaseDown', 'BackendDown'] },
    ],
  },
  'staging-another-nginx': {
    title: 'Only: a staging with an older Nginx, and configuration validation',
    measures: ['staging', 'config-validation'],
    stack: { staging: { proxyImage: 'proxy-old' } },
    end: '14:37',
    story: [
      {
        at: '14:30',
        fault: outdated,
        as: 'the deploy',
        becomes: 'rejected',
        title: "The update has a directive that staging's Nginx still takes. Production's does not, and refuses it",
      },
      { at: '14:36', ...nobodyReports },
      { at: '14:37', recovered: { within: '2s', hold: '5s' }, title: 'Service holds' },
    ],
    checks: [...passed, { kind: 'measure-acted', measure: 'config-validation', action: 'rejected' }, ...unnoticed],
  },
  'staging-with-parity': {
    title: 'Only: a staging that is made as production is',
    measures: ['staging-parity'],
    end: '14:45',
    story: [
      {
        at: '14:30',
        fault: movesTraffic,
        as: 'the deploy',
        becomes: 'rejected',
        title: 'The update that moves the traffic is tried: staging has second servers too',
      },
      {
        at: '14:35',
        fault: encrypts,
        as: 'the second deploy',
        becomes: 'rejected',
        title: 'The update that speaks TLS to the API is tried: on staging, too, the API has its database',
      },
      {
        at: '14:40',
        fault: outdated,
        as: 'the third deploy',
        becomes: 'rejected',
        title: 'The update with the directive of old is tried: staging has the same Nginx',
      },
      { at: '14:44', ...nobodyReports },
      { at: '14:45', recovered: { within: '2s', hold: '5s' }, title: 'Service holds' },
    ],
    checks: [{ kind: 'measure-acted', measure: 'staging-parity', action: 'rejected' }, ...unnoticed],
  },
}
