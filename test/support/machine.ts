import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { z } from 'zod'

/** Milliseconds that `work` takes on a quiet machine of the usual two cores. */
const usualMs = 12

/** The same work each time: nothing but the processor is asked. */
function work(): number {
  const begun = performance.now()
  let sum = 0
  for (let turn = 0; turn < 6_000_000; turn += 1) sum = (sum * 31 + turn) % 1_000_003
  return performance.now() - begun + (sum < 0 ? 1 : 0)
}

/** How many times slower this machine is now than the usual one when it is quiet: from 1 to 10. */
export function measureSlowness(): number {
  const tookMs = Array.from({ length: 3 }, work).sort((a, b) => a - b)
  return Math.min(10, Math.max(1, (tookMs[1] ?? usualMs) / usualMs))
}

/** What a test, and what happens before it, may take on the usual machine, in ms: whoever takes longer hangs. */
export const limitsMs = {
  unit: { test: 30_000, hook: 30_000 },
  docker: { test: 240_000, hook: 420_000 },
} as const

/** Under this name tests are told how slow the machine is. */
export const slownessVariable = 'BADGATEWAY_TEST_SLOWNESS'

/**
 * A limit that only keeps a test from hanging, in ms: what is enough on a quiet machine, times what this one needs. It
 * is no bound of what is tested, so it is threefold on every machine.
 */
export function patience(quietMs: number): number {
  return Math.round(3 * quietMs * Number(process.env[slownessVariable] ?? 1))
}

const doctor = z.object({ capacity: z.object({ stacksAtOnce: z.int().min(1) }).nullish() })
const onUnits = ['unit', 'measured']

/** Does this command line of Vitest play nothing but tests without containers? Then no engine is asked. */
export function playsOnlyUnits(argv: readonly string[]): boolean {
  const projects = argv.flatMap((word, at) => {
    if (word.startsWith('--project=')) return [word.slice('--project='.length)]
    return word === '--project' ? [argv[at + 1] ?? ''] : []
  })
  return projects.length > 0 && projects.every((name) => onUnits.includes(name))
}

/**
 * Stacks that may be raised at once: what `BADGATEWAY_STACKS` says, else what the doctor finds sound on this machine
 * now, else one for each core; three at most.
 */
export function stacksAtOnce(env: NodeJS.ProcessEnv, argv: readonly string[]): number {
  const said = Number(env['BADGATEWAY_STACKS'])
  if (Number.isInteger(said) && said > 0) return said
  return Math.min(3, (playsOnlyUnits(argv) ? undefined : examined()) ?? availableParallelism())
}

/** Undefined when the doctor does not say: tests that need an engine say why themselves. */
function examined(): number | undefined {
  const cli = new URL('../../src/cli.ts', import.meta.url).pathname
  const { stdout } = spawnSync(process.execPath, [cli, 'doctor', '--json'], { encoding: 'utf8', timeout: 120_000 })
  try {
    return doctor.parse(JSON.parse(stdout)).capacity?.stacksAtOnce
  } catch {
    return undefined
  }
}
