import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { connect, isIP } from 'node:net'
import type { ForwardAnswer, ReachAnswer } from '../../src/protocol/index.ts'
import { lookup } from './names.ts'

const mostBodyBytes = 4 * 1_048_576

export interface ForwardWish {
  host: string
  port: number
  path: string
  secure?: boolean
  method: string
  body?: unknown
  headers?: Record<string, string>
  timeoutMs: number
}

/** One HTTP request on a connection of its own. Throws with the errno's name when there is no answer in time. */
export function forward(wish: ForwardWish): Promise<ForwardAnswer> {
  const startedAt = performance.now()
  const text = wish.body === undefined ? '' : JSON.stringify(wish.body)
  const ofBody = text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}
  return new Promise((resolve, reject) => {
    const options = {
      host: wish.host,
      port: wish.port,
      path: wish.path,
      method: wish.method,
      agent: false,
      lookup,
      headers: { ...wish.headers, ...ofBody },
      signal: AbortSignal.timeout(wish.timeoutMs),
    }
    const request = wish.secure ? tlsRequest({ ...options, ...tlsFor(wish) }) : plainRequest(options)
    request.once('error', (thrown) => reject(new Error(why(thrown, wish.timeoutMs))))
    request.once('response', (response) => {
      readText(response).then(
        (body) => {
          const headers = Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          )
          resolve({ status: response.statusCode ?? 0, headers, body, ms: performance.now() - startedAt })
        },
        (thrown: unknown) => reject(new Error(why(thrown, wish.timeoutMs))),
      )
    })
    request.end(text)
  })
}

/** What is asked for is whether it answers, not who it is. */
function tlsFor({ host, headers }: ForwardWish) {
  const name = (headers?.['host'] ?? host).replace(/:\d+$/, '')
  return { rejectUnauthorized: false, servername: isIP(name) === 0 ? name : '' }
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > mostBodyBytes) throw new Error(`the answer is longer than ${mostBodyBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Opens one TCP connection and closes it. Never throws: not being reachable is an answer. */
export function reach(host: string, port: number, timeoutMs: number): Promise<ReachAnswer> {
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const socket = connect({ host, port, lookup })
    const answer = (reachable: boolean, because: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ reachable, ms: performance.now() - startedAt, because })
    }
    const timer = setTimeout(() => answer(false, 'ETIMEDOUT'), timeoutMs)
    socket.once('connect', () => answer(true, 'connected'))
    socket.on('error', (thrown) => answer(false, why(thrown, timeoutMs)))
  })
}

function why(thrown: unknown, timeoutMs: number): string {
  if (!(thrown instanceof Error)) return String(thrown)
  if (thrown.name === 'AbortError' || thrown.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  const { code } = thrown as NodeJS.ErrnoException
  return code ?? thrown.message
}
