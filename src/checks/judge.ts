import type { RunRecord } from '../journal/index.ts'
import type { Check } from './check.ts'
import { overheadOf } from './reading/overhead.ts'
import { deadRules } from './reading/rules.ts'
import { type Outage, type Reading, read } from './reading.ts'
import { restoredAnswer } from './validity/restored.ts'
import { type Finding, type Relapse, type Status, type Verdict, worst } from './verdict.ts'

/** What is asked of a record: gates always, checks when the plan names them. */
export interface Questions {
  readonly gates: readonly Check[]
  readonly checks: readonly Check[]
}

/**
 * Validity before behaviour: with one gate that did not pass this was no experiment, whatever came out of it; the
 * verdict is inconclusive, and no failure is held against the system, for a dead injector or a drowned load generator
 * would look the same. Otherwise the worst answer wins. Every check of the plan is answered. Pure.
 */
export function judgeWith({ gates, checks }: Questions, record: RunRecord): Verdict {
  const reading = read(record)
  const validity = gates.flatMap((gate) => gate.ask(reading, { kind: gate.kind }))
  const behaviour = reading.plan.checks.flatMap((spec) => {
    const check = checks.find((one) => one.kind === spec.kind)
    return check ? check.ask(reading, spec) : [unknownKind(spec.kind, checks)]
  })
  const broken = validity.filter((finding) => finding.status !== 'pass')
  const isValid = broken.length === 0 && validity.length > 0
  const findings = [...validity, ...(isValid ? behaviour : behaviour.map((finding) => unheld(finding, broken)))]
  return { status: isValid ? worst(statusesOf(behaviour)) : 'inconclusive', findings, ...figuresOf(reading) }
}

const statusesOf = (findings: readonly Finding[]): Status[] => findings.map((finding) => finding.status)

/** A failure in a run that was no experiment: said, but not held against the system. */
function unheld(finding: Finding, broken: readonly Finding[]): Finding {
  if (finding.status !== 'fail') return finding
  const gates = [...new Set(broken.map((gate) => gate.check))].join(', ')
  const because = `${finding.because} (not held against the system: ${gates || 'validity'} did not pass)`
  return { ...finding, status: 'inconclusive', because }
}

function unknownKind(kind: string, checks: readonly Check[]): Finding {
  const known = checks.map((check) => check.kind).join(', ')
  return {
    check: kind,
    about: 'behaviour',
    status: 'inconclusive',
    title: `An unknown question: ${kind}`,
    because: `there is no check '${kind}'; there are ${known}`,
    facts: [],
    step: null,
  }
}

const inSeconds = (ms: number | null | undefined): number | null => (typeof ms === 'number' ? ms / 1_000 : null)

function figuresOf(reading: Reading): Omit<Verdict, 'status' | 'findings'> {
  const { plan, outage, detection, cause, recoverMs, gapMs, backends, ledger, facts } = reading
  const wellT = backends?.wellT ?? null
  const dead = deadRules(facts)
  return {
    scenario: plan.scenario,
    variant: plan.variant,
    outage,
    timeToDetectSeconds: inSeconds(detection?.afterMs),
    detectedBy: detection?.alert ?? null,
    causeNamedBy: cause?.alert ?? null,
    causeNamedAfterSeconds: inSeconds(cause?.afterMs),
    causeNamedFrom: cause?.from ?? null,
    remedies: reading.remedies.map(({ step, remedy, kind, judgement, because, facts: numbers }) => {
      return { step, remedy, kind, judgement, because, facts: [...numbers] }
    }),
    relapses: relapsesOf(reading.outages),
    backendsRecoveredSeconds: wellT === null || outage.fromT === null ? null : (wellT - outage.fromT) / 1_000,
    recoveryGapSeconds: inSeconds(gapMs),
    timeToRecoverSeconds: inSeconds(recoverMs),
    ...(dead ? { deadRules: dead } : {}),
    ledger,
    ...machineFigures(reading),
    ...overheadFigures(reading),
    clean: restoredAnswer(facts).status === 'pass',
  }
}

function machineFigures({ machine }: Reading): Pick<Verdict, 'machine'> {
  if (machine.samples.length === 0) return {}
  const { seenMs, starvedMs, lostMs } = machine.between(0, Number.POSITIVE_INFINITY)
  const [watchedSeconds, starvedSeconds, lostSeconds] = [seenMs / 1_000, starvedMs / 1_000, lostMs / 1_000]
  return { machine: { watchedSeconds, starvedSeconds, lostSeconds } }
}

function overheadFigures(reading: Reading): Pick<Verdict, 'overhead'> {
  const overhead = overheadOf(reading)
  if (!overhead) return {}
  return {
    overhead: {
      openSeconds: overhead.openMs / 1_000,
      raiseSeconds: overhead.raiseMs / 1_000,
      steadySeconds: overhead.steadyMs / 1_000,
      undoSeconds: overhead.undoMs / 1_000,
      lowerSeconds: overhead.lowerMs / 1_000,
      totalSeconds: overhead.totalMs / 1_000,
    },
  }
}

/** Every outage but the first: service had held in between, or they were one. */
function relapsesOf(outages: readonly Outage[]): Relapse[] {
  return outages.slice(1).map(({ fromT, toT, failedRequests }, index) => ({
    fromT,
    heldSeconds: (fromT - (outages[index]?.recoveredT ?? fromT)) / 1_000,
    seconds: (toT - fromT) / 1_000,
    failedRequests,
  }))
}
