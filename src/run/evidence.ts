import { cpus, release as kernel, totalmem } from 'node:os'
import { type Engine, hearOwnCalls } from '../engine/index.ts'
import { factsOf, type NewFact } from '../journal/index.ts'
import { type Clock, within } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import type { Evidence } from '../kit/json.ts'
import type { Stack } from '../stack/index.ts'
import { ruleEvidence } from '../watch/index.ts'
import { measurePace, paceOf } from './pace.ts'
import type { Stage } from './stage.ts'

/** Where a run took place: what two runs must share to be compared. */
export function environmentOf(engine: Evidence, made: { version: string; command: string }): Evidence {
  const [first] = cpus()
  return {
    badgateway: made.version,
    command: made.command,
    node: process.versions.node,
    kernel: kernel(),
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    engine,
  }
}

/** What the stacks are made of before anything is done to them, so that this run's can be compared with another one. */
export async function recordStacks({ journal, scene }: Pick<Stage, 'journal' | 'scene'>): Promise<void> {
  const stacks = { production: scene.stack, ...(scene.staging ? { staging: scene.staging } : {}) }
  await Promise.all(
    Object.entries(stacks).map(async ([name, stack]) => {
      journal.write({ kind: 'stack-snapshot', stack: name, snapshot: await stack.snapshot() })
    }),
  )
}

/** Each container as the engine knows it now. What cannot be looked at does not run. */
export async function recordContainers(
  { journal, stack }: Pick<Stage, 'journal' | 'stack'>,
  moment: 'ready' | 'end',
): Promise<void> {
  const gone = { running: false, paused: false, startedAt: '', memoryLimit: null }
  const services = await Promise.all(
    stack.services.map(async (service) => {
      const { running, paused, startedAt, memoryLimit } = await service.state().catch(() => gone)
      return { service: service.name, container: service.containerId, running, paused, startedAt, memoryLimit }
    }),
  )
  journal.write({ kind: 'stack-seen', moment, services })
}

/** Has everything noted that this process asks the engine to do to a container; until the signal. */
export function recordOwnCalls(
  {
    engine,
    stack,
    clock,
    toT,
  }: { engine: Pick<Engine, 'docker'>; stack: Stack; clock: Clock; toT: (wallMs: number) => number },
  write: (fact: NewFact) => void,
  signal: AbortSignal,
): void {
  const names = new Map<string, string>()
  const stop = hearOwnCalls(
    engine,
    () => clock.wall(),
    ({ call, container, startedMs, ok }) => {
      for (const { containerId, name } of stack.services) names.set(containerId, name)
      const service = names.get(container)
      // Another run of this process, or a container that is no service: its events are not followed either.
      if (service === undefined) return
      write({ kind: 'engine-called', call, service, container, startedT: toT(startedMs), ok })
    },
  )
  signal.addEventListener('abort', stop, { once: true })
}

/** Prometheus answers each of some dozens of questions in milliseconds; a machine that is busy takes longer. */
const rulesLimitMs = 15_000

/**
 * What alert rules there are and, at the end, what they had to look at. Told as a problem when Prometheus cannot be
 * asked: then no verdict rests on an alert's silence.
 */
export async function recordRules(
  {
    journal,
    stack,
    storyStartWallMs,
    clock,
    plan: { theirs },
  }: Pick<Stage, 'journal' | 'stack' | 'storyStartWallMs' | 'clock' | 'plan'>,
  moment: 'start' | 'end',
): Promise<void> {
  // What is asked seldom may have no sample in a story of seconds.
  const least = theirs ? 2 * theirs.scrapeMs + theirs.evaluateMs : 0
  const overMs = moment === 'start' ? 0 : Math.max(least, clock.wall() - storyStartWallMs)
  const { prometheus } = stack
  if (!prometheus) return
  try {
    journal.write(
      await within(
        rulesLimitMs,
        'asking for rules',
        ruleEvidence(prometheus, moment, { overMs, scrapeMs: theirs?.scrapeMs }),
      ),
    )
  } catch (thrown) {
    const message = `Prometheus did not answer which rules it has: ${reasonOf(thrown)}`
    const hint = 'No verdict is made of the silence of an alert.'
    journal.write({ kind: 'problem', code: 'MONITOR_FAILED', message, hint, whose: 'harness' })
  }
}

/** How slow this machine is while the stack is up: for every limit of waiting, and for whoever reads the verdict. */
export async function recordPace(stage: Stage, ping: () => Promise<unknown>): Promise<void> {
  const { journal, stack, clock, facts } = stage
  const [inside] = stack.byRole('agent')
  const exec = () => inside?.exec(['true']) ?? Promise.reject(new Error('there is no agent'))
  const ready = factsOf(facts, 'stack-ready')[0]
  const raiseMs = ready && !ready.used && !stage.scene.staging ? ready.tookMs : null
  const measured = await measurePace({ clock, ping, exec }, raiseMs)
  stage.pace = paceOf(measured)
  journal.write({ kind: 'pace-measured', ...measured, ...stage.pace })
}
