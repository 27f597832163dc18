import type { z } from 'zod'
import type { CheckSpec as PlannedCheck, RunRecord } from '../journal/index.ts'
import { unionOf } from '../kit/kind.ts'
import { alertFires } from './behaviour/alert-fires.ts'
import { alertLead } from './behaviour/alert-lead.ts'
import { alertResolves } from './behaviour/alert-resolves.ts'
import { alertsOver } from './behaviour/alerts-over.ts'
import { alertsSilent } from './behaviour/alerts-silent.ts'
import { answerTime } from './behaviour/budgets/answer-time.ts'
import { failedShare } from './behaviour/budgets/failed-share.ts'
import { faultCured } from './behaviour/budgets/fault-cured.ts'
import { toldWithin } from './behaviour/budgets/told-within.ts'
import { crashes } from './behaviour/crashes.ts'
import { dataKept } from './behaviour/data-kept.ts'
import { failedRequests } from './behaviour/failed-requests.ts'
import { failedWith } from './behaviour/failed-with.ts'
import { faultOutcome } from './behaviour/fault-outcome.ts'
import { goodput } from './behaviour/goodput.ts'
import { lookFinds } from './behaviour/look-finds.ts'
import { measureActed } from './behaviour/measure-acted.ts'
import { noOtherAlert } from './behaviour/no-other-alert.ts'
import { noRelapse } from './behaviour/no-relapse.ts'
import { onTime } from './behaviour/on-time.ts'
import { outageBegins } from './behaviour/outage-begins.ts'
import { outageDepth } from './behaviour/outage-depth.ts'
import { outageLength } from './behaviour/outage-length.ts'
import { outageStays } from './behaviour/outage-stays.ts'
import { recovered } from './behaviour/recovered.ts'
import { recoveryGap } from './behaviour/recovery-gap.ts'
import { remedyEffect } from './behaviour/remedy-effect.ts'
import { transactions } from './behaviour/transactions.ts'
import { usersAffected } from './behaviour/users-affected.ts'
import type { Check } from './check.ts'
import { judgeWith } from './judge.ts'
import { read } from './reading.ts'
import { alertTimes } from './validity/alert-times.ts'
import { checksAsked } from './validity/checks-asked.ts'
import { clockSteady } from './validity/clock-steady.ts'
import { deedsTold } from './validity/deeds-told.ts'
import { enoughSamples } from './validity/enough-samples.ts'
import { eventsCame } from './validity/events-came.ts'
import { faultWitnessed } from './validity/fault-witnessed.ts'
import { harnessWell } from './validity/harness-well.ts'
import { incidentClockGate } from './validity/incident-clock.ts'
import { journalWhole } from './validity/journal-whole.ts'
import { ledgerBalanced } from './validity/ledger-balanced.ts'
import { loadAsPlanned } from './validity/load-as-planned.ts'
import { loadHealthy } from './validity/load-healthy.ts'
import { monitorAlive } from './validity/monitor-alive.ts'
import { noForeignHand } from './validity/no-foreign-hand.ts'
import { restored } from './validity/restored.ts'
import { secondsTold } from './validity/seconds-told.ts'
import { steadyBefore } from './validity/steady-before.ts'
import { storyComplete } from './validity/story-complete.ts'
import { undoFirst } from './validity/undo-first.ts'
import type { Finding, Verdict } from './verdict.ts'

/** Asked of every run, in this order: was this an experiment at all? */
export const gates = [
  journalWhole,
  checksAsked,
  storyComplete,
  clockSteady,
  incidentClockGate,
  eventsCame,
  deedsTold,
  steadyBefore,
  undoFirst,
  faultWitnessed,
  noForeignHand,
  harnessWell,
  loadHealthy,
  loadAsPlanned,
  secondsTold,
  ledgerBalanced,
  monitorAlive,
  alertTimes,
  enoughSamples,
  restored,
] as const

/** Every question a scenario can ask: a new one is a file and a line here. */
export const checks = [
  faultOutcome,
  measureActed,
  alertFires,
  alertLead,
  alertResolves,
  alertsOver,
  noOtherAlert,
  alertsSilent,
  onTime,
  lookFinds,
  remedyEffect,
  outageStays,
  recovered,
  noRelapse,
  recoveryGap,
  usersAffected,
  transactions,
  outageBegins,
  outageLength,
  outageDepth,
  failedRequests,
  failedWith,
  failedShare,
  toldWithin,
  answerTime,
  faultCured,
  dataKept,
  goodput,
  crashes,
] as const

/** A question as a scenario writes it; times are numbers of ms, as the names of the fields say. */
export const checkSchema = unionOf(checks)
export type CheckSpec = z.output<typeof checkSchema>

/**
 * The opinion about one variant, from its plan and journal alone; `own`: checks that its scenario brings along. Never
 * throws on what a journal says.
 */
export function judge(record: RunRecord, own: readonly Check[] = []): Verdict {
  return judgeWith({ gates, checks: [...checks, ...own] }, record)
}

/**
 * What this question finds in a record whose plan did not ask it. That it was an experiment at all is asked by `judge`.
 * Never throws on what a journal says.
 */
export function answersTo(record: RunRecord, spec: PlannedCheck): Finding[] {
  const check = checks.find((one) => one.kind === spec.kind)
  return check?.ask(read(record), spec) ?? []
}

export type { CellFigures, EndedBy } from './cell/cell-figures.ts'
export { isSlower } from './cell/felt.ts'
export { type CellRow, cellRow } from './cell/row.ts'
export { classWord } from './cell/sentence.ts'
export {
  type Answer,
  type Check,
  type CheckDefinition,
  defineCheck,
  fail,
  inconclusive,
  pass,
} from './check.ts'
export { compareVariants, type VariantRow } from './compare.ts'
export { type HealingRow, healing } from './healing.ts'
export { type AlertInstance, alertInstances, watchdog } from './reading/alerts.ts'
export { machineRoom } from './reading/machine.ts'
export { type Overhead, overheadOf } from './reading/overhead.ts'
export { goodStretches } from './reading/seconds.ts'
export { type StepSpan, stepSpan } from './reading/steps.ts'
export type { TheirAlert } from './reading/their-alerts.ts'
export { type AlertEpisode, type Outage, type Reading, type RemedyEffect, read, type Second } from './reading.ts'
export { type Finding, type JudgedRemedy, type Relapse, type Status, type Verdict, verdict, worst } from './verdict.ts'
