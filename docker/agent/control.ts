import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import * as z from 'zod/mini'
import { type PressAnswer, type PressWish, pressLimits } from '../../src/protocol/index.ts'
import { readJson, sendJson } from '../shared/body.ts'
import type { DriftMetrics } from './configuration-metrics.ts'
import type { EventLog } from './event-log.ts'
import { forward, reach } from './outward.ts'
import { refusal } from './permission.ts'
import type { ResourceMetrics } from './resource-metrics.ts'
import { talk } from './talk.ts'

const host = z.string().check(z.regex(/^[\w.:-]{1,253}$/))
const port = z.int().check(z.gte(1), z.lte(65_535))
const timeoutMs = z._default(z.int().check(z.gte(1), z.lte(60_000)), 5_000)
const finite = z.number().check(z.nonnegative())

const wish = {
  host,
  port,
  path: z.string().check(z.regex(/^\/[\x21-\x7e]{0,4095}$/)),
  method: z._default(z.enum(['GET', 'POST', 'PUT', 'DELETE']), 'GET'),
  timeoutMs,
}

const headers = z.record(
  z.string().check(z.regex(/^[a-z][a-z0-9-]{0,63}$/)),
  z.string().check(z.regex(/^[\x20-\x7e]{0,1024}$/)),
)
const forwardWish = z.strictObject({
  ...wish,
  secure: z.exactOptional(z.boolean()),
  body: z.optional(z.unknown()),
  headers: z.exactOptional(headers),
})
const pressWish = z.strictObject({
  ...wish,
  body: z.exactOptional(z.json()),
  connections: z.int().check(z.gte(1), z.lte(pressLimits.connections)),
  seconds: z.number().check(z.gt(0), z.lte(pressLimits.seconds)),
  ratePerS: z.exactOptional(z.number().check(z.gt(0), z.lte(100_000))),
})
const reachWish = z.strictObject({ host, port, timeoutMs })
const talkWish = z.strictObject({
  host,
  port,
  text: z.string().check(z.regex(/^[\0-\xff]*$/), z.maxLength(65_536)),
  timeoutMs,
})
const resourceSamples = z.array(
  z.strictObject({
    service: z.string(),
    wallMs: finite,
    memoryBytes: finite,
    limitBytes: z.nullable(finite),
    cpuSeconds: finite,
    usageBytes: z.exactOptional(finite),
    startedMs: z.exactOptional(finite),
    oomKills: z.exactOptional(finite),
  }),
)

const configurationState = z.strictObject({
  onDisk: z.string(),
  effective: z.string(),
  desired: z.string(),
  deploying: z.boolean(),
  unplanned: finite,
  lastDiff: z.string().check(z.maxLength(4_000)),
})

const proxyLines = z.array(z.string().check(z.maxLength(16_384))).check(z.maxLength(100_000))

interface Control {
  token: string
  /** Differs after every start, so that a listener knows that numbers began anew. */
  epoch: string
  events: EventLog
  resources: ResourceMetrics
  drift: DriftMetrics
  /** Takes lines of the proxy's access log. */
  access(line: string): void
  /** Load from inside; ends early at the signal. */
  press(wish: PressWish & { timeoutMs: number }, signal: AbortSignal): Promise<PressAnswer>
}

interface Handled {
  status: number
  answer: unknown
}
/** The signal: whoever asked does not listen any more. */
type Handler = (control: Control, body: unknown, signal: AbortSignal) => Promise<Handled> | Handled

const posts: Record<string, Handler> = {
  '/forward': async (_control, body) => {
    const wish = z.parse(forwardWish, body)
    try {
      return { status: 200, answer: await forward(wish) }
    } catch (thrown) {
      return { status: 502, answer: { error: thrown instanceof Error ? thrown.message : String(thrown) } }
    }
  },
  '/reach': async (_control, body) => {
    const wish = z.parse(reachWish, body)
    return { status: 200, answer: await reach(wish.host, wish.port, wish.timeoutMs) }
  },
  '/talk': async (_control, body) => ({ status: 200, answer: await talk(z.parse(talkWish, body)) }),
  '/press': async (control, body, signal) => {
    return { status: 200, answer: await control.press(z.parse(pressWish, body), signal) }
  },
  '/configuration': (control, body) => {
    control.drift.take(z.parse(configurationState, body))
    return { status: 200, answer: {} }
  },
  '/access-lines': (control, body) => {
    for (const line of z.parse(proxyLines, body)) control.access(line)
    return { status: 200, answer: {} }
  },
  '/resources': (control, body) => {
    control.resources.take(z.parse(resourceSamples, body))
    return { status: 200, answer: {} }
  },
}

/** The control port. The only one that is published; every request but /healthz must bring the token. */
export function controlServer(control: Control): Server {
  return createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://agent')
    if (request.method === 'GET' && pathname === '/healthz' && request.headers.origin === undefined) {
      sendJson(response, 200, { healthy: true })
      return
    }
    const refused = refusal(request.headers, control.token)
    const handler = request.method === 'POST' ? posts[pathname] : undefined
    if (refused) sendJson(response, refused.status, { error: refused.error })
    else if (handler) await handle(handler, control, request, response)
    else if (request.method === 'GET' && pathname === '/events') {
      stream(control, Number(searchParams.get('after') ?? 0), response)
    } else sendJson(response, 404, { error: `there is no ${request.method} ${pathname}` })
  })
}

async function handle(handler: Handler, control: Control, request: IncomingMessage, response: ServerResponse) {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const { status, answer } = await handler(control, await readJson(request), gone.signal)
    sendJson(response, status, answer)
  } catch (thrown) {
    const wrong = thrown instanceof z.core.$ZodError
    sendJson(response, wrong ? 400 : 500, { error: wrong ? z.prettifyError(thrown) : String(thrown) })
  }
}

/** Events as lines of JSON for as long as the caller listens; an empty object every second says that we are there. */
function stream(control: Control, after: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-agent-epoch': control.epoch })
  response.flushHeaders()
  const stop = control.events.follow(Number.isFinite(after) ? after : 0, (event) => {
    response.write(`${JSON.stringify(event)}\n`)
  })
  const beat = setInterval(() => response.write('{}\n'), 1_000)
  response.once('close', () => {
    stop()
    clearInterval(beat)
  })
}
