import type Dockerode from 'dockerode'
import { pollUntil, realClock } from '../../kit/clock.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { lastLogLines, linesOf } from './said.ts'

const readyLimitMs = 45_000
/** What the program that outlives a supervised server says when the server has ended. */
const exitLine = /^supervise: the program ended with (\d+)/
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
      // A busy engine notes the start late: what a quick program has said by then is older than it. The end of the life
      // before is exact; of one that never ended it is the year 1.
      const since = Math.max(0, Date.parse(state.FinishedAt) / 1_000)
      const all = { follow: false, stdout: true, stderr: true, timestamps: true } as const
      const lines = linesOf(await container.logs({ ...all, since })).map(stamped)
      said = lines.map(({ text }) => text)
      if (said.some((line) => ready.test(line))) return 'ready'
      // The last words of the life before may come late too.
      const own = lines.filter(({ atMs }) => atMs >= Date.parse(state.StartedAt))
      const code = state.Running ? own.map(({ text }) => exitLine.exec(text)?.[1]).find(Boolean) : state.ExitCode
      return code === undefined ? undefined : `ended with exit code ${code}`
    },
    { withinMs: readyLimitMs, everyMs: 50, clock: realClock },
  )
  if (end === 'ready') return
  const what = end ?? `was not ready after ${readyLimitMs / 1_000} s`
  const message = `${name} ${what} after its start. It said: ${lastLogLines(said)}`
  throw new BadgatewayError('SERVICE_NOT_READY', message, 'Its log is in the folder of the run.')
}

/** A line behind the engine's own time stamp, `2026-11-27T06:08:01.525123456Z`. */
function stamped(line: string): { atMs: number; text: string } {
  const cut = line.indexOf(' ')
  return { atMs: Date.parse(line.slice(0, cut)), text: line.slice(cut + 1) }
}
