import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Pool } from 'undici'
import { z } from 'zod'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { json } from '../kit/json.ts'
import type { Agent, AgentEvent } from '../protocol/index.ts'

const defaultTimeoutMs = 5_000
/** What a call may take on top of the time that it gives the agent. */
const graceMs = 3_000
/** The agent says something every second; after this long it is not there any more. */
const silenceMs = 5_000
const retryMs = 250

const hint = 'Look at the log of the agent container: is it running, and is the machine overloaded?'

const forwardAnswer = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  ms: z.number(),
})
const pressAnswer = z.object({
  requests: z.int(),
  ok: z.int(),
  failed: z.int(),
  byStatus: z.record(z.string(), z.int()),
  latencyMs: z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() }).nullable(),
  tookMs: z.number(),
})
/** What the agent, or the harness's own hand beside a service, says of a connection. */
const reachAnswer = z.object({ reachable: z.boolean(), ms: z.number(), because: z.string() })
const talkAnswer = z.object({
  end: z.string(),
  text: z.string(),
  tail: z.string(),
  bytes: z.int(),
  firstMs: z.number().nullable(),
  bodyMs: z.number().nullable(),
  ms: z.number(),
})
const refusalAnswer = z.object({ error: z.string() })
const eventLine = z.object({
  n: z.number().int(),
  wallMs: z.number(),
  kind: z.literal('webhook'),
  receiver: z.string(),
  body: json,
})

export interface AgentAddress {
  /** `http://127.0.0.1:PORT` of the control port. */
  baseUrl: string
  token: string
}

/** The agent at that address. Nothing is opened before the first call. Every failure is AGENT_FAILED. */
export function connectAgent(address: AgentAddress): Agent {
  const authorization = `Bearer ${address.token}`
  const pool = new Pool(address.baseUrl, { connections: 8, connect: { timeout: graceMs }, keepAliveTimeout: 1_000 })

  const call = callsOf(pool, authorization)
  return {
    forward: async (request) => {
      const timeoutMs = request.timeoutMs ?? defaultTimeoutMs
      const what = `/forward to ${request.host}:${request.port}${request.path}`
      return understand(what, forwardAnswer, await call('/forward', { ...request, timeoutMs }, timeoutMs, { what }))
    },
    reach: async (target) => {
      const timeoutMs = target.timeoutMs ?? defaultTimeoutMs
      const what = `/reach to ${target.host}:${target.port}`
      return understand(what, reachAnswer, await call('/reach', { ...target, timeoutMs }, timeoutMs, { what }))
    },
    talk: async (wish) => {
      const timeoutMs = wish.timeoutMs ?? defaultTimeoutMs
      const what = `/talk to ${wish.host}:${wish.port}`
      return understand(what, talkAnswer, await call('/talk', { ...wish, timeoutMs }, timeoutMs, { what }))
    },
    press: async (wish, until) => {
      const timeoutMs = wish.timeoutMs ?? defaultTimeoutMs
      const what = `/press at ${wish.host}:${wish.port}${wish.path}`
      const limitMs = wish.seconds * 1_000 + timeoutMs
      return understand(what, pressAnswer, await call('/press', { ...wish, timeoutMs }, limitMs, { what, until }))
    },
    pushResources: async (samples) => {
      await call('/resources', samples, defaultTimeoutMs)
    },
    pushAccessLines: async (lines) => {
      await call('/access-lines', lines, defaultTimeoutMs)
    },
    pushConfiguration: async (state) => {
      await call('/configuration', state, defaultTimeoutMs)
    },
    events: (after, signal) => follow(address.baseUrl, authorization, after, signal),
  }
}

/** One question to the agent, with its limit. */
type Call = (path: string, body: unknown, timeoutMs: number, more?: CallMore) => Promise<unknown>

interface CallMore {
  /** What to call it when it fails. */
  what?: string
  until?: AbortSignal | undefined
}

function callsOf(pool: Pool, authorization: string): Call {
  return async (path, body, timeoutMs, { what = path, until } = {}) => {
    const limitMs = timeoutMs + graceMs
    const late = AbortSignal.timeout(limitMs)
    const signal = until ? AbortSignal.any([late, until]) : late
    const headers = { authorization, 'content-type': 'application/json' }
    try {
      const answer = await pool.request({ path, method: 'POST', headers, body: JSON.stringify(body), signal })
      const read = await answer.body.json()
      if (answer.statusCode === 200) return read
      const said = refusalAnswer.safeParse(read)
      throw new Error(said.success ? said.data.error : `status ${answer.statusCode}`)
    } catch (thrown) {
      const why = late.aborted ? `no answer within ${limitMs} ms` : reasonOf(thrown)
      throw new BadgatewayError('AGENT_FAILED', `The agent could not do ${what}: ${why}`, hint, { cause: thrown })
    }
  }
}

function understand<T>(what: string, shape: z.ZodType<T>, answer: unknown): T {
  const read = shape.safeParse(answer)
  if (read.success) return read.data
  throw new BadgatewayError('AGENT_FAILED', `The agent's answer to ${what} is not understood`, hint)
}

/** Where a listener stands: the last number it has, and the life of the agent that numbered it. */
interface Place {
  after: number
  epoch: string | null
}

/** Events until the signal; connects again from the last number whenever the stream breaks off. */
async function* follow(baseUrl: string, authorization: string, after: number, signal: AbortSignal) {
  const place: Place = { after, epoch: null }
  while (!signal.aborted) {
    try {
      yield* once(baseUrl, authorization, place, signal)
    } catch (thrown) {
      if (thrown instanceof BadgatewayError) throw thrown
    }
    await sleep(retryMs, undefined, { signal }).catch(() => undefined)
  }
}

/** One stream, until it ends, breaks off, or is silent for too long. Moves `place` forward. */
async function* once(
  baseUrl: string,
  authorization: string,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const client = new Client(baseUrl, {
    connect: { timeout: graceMs },
    bodyTimeout: silenceMs,
    headersTimeout: silenceMs,
  })
  try {
    const path = `/events?after=${place.after}`
    const { statusCode, headers, body } = await client.request({
      path,
      method: 'GET',
      headers: { authorization },
      signal,
    })
    if (statusCode !== 200) {
      await body.dump()
      throw new BadgatewayError('AGENT_FAILED', `The agent refuses its events with status ${statusCode}`, hint)
    }
    const epoch = String(headers['x-agent-epoch'] ?? '')
    const begunAnew = place.epoch !== null && place.epoch !== epoch
    place.epoch = epoch
    if (begunAnew) {
      place.after = 0
      body.destroy()
      return
    }
    for await (const line of linesOf(body)) {
      // A line that is no event is the sign of life of every second.
      const event = eventLine.safeParse(JSON.parse(line))
      if (!event.success) continue
      place.after = event.data.n
      yield event.data
    }
  } finally {
    await client.destroy().catch(() => undefined)
  }
}

/** Whole lines of a stream; what stands after the last newline was cut off and is dropped. */
async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const part of body) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
