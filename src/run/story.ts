import { factsOf, goodSince, incidentClockOf, leastWindowMs } from '../journal/index.ts'
import { pollUntil } from '../kit/clock.ts'
import type { View } from '../watch/index.ts'
import { letExpire } from './ends/self-expiring.ts'
import { awaitRequests } from './enough.ts'
import { awaitEvent, type Since } from './gates.ts'
import { type ActiveFault, type Stage, type StepResult, see, seeMiddle, wasSeen } from './stage.ts'
import { StoryClock } from './story-clock.ts'
import type { StepThat, StoryStep } from './story-step.ts'

const lateSampleMs = 3_000
/** What all alerts together are given to be over. */
const alertsOverMs = 25_000

/**
 * Tells the story: every step when it is due on the incident's clock, one after the other. False when it ended early
 * because a fault was said to be in force and its witness did not see it: what follows would prove nothing.
 */
export async function tellStory(stage: Stage): Promise<boolean> {
  const incident = new StoryClock(stage.journal)
  stage.storyStartWallMs = stage.clock.wall()
  try {
    if (!(await tellSteps(stage, incident))) {
      if (stage.disarmed) await rehearseLooks(stage)
      return false
    }
    await awaitResolved(stage)
    return true
  } finally {
    incident.stop()
  }
}

/** With nothing in force the story ends early, and its looks are made all the same. */
async function rehearseLooks(stage: Stage): Promise<void> {
  const told = factsOf(stage.facts, 'step-entered').map(({ step }) => step)
  for (const step of stage.story) if (step.does === 'look' && !told.includes(step.step)) await look(stage, step)
}

/** What was done last, and when: what users meet since then is what tells its effect. */
interface Deed {
  does: StoryStep['does']
  began: Since
  endedT: number
}

async function tellSteps(stage: Stage, incident: StoryClock): Promise<boolean> {
  const { journal, plan, signal } = stage
  const told: { endedT: number; deed?: Deed; began: Since } = { endedT: journal.now(), began: momentOf(stage) }
  incident.goOn(0, dueAfter(stage, -1), 'the story begins')
  for (const [index, step] of stage.story.entries()) {
    await awaitTurn(stage, incident, step, told)
    const began = momentOf(stage)
    const { step: number, title, does, detail } = step
    const shownMs = step.untimed ? incident.now() : step.dueMs
    incident.goOn(shownMs, dueAfter(stage, index), `step ${index + 1} is entered`)
    incident.because(`step ${index + 1} (${title}) is not over yet`)
    const clock = step.untimed ? incidentClockOf(stage.facts, plan).clockAt(journal.now()) : step.clock
    journal.write({ kind: 'step-entered', step: number, clock, title, what: { does, ...detail } })
    const { abort, ...result } = await perform(stage, step)
    journal.write({ kind: 'step-ended', step: number, ...result })
    told.endedT = journal.now()
    if (isDeed(does)) Object.assign(told, { deed: { does, began, endedT: told.endedT }, began })
    signal.throwIfAborted()
    if (abort) return false
  }
  await seeMiddle(stage)
  return true
}

/** Waits until a step is due, what came before it has shown what it does, and its event has come. */
async function awaitTurn(
  stage: Stage,
  incident: StoryClock,
  step: StoryStep,
  { endedT, deed, began }: { endedT: number; deed?: Deed; began: Since },
): Promise<void> {
  const { journal } = stage
  const number = step.step + 1
  incident.because(`what was done before step ${number} is given time to show`)
  const isAsked = deed && isTold(deed.does, step.does)
  const earliest = Math.max(endedT + (step.restMs ?? 0), isAsked ? deed.endedT + leastWindowMs : endedT)
  const idleMs = () => Math.max(0, step.untimed ? 0 : step.dueMs - incident.now(), earliest - journal.now())
  await idle(stage, step, idleMs)
  if (isAsked) await awaitRequests(stage, deed.endedT)
  if (step.once !== undefined) incident.because(`step ${number} (${step.title}) waits for its event`)
  await awaitEvent(stage, step, began)
}

