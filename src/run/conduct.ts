import { untilAnswering } from '../deploy/index.ts'
import type { Fact, Journal, NewFact, PlanRecord } from '../journal/index.ts'
import { allEnded } from '../kit/all-ended.ts'
import type { Clock } from '../kit/clock.ts'
import { asBadgatewayError, type BadgatewayError } from '../kit/errors.ts'
import { askedStack } from '../scenario/index.ts'
import {
  type Acquired,
  type Define,
  type Place,
  type Raised,
  raiseWithStaging,
  releaseHistory,
  type Scene,
  type StackPool,
} from '../stack/index.ts'
import {
  type Alerting,
  noAlerting,
  watchAlerts,
  watchBackends,
  watchMachine,
  watchStack,
  watchTheirAlerts,
} from '../watch/index.ts'
import { closeRun } from './closing.ts'
import { watchDriftWhereAsked } from './drift-watch.ts'
import { type DataCheck, readBefore } from './ends/data.ts'
import { endFaultOf } from './ends/end-fault.ts'
import { recordContainers, recordOwnCalls, recordPace, recordRules, recordStacks } from './evidence.ts'
import { paceOf, unmeasured } from './pace.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { stackReady } from './stack-ready.ts'
import { enterPhase, type Stage } from './stage.ts'
import { awaitSteady } from './steady.ts'
import { tellStory } from './story.ts'
import { startTraffic } from './traffic.ts'

/** One that has said it is ready answers at once: what does not is left to the steady state to tell. */
const backendsReadyMs = 5_000

export interface ConductOptions extends SessionOptions {
  /** Aborts the story; the undo does not hear it. */
  signal: AbortSignal
  onFact: (fact: Fact) => void
  disarmed: boolean
  /** What is raised in place of the scenario's own stack: the one that its plan was made for. */
  define?: Define
  /** Makes the stack in place of raising one that is described here: of containers that somebody else starts. */
  raise?: (place: Place & { signal: AbortSignal }) => Promise<Raised>
  /** Data of the user's that is read before the users come, and once they have gone; absent: none. */
  data?: readonly DataCheck[] | undefined
  /** Lends a stack that other runs use too, to those that change nothing; absent: this run raises one of its own. */
  pool?: StackPool
}

export interface Conducted {
  reason: 'completed' | 'interrupted' | 'failed'
  /** Proven to be as before? */
  clean: boolean
  /** What stopped it; absent when it went to its end, or was never steady. */
  error?: BadgatewayError
}

/**
 * One variant, from nothing to nothing: raise, steady, story, undo, lower. Whatever happens in between, the last two
 * are done, on a clock of their own.
 */
export async function conduct(options: ConductOptions): Promise<Conducted> {
  const session = await openSession(options)
  const { journal } = session
  journal.onFact(options.onFact)
  const broken = new AbortController()
  const stop = (error: BadgatewayError) => broken.abort(error)
  void journal.failed.then(stop)
  void session.guard.lost.then(stop)
  const signal = AbortSignal.any([options.signal, broken.signal])
  let stage: Stage | undefined
  let reason: Conducted['reason'] = 'completed'
  let storyMs = 0
  let error: BadgatewayError | undefined
  try {
    enterPhase(journal, 'raise')
    stage = await raise(options, session, signal, stop)
    enterPhase(journal, 'steady')
    const steady = await readyStage(stage, () => session.engine.docker.ping())
    if (steady) {
      enterPhase(journal, 'story')
      const begin = journal.now()
      const told = await tellStory(stage).finally(() => {
        storyMs = journal.now() - begin
      })
      await recordRules(stage, 'end')
      if (!told) reason = 'failed'
    } else reason = 'failed'
  } catch (thrown) {
    reason = options.signal.aborted ? 'interrupted' : 'failed'
    error = asBadgatewayError(broken.signal.aborted ? broken.signal.reason : thrown)
    noteProblem(journal.write, error)
  }
  const whole = storyMs + (stage ? options.plan.record.steadyMs : 0)
  const { clean, late } = await closeRun(session, stage, { reason, storyMs: whole })
  // A journal or a guard that broke while the run was being closed is told as well: nobody else would.
  error ??= broken.signal.aborted ? asBadgatewayError(broken.signal.reason) : late
  return { reason, clean, ...(error ? { error } : {}) }
}

