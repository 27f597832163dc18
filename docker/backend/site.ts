import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { sendJson } from '../shared/body.ts'
import type { Conduct } from './conduct.ts'
import type { Counts } from './counts.ts'
import type { Exchange } from './exchange.ts'

interface Site {
  serve(exchange: Exchange): Promise<void> | void
  conduct: () => Conduct
  counts: Counts
  /** Said in every answer of the site and in the health check's. */
  release: string
  /** Default: `/healthz`. */
  healthPath?: string
  log(line: object): void
}

/** The port users' requests arrive at. The health check is answered past every behaviour: the process is there. */
export function siteServer(site: Site): Server {
  const { healthPath = '/healthz' } = site
  const served = new WeakMap<Socket, number>()
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === healthPath) {
      sendJson(response, 200, { healthy: true, release: site.release })
      return
    }
    response.setHeader('x-shop-release', site.release)
    const { socket } = request
    const nth = (served.get(socket) ?? 0) + 1
    served.set(socket, nth)
    void answer(site, { request, response, socket, path, nth, rawStatus: null })
  })
  // Longer than the proxy keeps a connection, so that it is never the backend who hangs up first.
  server.keepAliveTimeout = 75_000
  server.requestTimeout = 30_000
  return server
}

async function answer(site: Site, exchange: Exchange): Promise<void> {
  const startedAt = performance.now()
  const { request, response, socket } = exchange
  site.counts.received()
  response.once('close', () => {
    const status = exchange.rawStatus ?? (response.writableFinished ? response.statusCode : null)
    site.counts.answered(status)
    site.log(logLine(request, exchange.path, status, performance.now() - startedAt))
  })
  try {
    if ((await site.conduct().apply(exchange)) === 'next' && !socket.destroyed) await site.serve(exchange)
  } catch (thrown) {
    if (!response.headersSent) sendJson(response, 500, { error: String(thrown) })
    else socket.destroy()
  }
}

function logLine(request: IncomingMessage, path: string, status: ServerResponse['statusCode'] | null, ms: number) {
  const id = request.headers['x-request-id'] ?? ''
  return { id, method: request.method, path, status, ms: Math.round(ms * 10) / 10 }
}
