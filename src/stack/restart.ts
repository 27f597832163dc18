import type Dockerode from 'dockerode'
import { pollUntil, realClock } from '../kit/clock.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { lastWords, linesOf } from './said.ts'

const readyLimitMs = 45_000
/** What the program that outlives a supervised server says when the server has ended. */
const epitaph = /^supervise: the program ended with (\d+)/
/** What a service is given to end by itself before it is killed. */
export const stopSeconds = 5

/**
 * Stops and starts a container and waits until it says that it is ready. Testcontainers' own restart removes a
 * container that does not come back; in an outage that is exactly the one that somebody has to look at.
 */
export async function restartContainer(container: Dockerode.Container, name: string, ready: RegExp): Promise<void> {
  await container.restart({ t: stopSeconds })
  await untilReady(container, name, ready)
}

/** Starts a container that has ended and waits until it says that it is ready. */
export async function startAgain(container: Dockerode.Container, name: string, ready: RegExp): Promise<void> {
  await container.start()
  await untilReady(container, name, ready)
}

async function untilReady(container: Dockerode.Container, name: string, ready: RegExp): Promise<void> {
  let said: string[] = []
  const end = await pollUntil(
    async () => {
      const { State: state } = await container.inspect()
      const since = Date.parse(state.StartedAt) / 1_000
      said = linesOf(await container.logs({ follow: false, stdout: true, stderr: true, since }))
      if (said.some((line) => ready.test(line))) return 'ready'
      const code = state.Running ? said.map((line) => epitaph.exec(line)?.[1]).find(Boolean) : state.ExitCode
      return code === undefined ? undefined : `ended with exit code ${code}`
    },
    { withinMs: readyLimitMs, everyMs: 50, clock: realClock },
  )
  if (end === 'ready') return
  const what = end ?? `was not ready after ${readyLimitMs / 1_000} s`
  const message = `${name} ${what} after its start. It said: ${lastWords(said)}`
  throw new BadgatewayError('SERVICE_NOT_READY', message, 'Its log is in the folder of the run.')
}
