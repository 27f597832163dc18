import {
  type Fact,
  factsOf,
  type IncidentClock,
  incidentClockOf,
  type PlanRecord,
  type RunRecord,
} from '../journal/index.ts'
import { add, type Ledger } from '../kit/ledger.ts'
import { type AlertEpisode, alertEpisodes, alertInstances, firstDetection } from './reading/alerts.ts'
import { type BackendsSeen, backendsSeen } from './reading/backends.ts'
import { type CauseNamed, causeNamed } from './reading/cause.ts'
import { type MachineRoom, machineRoom } from './reading/machine.ts'
import { type MonitorHealth, monitorHealth } from './reading/monitor.ts'
import { touchedServices } from './reading/named-services.ts'
import { findOutages, type Outage, summaryOf } from './reading/outages.ts'
import { defaultSettleMs, type RemedyEffect, remedyEffects } from './reading/remedies.ts'
import { type Second, secondMs, secondsOf } from './reading/seconds.ts'
import { storyEndOf, storyStartOf } from './reading/story-clock.ts'
import { tellingOf, theirHealth } from './reading/their-alerts.ts'

export type { AlertEpisode } from './reading/alerts.ts'
export type { Outage } from './reading/outages.ts'
export type { RemedyEffect } from './reading/remedies.ts'
export type { Second } from './reading/seconds.ts'

/** What follows from the journal: shared by checks and reporters. Instants are monotonic ms since the run started. */
export interface Reading {
  readonly plan: PlanRecord
  readonly facts: readonly Fact[]
  readonly torn: number
  /** Null when the story never began. */
  readonly storyFromT: number | null
  readonly storyToT: number
  /** When the first injection was begun, whatever became of it; without one, the story's begin. */
  readonly faultT: number | null
  /** What the users met, second by second, over the whole run. */
  readonly seconds: readonly Second[]
  /** Only those seconds that touch the story. */
  readonly storySeconds: readonly Second[]
  readonly outages: readonly Outage[]
  readonly outage: ReturnType<typeof summaryOf>
  /** Failed requests since the fault, those of single bad moments too. */
  readonly failedSinceFault: number
  readonly alerts: readonly AlertEpisode[]
  /** Those of them that may tell of what was done. */
  readonly telling: readonly AlertEpisode[]
  readonly monitor: MonitorHealth
  /** Whether the machine had room for it. */
  readonly machine: MachineRoom
  /** First delivered alert, after the first failed request, that tells somebody. */
  readonly detection: { readonly alert: string; readonly t: number; readonly afterMs: number } | null
  /** First delivered alert, since the injection, that names the cause. */
  readonly cause: CauseNamed | null
  /** What each remedy did to the users, in order. */
  readonly remedies: readonly RemedyEffect[]
  /** How the backends were in the outage, seen past the proxy. */
  readonly backends: BackendsSeen | null
  /** From the first failed request until service held again after the last outage; null when none or never. */
  readonly recoverMs: number | null
  /** From the backends being well for good until the users were; negative when the users were first. */
  readonly gapMs: number | null
  /** All requests of the users by class: as closed, or what the samples say when a kill kept it open. */
  readonly ledger: Ledger
  /** The incident's own clock, which stands where the harness takes longer than the story gives it. */
  readonly incident: IncidentClock
  /** What it shows, `HH:MM`; `--:--` when the story never began. */
  clockAt(t: number): string
}

/** Reads a record: everything that a verdict or a report derives from it. Pure. */
export function read(record: RunRecord): Reading {
  const { plan, facts, torn } = record
  const storyFromT = storyStartOf(facts)
  const storyToT = storyEndOf(facts)
  const injected = factsOf(facts, 'fault-injected').map((fact) => fact.startedT)
  const faultT = injected.length > 0 ? Math.min(...injected) : storyFromT
  const seconds = secondsOf(facts)
  const outages = faultT === null ? [] : findOutages(seconds, faultT)
  const incident = incidentClockOf(facts, plan)
  const outage = summaryOf(outages, incident)
  const alerts = alertEpisodes(alertInstances(facts))
  const telling = tellingOf(alerts, plan, faultT)
  const told = outage.fromT === null ? null : firstDetection(telling, outage.fromT)
  const recoveredT = outages.at(-1)?.recoveredT ?? null
  const backends = backendsSeen(facts, outage.fromT, storyToT)
  const wellT = backends?.wellT ?? null
  const touched = touchedServices(record)
  return {
    plan,
    facts,
    torn,
    storyFromT,
    storyToT,
    faultT,
    seconds,
    storySeconds: touching(seconds, storyFromT, storyToT),
    outages,
    outage,
    failedSinceFault: failedSince(seconds, faultT),
    alerts,
    telling,
    machine: machineRoom(facts),
    monitor: plan.theirs
      ? theirHealth(facts, storyFromT ?? 0, storyToT)
      : monitorHealth(facts, storyFromT ?? 0, storyToT, (service) => touched.has(service)),
    detection: told && outage.fromT !== null ? { ...told, afterMs: told.t - outage.fromT } : null,
    cause: causeNamed(alerts, plan.causeAlerts, { faultT, firstFailedT: outage.fromT }),
    remedies: remedyEffects({ facts, seconds, outages, faultT, storyToT }, (step) => settleMsOf(plan, step)),
    backends,
    gapMs: recoveredT === null || wellT === null ? null : recoveredT - wellT,
    recoverMs: recoveredT === null || outage.fromT === null ? null : recoveredT - outage.fromT,
    ledger: usersLedger(facts),
    incident,
    clockAt: (t) => (storyFromT === null ? '--:--' : incident.clockAt(t)),
  }
}

/** How long the step's own check waits before it looks for an effect. */
function settleMsOf({ checks }: PlanRecord, step: number | null): number {
  const settleMs = checks.find((check) => check.kind === 'remedy-effect' && check['step'] === step)?.['settleMs']
  return typeof settleMs === 'number' ? settleMs : defaultSettleMs
}

function touching(seconds: readonly Second[], fromT: number | null, toT: number): Second[] {
  return fromT === null ? [] : seconds.filter((second) => second.fromT + secondMs > fromT && second.fromT < toT)
}

function failedSince(seconds: readonly Second[], faultT: number | null): number {
  if (faultT === null) return 0
  const since = seconds.filter((second) => second.failed > 0 && second.lastFailedT >= faultT)
  return since.reduce((sum, second) => sum + second.failed, 0)
}

function usersLedger(facts: readonly Fact[]): Ledger {
  const closed = factsOf(facts, 'ledger-closed').filter((fact) => fact.source === 'users')
  const samples = factsOf(facts, 'load-sample').filter((fact) => fact.source === 'users')
  return (closed.length > 0 ? closed : samples).reduce<Ledger>((sum, fact) => add(sum, fact.ledger), {})
}
