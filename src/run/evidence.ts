import { cpus, release as kernel, totalmem } from 'node:os'
import type { Evidence } from '../kit/json.ts'
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
