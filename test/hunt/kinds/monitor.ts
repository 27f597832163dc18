import { type Fact, type FactOf, factsOf } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { change, drop, dropKind, firstFault, put, type Sabotage, sabotage, story, wallAt } from '../edit.ts'

type Change = FactOf<'alert-changed'>

/** An alert that a check waits for, and that fired after the fault. */
function awaited(r: RunRecord): string | undefined {
  const asked = r.plan.checks.filter(({ kind }) => kind === 'alert-fires').map((check) => check['alert'])
  return factsOf(r.facts, 'alert-changed').find(({ alert, state }) => asked.includes(alert) && state === 'firing')
    ?.alert
}

const ofAwaited = (r: RunRecord, state: Change['state'], to: (change: Change) => Partial<Change>) => {
  const name = awaited(r)
  const faultT = firstFault(r)?.startedT ?? 0
  return name === undefined
    ? undefined
    : change(r, 'alert-changed', (one) =>
        one.alert === name && one.state === state && one.seenT > faultT ? to(one) : {},
      )
}

const before = (r: RunRecord, ms: number) => ({ promAt: wallAt(r, (firstFault(r)?.startedT ?? 0) - ms) })
const isMonitor = (fact: Fact): fact is FactOf<'monitor-sample'> => fact.kind === 'monitor-sample'
const scraping = 'that the monitoring was up and scraping'
const timely = 'that the alert came when it is said to'

const rules = (r: RunRecord, to: Record<string, string> | null) =>
  change(r, 'stack-snapshot', ({ snapshot }) => ({ snapshot: { ...snapshot, rules: to } }))

/** Monitoring, and the alerts it gave. */
export const monitorKinds: readonly Sabotage[] = [
  sabotage('no sign of life of the monitor', scraping, (r) => dropKind(r, 'monitor-sample')),
  sabotage('deaf for five seconds', scraping, (r) =>
    drop(r, (fact) => isMonitor(fact) && Math.abs(fact.t - story(r).midT) < 2_600),
  ),
  sabotage('deaf from the middle on', scraping, (r) => drop(r, (fact) => isMonitor(fact) && fact.t > story(r).midT)),
  sabotage('deaf at the begin', scraping, (r) =>
    drop(r, (fact) => isMonitor(fact) && fact.t > story(r).fromT - 900 && fact.t < story(r).fromT + 4_500),
  ),
  sabotage('not alive', scraping, (r) =>
    change(r, 'monitor-sample', ({ t }) => (t > story(r).midT ? { alive: false } : {})),
  ),
  sabotage('a Watchdog that stopped', scraping, (r) =>
    change(r, 'monitor-sample', ({ t }) => (t > story(r).midT ? { watchdogAgeMs: 60_000 } : {})),
  ),
  sabotage('a Watchdog that never came', scraping, (r) =>
    drop(r, (fact) => fact.kind === 'alert-changed' && fact.alert === 'Watchdog'),
  ),
  sabotage('no target up', scraping, (r) =>
    change(r, 'monitor-sample', ({ targetsUp, targetsDown }) => ({
      targetsUp: 0,
      targetsDown: [...targetsDown, ...Array.from({ length: targetsUp }, (_, one) => `backend web-${one}`)],
    })),
  ),
  sabotage('no target at all', scraping, (r) => change(r, 'monitor-sample', () => ({ targetsUp: 0, targetsDown: [] }))),
  sabotage('no target up, from the middle on', scraping, (r) =>
    change(r, 'monitor-sample', ({ t }) => (t > story(r).midT ? { targetsUp: 0, targetsDown: [] } : {})),
  ),
  sabotage('a dead target', scraping, (r) =>
    change(r, 'monitor-sample', ({ targetsUp, targetsDown }) => ({
      targetsUp: targetsUp - 1,
      targetsDown: [...targetsDown, 'postgres database'],
    })),
  ),
  sabotage('the exporter dead', scraping, (r) =>
    change(r, 'monitor-sample', ({ t, targetsUp, targetsDown }) =>
      t > story(r).midT ? { targetsUp: targetsUp - 1, targetsDown: [...targetsDown, 'nginx agent'] } : {},
    ),
  ),
  sabotage('targets that vanish', scraping, (r) =>
    change(r, 'monitor-sample', ({ t, targetsUp }) => (t > story(r).midT ? { targetsUp: targetsUp - 2 } : {})),
  ),
  sabotage('no rules', scraping, (r) => rules(r, {})),
  sabotage('rules unknown', scraping, (r) => rules(r, null)),
  sabotage("only the Watchdog's rule", scraping, (r) => rules(r, { 'alert Watchdog in general.yml': 'a' })),
  sabotage('no snapshot of the stack', scraping, (r) => dropKind(r, 'stack-snapshot')),
  sabotage('an alert that never came', timely, (r) =>
    awaited(r) ? drop(r, (fact) => fact.kind === 'alert-changed' && fact.alert === awaited(r)) : undefined,
  ),
  sabotage('an alert that was never delivered', timely, (r) => {
    const asked = r.plan.checks.some(
      (check) => check.kind === 'alert-fires' && check['alert'] === awaited(r) && 'deliveredWithinMs' in check,
    )
    return asked
      ? drop(r, (fact) => fact.kind === 'alert-changed' && fact.alert === awaited(r) && fact.state === 'delivered')
      : undefined
  }),
  sabotage('pending before the fault, by Prometheus', timely, (r) => ofAwaited(r, 'pending', () => before(r, 2_000))),
  sabotage('firing before the fault, by Prometheus', timely, (r) => ofAwaited(r, 'firing', () => before(r, 3_000))),
  sabotage('begun before the fault, by Alertmanager', timely, (r) => ofAwaited(r, 'delivered', () => before(r, 4_000))),
  sabotage('pending before the fault, as we saw it', timely, (r) => {
    const name = awaited(r)
    const one = factsOf(r.facts, 'alert-changed').find(({ alert, state }) => alert === name && state === 'firing')
    const t = (firstFault(r)?.startedT ?? 0) - 1_500
    if (!one) return undefined
    const { n: _n, t: _t, at: _at, ...fact } = one
    return put(r, t, { ...fact, state: 'pending', promAt: wallAt(r, t - 200), seenAt: wallAt(r, t), seenT: t })
  }),
  sabotage('firing before the fault, as we saw it', 'that all was well before', (r) => {
    const one = factsOf(r.facts, 'alert-changed').find(({ alert, state }) => alert === awaited(r) && state === 'firing')
    const t = story(r).fromT - 900
    if (!one) return undefined
    const { n: _n, t: _t, at: _at, ...fact } = one
    return put(r, t, { ...fact, promAt: wallAt(r, t), seenAt: wallAt(r, t), seenT: t })
  }),
  sabotage('seen sooner than it was there', timely, (r) =>
    ofAwaited(r, 'firing', ({ seenT }) => ({ promAt: wallAt(r, seenT + 20_000) })),
  ),
  sabotage('without a time of Prometheus', timely, (r) => ofAwaited(r, 'firing', () => ({ promAt: null }))),
  sabotage('seen at two moments', timely, (r) => ofAwaited(r, 'firing', ({ seenT }) => ({ seenT: seenT - 2_000 }))),
  sabotage('seen after it was noted', timely, (r) =>
    ofAwaited(r, 'delivered', ({ t }) => ({ seenT: t + 5_000, seenAt: wallAt(r, t + 5_000) })),
  ),
  sabotage('seen long after it fired', timely, (r) =>
    ofAwaited(r, 'firing', ({ seenT }) => ({ promAt: wallAt(r, seenT - 40_000) })),
  ),
]
