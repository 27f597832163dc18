import { createServer, type Server } from 'node:http'
import { readJson, sendJson, sendText } from '../shared/body.ts'
import type { Conduct } from './conduct.ts'
import type { Counts } from './counts.ts'

/** The control port: what the backend does (`/behaviour`) and what it received (`/metrics`). Internal network only. */
export function controlServer(conduct: Conduct, counts: Counts): Server {
  return createServer(async (request, response) => {
    if (request.method === 'GET' && request.url === '/metrics') {
      sendText(response, 200, 'text/plain; version=0.0.4', counts.text())
    } else if (request.url !== '/behaviour') {
      sendJson(response, 404, { error: 'there are /behaviour and /metrics' })
    } else if (request.method === 'GET') {
      sendJson(response, 200, conduct.settings)
    } else if (request.method === 'PUT' || request.method === 'DELETE') {
      const wanted = request.method === 'PUT' ? await readJson(request) : {}
      const wrong = conduct.set(wanted)
      if (wrong === null) sendJson(response, 200, conduct.settings)
      else sendJson(response, 400, { error: wrong })
    } else {
      sendJson(response, 405, { error: 'GET, PUT or DELETE' })
    }
  })
}
