import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { type Guard, startGuard, UndoStack } from '../cleanup/index.ts'
import { type Engine, onRecordOf, runLabels, takeSnapshot, type WorldSnapshot } from '../engine/index.ts'
import {
  type Fact,
  type Journal,
  openJournal,
  type PlanRecord,
  planHashOf,
  planRecord,
  type VariantLayout,
} from '../journal/index.ts'
import { type Clock, realClock } from '../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { maskedText } from '../kit/masked.ts'
import type { RaiseOptions } from '../stack/index.ts'
import { environmentOf } from './evidence.ts'
import type { Plan } from './plan.ts'

export interface SessionOptions {
  plan: Plan
  layout: VariantLayout
  engine: Engine
  version: string
  /** What was typed to get this run, for whoever wants to repeat it. */
  command: string
  /** A rehearsal: nothing is injected. */
  disarmed?: boolean
  /** The stack, but for what the plan decides. */
  stack: Omit<RaiseOptions, 'runId' | 'labels' | 'define' | 'signal'>
}

/** What a run needs before anything is started: journal, guard, undo stack, and the world as it was. */
export interface Session {
  readonly runId: string
  readonly labels: Record<string, string>
  readonly clock: Clock
  readonly journal: Journal
  readonly facts: readonly Fact[]
  readonly guard: Guard
  readonly undo: UndoStack
  readonly engine: Engine
  readonly before: WorldSnapshot
  /** Journal time of an epoch instant, ms. */
  readonly toT: (epochMs: number) => number
  /** Ends the watching, which goes on through the undo. */
  readonly watchSignal: AbortSignal
  readonly endWatching: () => void
}

export async function openSession(options: SessionOptions): Promise<Session> {
  const { layout, engine } = options
  const clock = realClock
  const plan = await keepPlan(layout, options.plan.record)
  const runId = randomBytes(5).toString('hex')
  const journal = openJournal(layout.journal, clock)
  const facts: Fact[] = []
  journal.onFact((fact) => facts.push(fact))
  const offset = clock.wall() - journal.now()
  const { docker, dockerHost, info, certPath } = engine
  const before = await takeSnapshot(docker)
  await journal.writeDurably({
    kind: 'run-started',
    format: 1,
    runId,
    scenario: plan.scenario,
    variant: plan.variant,
    title: plan.title,
    incidentMinuteMs: plan.incidentMinuteMs,
    clockStart: plan.clockStart,
    environment: environmentOf({ ...info, dockerHost }, options),
    planHash: planHashOf(plan),
    ...(options.disarmed ? { disarmed: true } : {}),
  })
  const tls = certPath === undefined ? {} : { certPath }
  const guard = await startGuard({ runId, journalFile: layout.journal, dockerHost, ...tls })
  const labels = runLabels({ runId, journalFile: layout.journal })
  const undo = new UndoStack({ docker, journal, guard, runId, agreed: () => onRecordOf(labels).agreed })
  const watching = new AbortController()
  return {
    runId,
    labels,
    clock,
    journal,
    facts,
    guard,
    undo,
    engine,
    before,
    toT: (epochMs) => epochMs - offset,
    watchSignal: watching.signal,
    endWatching: () => watching.abort(),
  }
}

/**
 * Makes the folder and writes the plan. Gives it as it is kept, and vouched for by its hash: without the credentials
 * that requests are sent with.
 */
export async function keepPlan(layout: VariantLayout, planned: PlanRecord): Promise<PlanRecord> {
  const plan = planRecord.parse(JSON.parse(maskedText(planned)))
  try {
    await mkdir(layout.logs, { recursive: true, mode: 0o700 })
    await writeFile(layout.plan, `${JSON.stringify(plan, undefined, 2)}\n`, { flag: 'wx', mode: 0o600 })
    return plan
  } catch (thrown) {
    const message = `Cannot write to ${layout.folder}: ${reasonOf(thrown)}`
    throw new BadgatewayError('RUN_DIR_INVALID', message, 'Choose another folder with --out.', { cause: thrown })
  }
}