/** Waits for the steady state, and writes down meanwhile what is there. */
async function readyStage(stage: Stage, ping: () => Promise<unknown>): Promise<boolean> {
  const [steady] = await allEnded([awaitSteady(stage), recordStacks(stage), recordPace(stage, ping)])
  // Only now is it certain that Prometheus has read its rules.
  if (steady) await recordRules(stage, 'start')
  return steady
}

/**
 * For streams and timers, which have nobody to throw to: what cannot be written ends the story, not the process. What
 * they still have to say when the run has ended is no part of it.
 */
export function writerFor(
  journal: Pick<Journal, 'write' | 'onFact'>,
  stop: (error: BadgatewayError) => void,
): (fact: NewFact) => void {
  let over = false
  journal.onFact(({ kind }) => {
    over ||= kind === 'run-ended'
  })
  return (fact) => {
    if (over) return
    try {
      journal.write(fact)
    } catch (thrown) {
      stop(asBadgatewayError(thrown))
    }
  }
}

function noteProblem(write: (fact: NewFact) => Fact, { code, message, hint }: BadgatewayError): void {
  try {
    write({ kind: 'problem', code, message, hint, whose: code === 'INTERNAL' ? 'harness' : 'environment' })
  } catch {
    // The journal itself is what broke: its own error is told by whoever closes it.
  }
}

async function raise(
  options: ConductOptions,
  session: Session,
  signal: AbortSignal,
  stop: (error: BadgatewayError) => void,
): Promise<Stage> {
  const { journal, clock, toT } = session
  const { plan, layout } = options
  const [began, beganMs] = [journal.now(), clock.wall()]
  const { stack, staging, used, anew } = await acquired(options, session, signal)
  session.undo.actOn(stack.runId)
  signal.throwIfAborted()
  const how = { tookMs: journal.now() - began, isUsed: used, anew, isPooled: options.pool !== undefined }
  const { t } = journal.write(stackReady(stack, how))
  const wiring = { clock, write: writerFor(journal, stop), toT }
  const { watchSignal, engine } = session
  recordOwnCalls({ engine, stack, clock, toT }, wiring.write, watchSignal)
  await recordContainers({ journal, stack }, 'ready')
  const isOld = used || stack.description.attached
  const watching = watchStack({ ...wiring, stack, logsFolder: layout.logs, fromMs: isOld ? beganMs : undefined })
  // Rules of theirs may look minutes back: what the run before did is no news of this one. Their own keeps what it has.
  if (used && stack.ownRules && !plan.record.theirs) await stack.prometheus?.forget()
  const alerting = alertingOf(stack, plan.record, { ...wiring, signal: watchSignal })
  watchBackends({ ...wiring, stack, signal: watchSignal })
  watchMachine({ ...wiring, ping: () => engine.docker.ping(), exec: noop(stack), signal: watchSignal })
  const onBroken = (error: Error) => stop(asBadgatewayError(error))
  const users = {
    ...wiring,
    spec: plan.load,
    target: stack.entry,
    siteName: nameIn(stack.description.proxy.host),
    runId: session.runId,
    onBroken,
  }
  const dataBefore = await readBefore(stack, options.data ?? [])
  const traffic = await admitUsers(stack, users, signal).catch(async (thrown: unknown) => {
    await watching.stop()
    throw thrown
  })
  try {
    // One that was lent was raised long ago, and two at once take longer than one.
    const raiseMs = used || staging ? null : t - began
    const raised = { stack, staging, watching, alerting, traffic, dataBefore, signal, write: wiring.write, raiseMs }
    return stageOf(options, session, raised)
  } catch (thrown) {
    // Without a stage nobody would end them, and the process would never end either.
    await Promise.all([traffic.stop(0), watching.stop()])
    throw thrown
  }
}

type Heard = Omit<Parameters<typeof watchAlerts>[0], 'agent' | 'prometheus'>

