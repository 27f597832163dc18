import type { PlannedStep, PlanRecord } from '../../../src/journal/plan.ts'

type DetailOf<D> = Extract<PlannedStep, { does: D }>['detail']

/** A step of the replayed incident; `minute` counts from 14:30, one minute is one second here. */
function step<D extends PlannedStep['does']>(
  number: number,
  minute: number,
  does: D,
  title: string,
  detail: DetailOf<D>,
) {
  const clock = `${14 + Math.floor((30 + minute) / 60)}:${String((30 + minute) % 60).padStart(2, '0')}`
  return { step: number, clock, dueMs: minute * 1_000, does, title, detail }
}

export const outageAlert = 'SuccessRateDropped'

const story: PlannedStep[] = [
  step(0, 0, 'fault', 'The deploy with the wrong upstream', { fault: { kind: 'wrong-upstream' }, as: 'the deploy' }),
  step(1, 0, 'alert', 'The alert fires', { alert: outageAlert, firesWithin: 15_000 }),
  step(2, 20, 'look', 'The database is suspected, and healthy', {
    look: { kind: 'database-healthy' },
    finds: 'healthy',
  }),
  step(3, 30, 'look', 'The API sees no request', { look: { kind: 'api-requests' }, finds: 'none' }),
  step(4, 40, 'look', 'Nginx cannot reach its upstream', { look: { kind: 'proxy-errors' }, finds: 'connect-refused' }),
  step(5, 50, 'remedy', 'The rollback is attempted', {
    remedy: { kind: 'rollback-config' },
    as: 'rollback',
    expect: 'fails',
  }),
  step(6, 65, 'remedy', 'The upstream is corrected by hand', { remedy: { kind: 'correct-config' }, expect: 'cures' }),
  step(7, 75, 'recovered', 'Service is restored', { recovered: { within: 10_000, hold: 5_000 } }),
]

const checks: PlanRecord['checks'] = [
  { kind: 'fault-outcome', step: 0, outcome: 'in-force' },
  { kind: 'alert-fires', step: 1, alert: outageAlert, firesWithinMs: 15_000, deliveredWithinMs: 20_000 },
  { kind: 'look-finds', step: 2, finds: 'healthy' },
  { kind: 'look-finds', step: 3, finds: 'none' },
  { kind: 'look-finds', step: 4, finds: 'connect-refused' },
  { kind: 'remedy-effect', step: 5, expect: 'fails' },
  { kind: 'remedy-effect', step: 6, expect: 'cures' },
  { kind: 'recovered', step: 7, withinMs: 10_000, holdMs: 5_000 },
  { kind: 'no-relapse', step: 7 },
  { kind: 'recovery-gap', atLeastMs: 60_000 },
  { kind: 'alert-resolves', alert: outageAlert, withinMs: 15_000 },
  { kind: 'no-other-alert', allow: [outageAlert, 'UpstreamConnectionFailures'] },
  { kind: 'alerts-silent', alerts: ['DatabaseDown'] },
  { kind: 'users-affected', atLeast: 1 },
  { kind: 'outage-length', atLeastMs: 60_000, atMostMs: 80_000 },
  { kind: 'failed-requests', atLeast: 1_000 },
]

/** The plan of the incident of March 2025 as it happened. */
export function outagePlan(change: Partial<PlanRecord> = {}): PlanRecord {
  return {
    format: 1,
    scenario: 'misconfigured-upstream',
    title: 'The mysterious 502',
    summary: 'A deploy changed the upstream definition; every request was answered 502 for 75 minutes.',
    report: {
      date: '2025-03-01',
      rootCause: 'A misconfigured Nginx reverse proxy update led to an incorrect upstream.',
      impact: '100 % of users saw 502 Bad Gateway.',
      lessons: ['Validate configuration before it is deployed', 'Roll back by itself'],
      deviations: ['The alert is delivered *as soon* as monitoring can tell.'],
    },
    variant: 'as-it-happened',
    variantTitle: 'As it happened',
    measures: [],
    causeAlerts: [outageAlert],
    control: null,
    incidentMinuteMs: 1_000,
    clockStart: '14:30',
    clockEnd: '15:45',
    steadyMs: 5_000,
    story,
    checks,
    load: { users: { ratePerS: 50, users: 50 }, pressure: { connections: 10, ratePerS: 200 } },
    stack: { web: 2, api: 2 },
    ...change,
  }
}

/** The plan of the same incident with one measure that stops the deploy. */
export function guardedPlan(measure: string, outcome: 'rejected' | 'rolled-back' | 'kept-off'): PlanRecord {
  const limit = outcome === 'rolled-back' ? 6_000 : 0
  return outagePlan({
    variant: measure,
    variantTitle: `With ${measure}`,
    measures: [measure],
    story: [
      ...story.slice(0, 1),
      step(1, 20, 'recovered', 'Service is as before', { recovered: { within: 1_000, hold: 5_000 } }),
    ],
    checks: [
      { kind: 'fault-outcome', step: 0, outcome },
      { kind: 'measure-acted', measure, action: outcome },
      { kind: 'outage-length', atMostMs: limit },
      { kind: 'recovered', step: 1, withinMs: 1_000, holdMs: 5_000 },
    ],
  })
}
