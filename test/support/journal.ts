import { type FactOf, factsOf } from '../../src/journal/facts.ts'
import type { PlanRecord } from '../../src/journal/plan.ts'
import type { RunRecord } from '../../src/journal/record.ts'
import { servedOf, total } from '../../src/kit/ledger.ts'
import { noteAlert, noteEnd, notePulse, noteRaise, noteRestart, noteStep, readyT, storyT } from './journal/frame.ts'
import { type FailureSpan, noteLoad, noteProxyLog } from './journal/load.ts'
import { guardedPlan, outageAlert, outagePlan } from './journal/plan.ts'
import { changed, JournalWriter } from './journal/writer.ts'

export { readyT, storyT } from './journal/frame.ts'
export { outageAlert, outagePlan } from './journal/plan.ts'
export {
  changed,
  JournalWriter,
  killedAt,
  plus,
  renumbered,
  replanned,
  twice,
  wallOf,
  without,
  withoutKind,
} from './journal/writer.ts'

const fault = 'the deploy'
/** The eight before it are those of the containers. */
const faultUndo = 'u9'
type Witnessing = FactOf<'fault-witnessed'>['moment']

export interface OutageOptions {
  /** Ms after the story's start at which requests are served again, null for never; default 66,200. */
  readonly servedAgainMs?: number | null
  /** Was the fault really in force? When not, no request fails and no alert fires. Default true. */
  readonly inForce?: boolean
  readonly plan?: Partial<PlanRecord>
}

function witness(journal: JournalWriter, t: number, moment: Witnessing, present: boolean): void {
  const because = present ? 'the new workers serve configuration 9c1e' : 'the workers serve configuration 41d0'
  journal.at(t, { kind: 'fault-witnessed', fault, moment, present, witness: 'config-hash over HTTP', because })
}

function noteTraffic(journal: JournalWriter, toT: number, failing: readonly FailureSpan[]): void {
  const users = { fromT: readyT + 100, toT, ratePerS: 50, users: 50, failing }
  const pressure = { ...users, ratePerS: 200 }
  const ledger = noteLoad(journal, 'users', users)
  const pressed = noteLoad(journal, 'pressure', pressure)
  noteProxyLog(journal, { ...users, ratePerS: 250 })
  const restarted = factsOf(journal.facts(), 'service-event').length > 0
  noteEnd(journal, toT + 200, { matched: total(ledger) + total(pressed), restarted })
  if (servedOf(ledger) === 0) throw new Error('a believable journal has served requests')
}

/** The deploy: promised, injected, witnessed at its start. */
function noteDeploy(journal: JournalWriter, outcome: FactOf<'fault-injected'>['outcome'], present: boolean): void {
  const files = [{ path: '/etc/nginx/conf.d/upstreams.conf', content: null }]
  const undo = { verb: 'write-files' as const, container: 'aaaaaaaaaaa0', files, signal: 'HUP' as const }
  witness(journal, storyT + 5, 'before', false)
  journal.at(storyT + 22, { kind: 'undo-promised', id: faultUndo, undo, why: 'the configuration before the deploy' })
  journal.at(storyT + 140, {
    kind: 'fault-injected',
    fault,
    faultKind: 'wrong-upstream',
    outcome,
    because: outcome === 'in-force' ? 'new workers serve configuration 9c1e' : `the deploy was ${outcome}`,
    startedT: storyT + 15,
    evidence: { hash: '9c1e', upstream: 'api:8699' },
  })
  witness(journal, storyT + 160, 'start', present)
}

function noteLook(journal: JournalWriter, plan: PlanRecord, step: number, probe: string, finding: string): void {
  const fromT = storyT + (plan.story[step]?.dueMs ?? 0) + 3
  const because = `${probe} says ${finding}`
  journal.at(fromT + 80, { kind: 'observed', probe, finding, because, evidence: { tookMs: 71 } })
  noteStep(journal, plan, { step, fromT, toT: fromT + 90, because })
}

function noteRemedies(journal: JournalWriter, plan: PlanRecord, servedAgainT: number): void {
  const rollback = storyT + 50_003
  journal.at(rollback + 400, {
    kind: 'remedy-applied',
    remedy: 'rollback',
    remedyKind: 'rollback-config',
    ok: false,
    changed: false,
    because: 'the former package needs libssl1.1, which is gone',
    startedT: rollback + 4,
    evidence: { exitCode: 1 },
  })
  noteStep(journal, plan, { step: 5, fromT: rollback, toT: rollback + 410, because: 'refused' })
  const correct = storyT + 65_003
  const end = Math.max(correct + 900, servedAgainT)
  journal.at(end, {
    kind: 'remedy-applied',
    remedy: 'correct-config',
    remedyKind: 'correct-config',
    ok: true,
    changed: true,
    because: 'upstream corrected, Nginx restarted, configuration 41d0 is served',
    startedT: correct + 4,
    evidence: { hash: '41d0' },
  })
  const undone = { kind: 'fault-undone', fault, by: 'remedy', because: 'configuration 41d0 is served' } as const
  journal.at(end + 5, undone)
  noteRestart(journal, correct + 100, end)
  noteStep(journal, plan, { step: 6, fromT: correct, toT: end + 10, because: 'corrected' })
}

