import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { createHistogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PressAnswer, PressWish } from '../../src/protocol/index.ts'
import { lookup } from './names.ts'

/** A server that refuses would else be asked as fast as this thread can. */
const restAfterLossMs = 20
const microsPerMs = 1_000

type Wish = PressWish & { timeoutMs: number }

/** Presses until its time is over or the signal; resolves when the last request has ended. Never rejects. */
export async function press(wish: Wish, signal?: AbortSignal): Promise<PressAnswer> {
  const { connections, seconds, ratePerS } = wish
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections, scheduling: 'fifo' })
  const startedMs = performance.now()
  const untilMs = startedMs + seconds * 1_000
  const latency = createHistogram()
  const byStatus: Record<string, number> = {}
  let planned = 0
  let ok = 0
  let maxMs = 0
  const over = (atMs: number) => atMs >= untilMs || signal?.aborted === true
  const connection = async () => {
    for (;;) {
      const dueMs = ratePerS === undefined ? 0 : startedMs + (planned++ * 1_000) / ratePerS
      if (over(dueMs)) return
      const waitMs = dueMs - performance.now()
      if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined)
      const sentMs = performance.now()
      if (over(sentMs)) return
      const end = await once(wish, agent)
      const tookMs = performance.now() - sentMs
      maxMs = Math.max(maxMs, tookMs)
      latency.record(Math.max(1, Math.round(tookMs * microsPerMs)))
      byStatus[end] = (byStatus[end] ?? 0) + 1
      const status = Number(end)
      if (status < 400) ok += 1
      if (Number.isNaN(status)) await sleep(restAfterLossMs, undefined, { signal }).catch(() => undefined)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  agent.destroy()
  const requests = latency.count
  const at = (percent: number) => Math.min(latency.percentile(percent) / microsPerMs, maxMs)
  const latencyMs = requests === 0 ? null : { p50: at(50), p95: at(95), p99: at(99), max: maxMs }
  return { requests, ok, failed: requests - ok, byStatus, latencyMs, tookMs: performance.now() - startedMs }
}

/** One request; the status of its whole answer, or in a word why there was none. */
function once({ host, port, path, method = 'GET', body, timeoutMs }: Wish, agent: Agent): Promise<string> {
  const text = body === undefined ? '' : JSON.stringify(body)
  return new Promise((resolve) => {
    const headers = text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}
    const request = httpRequest({ host, port, path, method, agent, headers, lookup })
    let [answered, over] = [false, false]
    const end = (how: string) => {
      over = true
      clearTimeout(timer)
      resolve(how)
    }
    const giveUp = () => {
      if (over) return
      end('TIMEOUT')
      request.destroy()
    }
    const dueMs = performance.now() + timeoutMs
    // A loop that was held up has heard nobody meanwhile: it listens as long again, and reads first what has arrived.
    let timer = setTimeout(() => {
      timer = setTimeout(() => setImmediate(giveUp), performance.now() - dueMs)
    }, timeoutMs)
    request.on('error', (thrown: NodeJS.ErrnoException) =>
      end(answered ? 'truncated' : (thrown.code ?? thrown.message)),
    )
    request.once('response', (response: IncomingMessage) => {
      answered = true
      response.on('error', () => end('truncated'))
      response.once('end', () => end(response.complete ? String(response.statusCode) : 'truncated'))
      response.resume()
    })
    request.end(text)
  })
}