/** Nothing is to be done. A fault that a remedy may end now has a middle: it is looked at meanwhile. */
async function idle(stage: Stage, step: StoryStep, idleMs: () => number): Promise<void> {
  const { clock, signal } = stage
  if (step.does !== 'remedy') return await clock.sleep(idleMs(), signal)
  if (stage.active.some((one) => !wasSeen(stage, one, 'middle'))) {
    await clock.sleep(idleMs() / 2, signal)
    await seeMiddle(stage)
  }
  await clock.sleep(Math.max(idleMs(), untilApartMs(stage)), signal)
}

/** Of a fault's time, so much lies between the looks at its middle and its end: at one moment they are one look. */
const apartShare = 0.03

function untilApartMs({ facts, journal, active }: Stage): number {
  const now = journal.now()
  const waits = active.map(({ name }) => {
    const seen = factsOf(facts, 'fault-witnessed').filter(({ fault }) => fault === name)
    const startT = seen.find(({ moment }) => moment === 'start')?.t ?? now
    const middleT = seen.findLast(({ moment }) => moment === 'middle')?.t ?? now
    return apartShare * (now - startT) - (now - middleT)
  })
  return Math.max(0, ...waits)
}

const momentOf = ({ journal, clock }: Stage): Since => ({ t: journal.now(), wall: clock.wall() })

/** When the next step with a time of its own is due, on the incident's clock. */
function dueAfter({ story }: Pick<Stage, 'story'>, index: number): number {
  return story.slice(index + 1).find((step) => !step.untimed)?.dueMs ?? Infinity
}

const isDeed = (does: StoryStep['does']) => does === 'fault' || does === 'remedy'

/** Does a verdict ask what users met between these two? A story that is late must leave something between them. */
function isTold(before: StoryStep['does'], next: StoryStep['does']): boolean {
  return isDeed(next) && (before === 'remedy' || next === 'remedy')
}

async function injectFault(stage: Stage, { name, spec, ready }: StepThat<'fault'>): Promise<StepResult> {
  const { journal } = stage
  const scene = stage.sceneOf(name)
  const active: ActiveFault = { name, fault: ready.make(), releaseBefore: scene.releases.current }
  await see(stage, active, 'before')
  let seenLive = false
  let present = false
  const onLive = async () => {
    seenLive = true
    present = await see(stage, active, 'start')
  }
  const startedT = journal.now()
  const injection = stage.disarmed
    ? ({ outcome: 'in-force', because: 'disarmed: nothing was injected', acts: [], evidence: {} } as const)
    : await active.fault.inject(scene, { onLive })
  for (const act of injection.acts) journal.write({ kind: 'measure-acted', ...act })
  const { outcome, because, evidence } = injection
  journal.write({ kind: 'fault-injected', fault: name, faultKind: spec.kind, outcome, because, startedT, evidence })
  if (outcome === 'in-force') {
    if (!seenLive) present = await see(stage, active, 'start')
    stage.active.push(active)
    stage.inForce.push(active)
    if ('lasts' in injection && injection.lasts) {
      active.end = onlyOnce(injection.lasts.end)
      letExpire(stage, active, { ...injection.lasts, end: active.end })
    }
    if (!present) return { ok: false, because: `nothing is there to experiment with: ${because}`, abort: true }
  } else {
    const stays = await see(stage, active, 'after')
    if (!stays && seenLive) journal.write({ kind: 'fault-undone', fault: name, by: 'measure', because })
  }
  return { ok: true, because: `${outcome}: ${because}` }
}

/** A remedy may end it while its time ends, too. */
function onlyOnce(end: () => Promise<void>): () => Promise<void> {
  let ended: Promise<void> | undefined
  return () => {
    ended ??= end()
    return ended
  }
}

async function look(stage: Stage, { spec, ready }: StepThat<'look'>): Promise<StepResult> {
  for (const active of stage.active) await see(stage, active, 'middle')
  const { stack, facts, watching, storyStartWallMs, clock, journal } = stage
  const times = { storyStartWallMs, wall: () => clock.wall(), now: () => journal.now(), clock }
  const { releases } = stage.scene
  const view: View = { stack, facts, logs: watching.logs, releases, minuteMs: stage.plan.incidentMinuteMs, ...times }
  const observation = await ready.make().look(view)
  journal.write({ kind: 'observed', probe: spec.kind, ...observation })
  return { ok: true, because: `${observation.finding}: ${observation.because}` }
}