/** The incident of March 2025 as it happened, 1 s per minute: a run to which every check says pass. */
export function outageJournal(options: OutageOptions = {}): RunRecord {
  const { servedAgainMs = 66_200, inForce = true } = options
  const plan = outagePlan(options.plan)
  const journal = new JournalWriter()
  const servedAgainT = storyT + (servedAgainMs ?? 66_200)
  const isOver = servedAgainMs !== null
  // A service that does not come back is waited for, to the end of its time and a little longer.
  const restoredT = isOver ? Math.max(storyT + 75_003, servedAgainT) : storyT + 87_003
  noteRaise(journal, plan)
  notePulse(journal, readyT + 400, restoredT + 9_000)
  noteDeploy(journal, 'in-force', inForce)
  noteStep(journal, plan, { step: 0, fromT: storyT + 3, toT: storyT + 170, because: 'deployed' })
  noteStep(journal, plan, { step: 1, fromT: storyT + 172, toT: storyT + 5_100, because: 'fired' })
  noteLook(journal, plan, 2, 'database-healthy', 'healthy')
  noteLook(journal, plan, 3, 'api-requests', 'none')
  noteLook(journal, plan, 4, 'proxy-errors', 'connect-refused')
  witness(journal, storyT + 32_000, 'middle', inForce)
  noteRemedies(journal, plan, servedAgainT)
  witness(journal, storyT + 64_900, 'end', inForce)
  noteStep(journal, plan, {
    step: 7,
    fromT: storyT + 75_003,
    toT: restoredT + 6_000,
    because: isOver ? 'held' : 'did not hold',
    ok: isOver,
  })
  if (inForce) noteAlarm(journal, isOver ? servedAgainT : null)
  const toT = readyT + 100 + Math.ceil((restoredT + 6_500 - readyT - 100) / 1_000) * 1_000
  noteTraffic(journal, toT, inForce ? [{ fromT: storyT + 180, toT: isOver ? servedAgainT : Infinity }] : [])
  noteUndone(journal, toT + 2_300)
  return { plan, facts: journal.facts(), torn: 0 }
}

function noteAlarm(journal: JournalWriter, servedAgainT: number | null): void {
  const line = 'connect() failed (111: Connection refused) while connecting to upstream'
  journal.at(storyT + 300, { kind: 'log-noticed', service: 'proxy-1', reason: 'connect-refused', line, total: 1 })
  noteAlert(journal, outageAlert, 'pending', storyT + 2_100)
  noteAlert(journal, outageAlert, 'firing', storyT + 4_100)
  noteAlert(journal, outageAlert, 'delivered', storyT + 4_600)
  if (servedAgainT === null) return
  noteAlert(journal, outageAlert, 'resolved', servedAgainT + 4_400)
  noteAlert(journal, outageAlert, 'resolve-delivered', servedAgainT + 5_100)
}

function noteUndone(journal: JournalWriter, t: number): void {
  witness(journal, t + 20, 'after', false)
  journal.at(t + 10, { kind: 'undo-done', id: faultUndo, ok: true, by: 'harness', because: 'nothing left to put back' })
}

/** The same incident with one measure that stops it; with `rolled-back` users suffer for 2.4 s. */
export function guardedJournal(measure: string, outcome: 'rejected' | 'rolled-back' | 'kept-off'): RunRecord {
  const plan = guardedPlan(measure, outcome)
  const journal = new JournalWriter()
  const isTaken = outcome === 'rolled-back'
  const actedT = storyT + (isTaken ? 2_580 : 200)
  noteRaise(journal, plan)
  notePulse(journal, readyT + 400, storyT + 26_000)
  noteDeploy(journal, outcome, isTaken)
  const because = `${measure}: upstream api:8699 does not answer`
  journal.at(actedT, { kind: 'measure-acted', measure, action: outcome, because, tookMs: 140, evidence: {} })
  if (isTaken) witness(journal, actedT + 40, 'after', false)
  noteStep(journal, plan, { step: 0, fromT: storyT + 3, toT: Math.max(actedT, storyT + 262) + 50, because: outcome })
  noteStep(journal, plan, { step: 1, fromT: storyT + 20_003, toT: storyT + 25_100, because: 'held for 5 s' })
  const toT = readyT + 31_100
  noteTraffic(journal, toT, isTaken ? [{ fromT: storyT + 180, toT: actedT }] : [])
  noteUndone(journal, toT + 2_300)
  return { plan, facts: journal.facts(), torn: 0 }
}

/** A share of the requests between two instants fails, whatever became of them. */
export function failingBetween(record: RunRecord, fromMs: number, toMs: number, share: number): RunRecord {
  return changed(record, 'load-sample', (fact) => {
    const { fromT, planned, source } = fact
    if (source !== 'users' || fromT < storyT + fromMs || fromT >= storyT + toMs) return {}
    const failed = Math.round(planned * share)
    const [first, last] = failed > 0 ? [fromT + 20, fromT + 980] : [null, null]
    return { ledger: { http_200: planned - failed, http_502: failed }, firstFailedT: first, lastFailedT: last }
  })
}
