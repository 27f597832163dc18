import { once } from 'node:events'
import net from 'node:net'

/** A request as it came over the wire. */
export interface Heard {
  /** Number of the request on this server, from 0. */
  n: number
  /** Number of its connection, from 0. */
  connection: number
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

export interface OddServer extends AsyncDisposable {
  url: string
  heard: Heard[]
  connections: number
}

/** A server on 127.0.0.1 that understands just enough HTTP to misbehave exactly as told. Closes with `await using`. */
export async function serve(answer: (socket: net.Socket, request: Heard) => void): Promise<OddServer> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true })
  const odd: OddServer = {
    url: '',
    heard: [],
    connections: 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  server.on('connection', (socket) => {
    const connection = odd.connections
    odd.connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    let pending = ''
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      for (;;) {
        const parsed = parse(pending)
        if (!parsed) return
        pending = pending.slice(parsed.length)
        const heard = { ...parsed.request, n: odd.heard.length, connection }
        odd.heard.push(heard)
        answer(socket, heard)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  odd.url = `http://127.0.0.1:${portOf(server)}`
  return odd
}

/** An address on which nothing listens. */
export async function refusingUrl(): Promise<string> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

/** A whole answer with a body. */
export function whole(status: number, body = 'ok'): string {
  return `HTTP/1.1 ${status} X\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

/** Says 100 bytes and sends ten. */
export const shortBody = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n0123456789'
/** A chunked body without its end. */
export const cutChunks = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'

function portOf(server: net.Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP server')
  return address.port
}

function parse(text: string): { request: Omit<Heard, 'n' | 'connection'>; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const [method = '', path = ''] = first.split(' ')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const length = end + 4 + Number(headers['content-length'] ?? 0)
  if (text.length < length) return undefined
  return { request: { method, path, headers, body: text.slice(end + 4, length) }, length }
}
