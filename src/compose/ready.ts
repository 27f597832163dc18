import type Dockerode from 'dockerode'
import { isRunning, lastLogLines, linesOf } from '../engine/index.ts'
import { type Clock, realClock } from '../kit/clock.ts'
import { showMs } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import type { RaisedContainer } from './project.ts'

/** For a service that has no healthcheck, or on top of its own. */
const settleMs = 30_000
const lookMs = 250
/** As the engine has it where a healthcheck says nothing. */
const usual = { intervalMs: 30_000, timeoutMs: 30_000, retries: 3 } as const
const nsInMs = 1_000_000
const logLines = 8

type Inspected = Dockerode.ContainerInspectInfo

/** How a container is: on its way, as it should be, or never to be so, in words. */
export type Readiness = 'coming' | 'ready' | { never: string }

/** What the engine tells of a container, read. One that did its work and ended with 0 is as it should be. */
export function readinessOf({ State: state, HostConfig: host, RestartCount: restarts }: Inspected): Readiness {
  const health = state.Health?.Status
  const again = host.RestartPolicy?.Name ?? ''
  if (state.Status === 'exited' || state.Status === 'dead') {
    if (state.ExitCode === 0 && again !== 'always') return 'ready'
    const isOver = again === '' || again === 'no'
    return isOver ? { never: `ended with ${state.ExitCode}` } : 'coming'
  }
  if (health === 'unhealthy') return { never: 'is unhealthy, as its healthcheck says' }
  if (!isRunning(state) || state.Restarting) return 'coming'
  if (health === 'starting') return 'coming'
  return restarts > 0 && health !== 'healthy' ? 'coming' : 'ready'
}

/** Milliseconds for one container, and where they come from. */
export function limitOf({ Config: config }: Pick<Inspected, 'Config'>): { ms: number; because: string } {
  const check = config.Healthcheck
  const test = check?.Test ?? []
  if (!check || test.length === 0 || test[0] === 'NONE')
    return { ms: settleMs, because: 'it has no healthcheck, so that is the limit' }
  const inMs = (ns: number | undefined, otherwise: number) => (ns ? ns / nsInMs : otherwise)
  const intervalMs = inMs(check.Interval, usual.intervalMs)
  const timeoutMs = inMs(check.Timeout, usual.timeoutMs)
  const tries = (check.Retries || usual.retries) + 1
  const ms = inMs(check.StartPeriod, 0) + tries * (intervalMs + timeoutMs) + settleMs
  return { ms, because: `its healthcheck has ${tries - 1} retries, ${showMs(intervalMs)} apart` }
}

/**
 * Resolves when each container runs, and is healthy where it has a healthcheck. SERVICE_NOT_READY, with its last words,
 * for the first that ends, is unhealthy, or is not there in time.
 */
export async function untilReady(
  docker: Dockerode,
  containers: readonly RaisedContainer[],
  { signal, clock = realClock }: { signal?: AbortSignal | undefined; clock?: Clock } = {},
): Promise<void> {
  const begun = clock.now()
  let open = containers
  while (open.length > 0) {
    const looked = await Promise.all(
      open.map(async (one) => ({ one, found: await docker.getContainer(one.id).inspect() })),
    )
    const coming: RaisedContainer[] = []
    for (const { one, found } of looked) {
      const state = readinessOf(found)
      if (state === 'ready') continue
      if (state !== 'coming') throw await notReady(docker, one, state.never)
      const { ms, because } = limitOf(found)
      if (clock.now() - begun > ms) throw await notReady(docker, one, `was not ready within ${showMs(ms)} (${because})`)
      coming.push(one)
    }
    open = coming
    if (open.length > 0) await clock.sleep(lookMs, signal)
  }
}

/** The first of them that will never be ready, with its last words: what Compose itself only gives up on. */
export async function culpritOf(
  docker: Dockerode,
  containers: readonly RaisedContainer[],
): Promise<BadgatewayError | undefined> {
  for (const one of containers) {
    const found = await docker
      .getContainer(one.id)
      .inspect()
      .catch(() => undefined)
    const state = found ? readinessOf(found) : 'coming'
    if (typeof state === 'object') return await notReady(docker, one, state.never)
  }
  return undefined
}

async function notReady(
  docker: Dockerode,
  { id, service, number }: RaisedContainer,
  why: string,
): Promise<BadgatewayError> {
  const said = await docker
    .getContainer(id)
    .logs({ stdout: true, stderr: true, tail: logLines })
    .then(
      (log) => lastLogLines(linesOf(log), logLines),
      () => '',
    )
  const words = said === '' ? 'It said nothing' : `Its last words: ${inert(said)}`
  return new BadgatewayError(
    'SERVICE_NOT_READY',
    `Service ${inert(service)} (container ${number}) of the Compose project ${inert(why)}. ${words}`,
    'Does it come up with docker compose up in your folder? A service that is not needed can rest behind a profile.',
  )
}
