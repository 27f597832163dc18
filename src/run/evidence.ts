import { cpus, release as kernel, totalmem } from 'node:os'
import type { Evidence } from '../kit/json.ts'

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
