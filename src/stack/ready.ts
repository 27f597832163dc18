import type Dockerode from 'dockerode'
import { lastLogLines, linesOf } from '../engine/index.ts'
import { type Clock, pollUntil, realClock } from '../kit/clock.ts'
import { BadgatewayError } from '../kit/errors.ts'
import type { Exec } from './exec.ts'

const leastLimitMs = 45_000
const lookAgainMs = 100
/** A start that took so long once may take longer on a busier machine. */
const spare = 3
/** What the engine takes where a health check does not say: interval and timeout of 30 s, and 3 tries. */
const usualMs = 30_000
const usualTries = 3
const nanoseconds = 1e6

/** How a container is asked whether it is well, as its image or its owner says. Times: ns; 0 or absent: the usual. */
export interface HealthCheck {
  Test?: string[] | undefined
  Interval?: number | undefined
  Timeout?: number | undefined
  StartPeriod?: number | undefined
  Retries?: number | undefined
}

/** The health check as argv; undefined: it has none. Pure. */
export function checkIn({ Test: test = [] }: HealthCheck, shell: readonly string[] = []): string[] | undefined {
  const [how, ...words] = test
  if (how === 'CMD') return words
  return how === 'CMD-SHELL' ? [...(shell.length > 0 ? shell : ['/bin/sh', '-c']), ...words] : undefined
}

/**
 * For so long it is waited for, ms: at least what its health check may take before the engine calls it unhealthy, and
 * a multiple of what was measured. Pure.
 */
export function readyLimitOf(check: HealthCheck | undefined, measuredMs = 0): number {
  if (!check?.Test?.length) return Math.max(leastLimitMs, spare * measuredMs)
  const ms = (value: number | undefined, usual: number) => (value ? value / nanoseconds : usual)
  const tries = (check.Retries || usualTries) + 1
  const told = ms(check.StartPeriod, 0) + tries * (ms(check.Interval, usualMs) + ms(check.Timeout, usualMs))
  return Math.max(leastLimitMs, told, spare * measuredMs)
}

export interface Waiting {
  container: Dockerode.Container
  name: string
  exec: Exec
  /** Is its port listened on? Absent: nobody knows a port. Asked only where it has no health check. */
  listens?: (() => Promise<boolean>) | undefined
  /** The longest that it was seen to take, ms. */
  measuredMs?: number | undefined
  clock?: Clock
  signal?: AbortSignal | undefined
}

/**
 * Waits until a container is healthy by its own check, or, where it has none, runs and listens; gives the ms that it
 * took from its start. The check is asked here too: the engine asks it for the first time after its interval.
 * SERVICE_NOT_READY with its last words when it ends, or the limit is over.
 */
export async function untilRunning(waiting: Waiting): Promise<number> {
  const { container, name, clock = realClock, signal } = waiting
  const { Config: config } = await container.inspect()
  const found = healthOf(config)
  const withinMs = readyLimitOf(found?.check, waiting.measuredMs)
  let doubt = 'it does not run'
  const end = await pollUntil(
    async () => {
      const { State: state } = await container.inspect()
      const isOver = !state.Running && !state.Restarting && state.Status === 'exited'
      if (isOver) return { because: `ended with exit code ${state.ExitCode}` }
      const well = state.Running ? await isWell(waiting, state, found?.argv) : doubt
      if (well === undefined) return { tookMs: Math.max(0, clock.wall() - Date.parse(state.StartedAt)) }
      doubt = well
      return undefined
    },
    { withinMs, everyMs: lookAgainMs, clock, ...(signal ? { signal } : {}) },
  )
  if (end?.tookMs !== undefined) return end.tookMs
  const because = end?.because ?? `was not ready within ${withinMs / 1_000} s of its start (${doubt})`
  const said = linesOf(await container.logs({ follow: false, stdout: true, stderr: true, tail: 10 }))
  const message = `${name} ${because}. It said: ${lastLogLines(said)}`
  throw new BadgatewayError('SERVICE_NOT_READY', message, 'Its log, and its health check, tell why.')
}

/** The same limit, of a container that is there. */
export async function readyLimit(container: Dockerode.Container, measuredMs: number): Promise<number> {
  const { Config: config } = await container.inspect()
  return readyLimitOf(config.Healthcheck, measuredMs)
}

function healthOf(config: Dockerode.ContainerInspectInfo['Config'] & { Shell?: string[] | null }) {
  const check = config.Healthcheck
  const argv = check && checkIn(check, config.Shell ?? [])
  return check && argv ? { check, argv } : undefined
}

/** Undefined: it is; or why not. */
async function isWell(
  { exec, listens }: Waiting,
  { Health: health }: Dockerode.ContainerInspectInfo['State'],
  check: readonly string[] | undefined,
): Promise<string | undefined> {
  if (check) {
    if (health?.Status === 'healthy') return undefined
    const { code, output } = await exec(check).catch(() => ({ code: -1, output: 'it could not be run' }))
    return code === 0 ? undefined : `its health check ended with ${code}: ${output.trim().slice(0, 200)}`
  }
  if (!listens) return undefined
  return (await listens().catch(() => false)) ? undefined : 'nothing listens on its port'
}
