import { cpus, release as kernel, totalmem } from 'node:os'
import { within } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import type { Evidence } from '../kit/json.ts'
import { ruleEvidence } from '../watch/index.ts'
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

/** Prometheus answers each of some dozens of questions in milliseconds; a machine that is busy takes longer. */
const rulesLimitMs = 15_000

/**
 * What alert rules there are and, at the end, what they had to look at. Told as a problem when Prometheus cannot be
 * asked: then no verdict rests on an alert's silence.
 */
export async function recordRules(
  { journal, stack, storyStartWallMs, clock }: Pick<Stage, 'journal' | 'stack' | 'storyStartWallMs' | 'clock'>,
  moment: 'start' | 'end',
): Promise<void> {
  const overMs = moment === 'start' ? 0 : clock.wall() - storyStartWallMs
  try {
    journal.write(await within(rulesLimitMs, 'asking for rules', ruleEvidence(stack.agent, moment, overMs)))
  } catch (thrown) {
    const message = `Prometheus was asked in vain which rules it has: ${reasonOf(thrown)}`
    const hint = 'No verdict is made of the silence of an alert.'
    journal.write({ kind: 'problem', code: 'MONITOR_FAILED', message, hint, whose: 'harness' })
  }
}
