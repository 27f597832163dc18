import { once } from 'node:events'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { PressAnswer, PressWish } from '../../src/protocol/index.ts'
import { press } from './press.ts'

type Wish = PressWish & { timeoutMs: number }

/** Presses in a thread of its own, so that metrics and deliveries are heard meanwhile; `program` is run once more. */
export function presserIn(program: string | URL) {
  return async (wish: Wish, signal: AbortSignal): Promise<PressAnswer> => {
    const worker = new Worker(program, { workerData: wish, resourceLimits: { maxOldGenerationSizeMb: 64 } })
    const stop = () => void worker.terminate()
    signal.addEventListener('abort', stop)
    try {
      const ended = once(worker, 'exit').then(() => {
        throw new Error('the press was stopped before it had an answer')
      })
      const [answer] = await Promise.race([once(worker, 'message'), ended])
      return answer as PressAnswer
    } finally {
      signal.removeEventListener('abort', stop)
      await worker.terminate()
    }
  }
}

/** What that thread does. */
export async function pressHere(): Promise<void> {
  parentPort?.postMessage(await press(workerData as Wish))
}
