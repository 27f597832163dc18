import type Dockerode from 'dockerode'
import { type Clock, pollUntil, realClock } from '../../kit/clock.ts'
import { reasonOf } from '../../kit/errors.ts'

const freeWithinMs = 5_000
const tryAgainMs = 100

/**
 * Starts a container. Where another one with its port has just ended, the engine may say so before it has given the
 * port back: then it is tried again for a while. Rejects as the engine does.
 */
export async function startWhenFree(
  container: Pick<Dockerode.Container, 'start'>,
  clock: Clock = realClock,
): Promise<void> {
  let refused: unknown
  const started = await pollUntil(
    async () => {
      try {
        await container.start()
        return true
      } catch (thrown) {
        if (!/port is already allocated/.test(reasonOf(thrown))) throw thrown
        refused = thrown
        return undefined
      }
    },
    { withinMs: freeWithinMs, everyMs: tryAgainMs, clock },
  )
  if (!started) throw refused
}
