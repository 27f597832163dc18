import { createServer, type Server } from 'node:http'
import { readJson, sendJson, sendText } from '../shared/body.ts'
import type { EventLog } from './event-log.ts'

interface Internal {
  /** All metrics, brought up to date. */
  metrics(): Promise<string>
  events: EventLog
}

/** The port for Prometheus and Alertmanager. Internal network only, so no token. */
export function internalServer({ metrics, events }: Internal): Server {
  return createServer(async (request, response) => {
    const receiver = /^\/hook\/([\w-]{1,64})$/.exec(request.url ?? '')?.[1]
    if (request.method === 'GET' && request.url === '/metrics') {
      const text = await metrics().catch((thrown: unknown) => new Error(String(thrown)))
      if (text instanceof Error) sendJson(response, 500, { error: text.message })
      else sendText(response, 200, 'text/plain; version=0.0.4', text)
    } else if (request.method === 'POST' && receiver) {
      const body = await readJson(request)
      if (body !== undefined) events.add(receiver, body)
      sendJson(response, body === undefined ? 400 : 200, {})
    } else sendJson(response, 404, { error: 'there are /metrics and /hook/<receiver>' })
  })
}