async function applyRemedy(stage: Stage, { name, spec, ready }: StepThat<'remedy'>): Promise<StepResult> {
  const { journal, active } = stage
  // Any remedy may be the end of a fault, also one that is not to cure: the middle is what came before.
  for (const one of active) await see(stage, one, 'end')
  const startedT = journal.now()
  const outcome = await ready.make().apply(stage.scene)
  journal.write({ kind: 'remedy-applied', remedy: name, remedyKind: spec.kind, startedT, ...outcome })
  if (outcome.changed) {
    for (const one of [...active]) {
      const awaited = outcome.ok && spec.kind === 'end-fault' && 'fault' in spec && spec.fault === one.name
      const present = await see(stage, one, 'after', { awaited })
      if (present) continue
      active.splice(active.indexOf(one), 1)
      journal.write({ kind: 'fault-undone', fault: one.name, by: 'remedy', because: outcome.because })
    }
  }
  return { ok: true, because: outcome.because }
}

async function awaitRecovery(stage: Stage, { within, hold, measured }: StepThat<'recovered'>): Promise<StepResult> {
  const enteredT = stage.journal.now()
  const held = await pollUntil(
    () => {
      const seen = goodSince(stage.facts, enteredT)
      const heldMs = seen.newestT - seen.goodSince
      return Promise.resolve(heldMs >= hold ? heldMs : undefined)
    },
    {
      withinMs: (within + hold + lateSampleMs) * stage.pace.factor,
      everyMs: 100,
      clock: stage.clock,
      signal: stage.signal,
    },
  )
  if (held === undefined) {
    // What is only measured cannot go wrong.
    return { ok: measured ?? false, because: `service did not hold for ${hold} ms within ${within} ms` }
  }
  return { ok: true, because: `every request was served for ${Math.round(held)} ms` }
}

async function hearAlert(stage: Stage, { alert, awaitedMs }: StepThat<'alert'>): Promise<StepResult> {
  if (awaitedMs === null) {
    return { ok: true, because: 'from here on the alert is waited for; the verdict tells when it came' }
  }
  const withinMs = awaitedMs * stage.pace.factor
  const enteredT = stage.journal.now()
  const delivered = () => {
    const changes = factsOf(stage.facts, 'alert-changed').filter((change) => change.alert === alert)
    return Promise.resolve(changes.find(({ state }) => state === 'delivered')?.seenT)
  }
  const { clock, signal } = stage
  const seenT = await pollUntil(delivered, { withinMs, everyMs: 50, clock, signal })
  // What is done next is done about what is there now.
  for (const active of stage.active) await see(stage, active, 'middle')
  if (seenT === undefined) return { ok: false, because: `${alert} was not delivered within ${Math.round(withinMs)} ms` }
  const because = `${alert} was delivered after ${Math.max(0, Math.round(seenT - enteredT))} ms`
  return { ok: true, because }
}

async function perform(stage: Stage, step: StoryStep): Promise<StepResult> {
  switch (step.does) {
    case 'fault':
      return await injectFault(stage, step)
    case 'alert':
      return await hearAlert(stage, step)
    case 'look':
      return await look(stage, step)
    case 'remedy':
      return await applyRemedy(stage, step)
    case 'note':
      return { ok: true, because: 'said' }
    case 'recovered':
      return await awaitRecovery(stage, step)
  }
}

/**
 * Alerts that the plan wants resolved are given the time the plan gives them, and not a moment longer than they need.
 */
async function awaitResolved(stage: Stage): Promise<void> {
  const { plan, alerting } = stage
  const wanted = plan.checks.filter((check) => check.kind === 'alert-resolves')
  const all = plan.checks.some((check) => check.kind === 'alerts-over')
  const limits = [...wanted.map((check) => Number(check['withinMs'] ?? 0)), ...(all ? [alertsOverMs] : [])]
  if (limits.length === 0) return
  await pollUntil(
    () => {
      const changes = factsOf(stage.facts, 'alert-changed')
      const done = wanted.every((check) => {
        const own = changes.filter((change) => change.alert === check['alert'])
        const last = (state: string) => own.findLastIndex((change) => change.state === state)
        return last('resolve-delivered') >= last('delivered')
      })
      const isOver = !all || alerting.firing().length === 0
      return Promise.resolve(done && isOver ? true : undefined)
    },
    { withinMs: Math.max(...limits) * stage.pace.factor, everyMs: 100, clock: stage.clock, signal: stage.signal },
  )
}