function alertingOf({ agent, prometheus, alertmanager }: Stage['stack'], plan: PlanRecord, wiring: Heard): Alerting {
  if (!prometheus) return noAlerting
  const { theirs } = plan
  if (!theirs) return watchAlerts({ ...wiring, agent, prometheus })
  const { scrapeMs, settleMs: settleAtMostMs } = theirs
  const isCopy = !plan.unlogged
  return watchTheirAlerts({ ...wiring, prometheus, alertmanager, isCopy, scrapeMs, settleAtMostMs })
}

/** The stack of this run: lent by a pool, or raised for it alone. */
async function acquired(options: ConductOptions, session: Session, signal: AbortSignal): Promise<Acquired> {
  const { plan, pool, raise: raiseOther } = options
  const asked = askedStack(plan.stack, plan.record.measures)
  const { key, define, defineStaging } = options.define ? { key: 'given', define: options.define } : asked
  const raiseAt = ({ runId, labels }: Place) => {
    if (raiseOther) return raiseOther({ runId, labels, signal })
    return raiseWithStaging({ ...options.stack, signal, runId, labels, define, defineStaging })
  }
  if (pool) return await pool.acquire(raiseOther ? 'given' : key, raiseAt)
  return { ...(await raiseAt(session)), used: false }
}

type Users = Parameters<typeof startTraffic>[0] & { clock: Clock }

/** The first user comes when every backend answers: a cache before the site would keep for others what fails him. */
async function admitUsers(stack: Stage['stack'], users: Users, signal: AbortSignal) {
  await untilAnswering(stack, { withinMs: backendsReadyMs, clock: users.clock, signal })
  return await startTraffic(users)
}

/** Of a `Host` the name alone, as a certificate has it. */
const nameIn = (host: string | undefined) => host?.replace(/:\d+$/, '')

/** What costs a container next to nothing, and so shows what a command in it takes at least. */
function noop(stack: Stage['stack']): () => Promise<unknown> {
  const [inside] = stack.byRole('agent')
  return () => inside?.exec(['true']) ?? Promise.resolve()
}

interface Underway extends Pick<Stage, 'stack' | 'watching' | 'alerting' | 'traffic' | 'dataBefore' | 'signal'> {
  staging: Raised['staging']
  write: (fact: NewFact) => void
  raiseMs: number | null
}

function stageOf(options: ConductOptions, session: Session, raised: Underway): Stage {
  const { record: plan, story, load, stack: spec } = options.plan
  const { journal, clock, undo, facts } = session
  const { stack, staging, watching, alerting, traffic, dataBefore, signal, write, raiseMs } = raised
  const registerUndo: Scene['registerUndo'] = (change, why) => undo.register(change, why)
  const { incidentMinuteMs: minuteMs } = plan
  const releases = releaseHistory()
  const inForce: Stage['inForce'] = []
  const place = { stack, measures: new Set(plan.measures), clock, registerUndo, minuteMs }
  const driftWatcher = watchDriftWhereAsked(spec, place, write)
  const scene: Scene = {
    ...place,
    ...(staging ? { staging } : {}),
    ...(driftWatcher ? { driftWatcher } : {}),
    signal,
    surge: traffic.surge,
    releases,
    endFault: endFaultOf({ undo, stack, releases, inForce }),
  }
  const sceneOf = (fault: string): Scene => ({
    ...scene,
    registerUndo: (change, why) => undo.register(change, why, fault),
  })
  const told = { plan, story, load, clock, signal, journal, facts }
  const expiring = { over: new AbortController(), waiting: [] }
  const endDriftWatch = () => driftWatcher?.stop() ?? Promise.resolve()
  return {
    ...told,
    ...{ stack, scene, sceneOf, watching, alerting, traffic, dataBefore },
    data: options.data ?? [],
    disarmed: options.disarmed,
    giveUp: options.pool?.discard,
    active: [],
    inForce,
    expiring,
    endDriftWatch,
    storyStartWallMs: 0,
    pace: paceOf({ ...unmeasured, raiseMs }),
  }
}
