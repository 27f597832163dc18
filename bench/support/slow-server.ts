import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/** How the server is slow; it runs in a thread of its own, so that generator and server do not wait for each other. */
export interface Slowness {
  /** Each answer comes so many ms after its request. */
  delayMs: number
  /** Once, so many ms after the first request, nothing is answered for `stallMs`. */
  stallAfterMs: number
  stallMs: number
}

export interface SlowServer {
  url: string
  /** Delays as the server itself measured them from request to answer, ms, sorted. */
  delays(): Promise<number[]>
  stop(): Promise<void>
}

export async function startSlowServer(slowness: Slowness): Promise<SlowServer> {
  const worker = new Worker(new URL(import.meta.url), { workerData: slowness })
  const [port] = await once(worker, 'message')
  return {
    url: `http://127.0.0.1:${port}`,
    delays: async () => {
      worker.postMessage('delays')
      const [delays] = await once(worker, 'message')
      return (delays as number[]).toSorted((a, b) => a - b)
    },
    stop: async () => void (await worker.terminate()),
  }
}

async function serveSlowly({ delayMs, stallAfterMs, stallMs }: Slowness): Promise<void> {
  const delays: number[] = []
  let firstMs: number | undefined
  const server = createServer((_request, response) => {
    const cameMs = performance.now()
    firstMs ??= cameMs
    const stallEndMs = firstMs + stallAfterMs + stallMs
    const stalled = stallMs > 0 && cameMs >= firstMs + stallAfterMs && cameMs < stallEndMs
    const answer = () => {
      delays.push(performance.now() - cameMs)
      response.end('ok')
    }
    const waitMs = stalled ? stallEndMs - cameMs : delayMs
    if (waitMs > 0) setTimeout(answer, waitMs)
    else answer()
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  parentPort?.postMessage((server.address() as AddressInfo).port)
  parentPort?.on('message', () => parentPort?.postMessage(delays))
}

if (!isMainThread && workerData && 'stallMs' in workerData) await serveSlowly(workerData as Slowness)
