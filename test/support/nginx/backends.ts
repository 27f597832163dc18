import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import tls from 'node:tls'
import { certificate, key } from '../certificate.ts'

/** A server behind Nginx: what it does is in the path that is asked for. */
export interface Backend extends AsyncDisposable {
  readonly port: number
  /** Requests and connections that came to it. */
  readonly seen: { requests: number; connections: number; hosts: string[]; paths: string[] }
  /** Resolve with its first request, and when it has sent all of its first answer. */
  readonly asked: Promise<void>
  readonly answered: Promise<void>
}

/** Bytes of a long answer: more than both ends of a connection hold by themselves. */
const longBytes = 64 * 2 ** 20

type Act = (
  response: http.ServerResponse,
  request: http.IncomingMessage,
  backend: { isFirst: boolean; name: string },
) => void

const fails: Act = (response) => void response.socket?.destroy()
const answers: Act = (response, _request, { name }) => void response.end(name)

/** By the last part of the path. */
const acts: Readonly<Record<string, Act>> = {
  fails,
  first: (response, request, given) => (given.name === 'first' ? fails : answers)(response, request, given),
  once: (response, request, given) => (given.isFirst ? fails : answers)(response, request, given),
  error: (response, _request, { isFirst, name }) => void response.writeHead(isFirst ? 500 : 200).end(name),
  never: () => undefined,
  header: (response, _request, { name }) => void response.setHeader('x-long', 'x'.repeat(2_000)).end(name),
  long: (response) => void response.end(Buffer.alloc(longBytes)),
}

/** A backend on an address of this machine. It hangs up on what comes on a connection that was idle for `keptMs`. */
export async function startBackend(name: string, given: { host?: string; port?: number; keptMs?: number } = {}) {
  const seen: Backend['seen'] = { requests: 0, connections: 0, hosts: [], paths: [] }
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const idle = new WeakMap<Socket, number>()
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const since = idle.get(request.socket)
    asked.resolve()
    seen.requests += 1
    seen.hosts.push(request.headers.host ?? '')
    seen.paths.push(request.url ?? '')
    const isClosing = since !== undefined && performance.now() - since >= (given.keptMs ?? Number.POSITIVE_INFINITY)
    response.once('finish', () => {
      answered.resolve()
      idle.set(request.socket, performance.now())
    })
    request.resume().once('end', () => {
      const act = isClosing ? fails : (acts[request.url?.split('/').at(-1) ?? ''] ?? answers)
      act(response, request, { isFirst: seen.requests === 1, name })
    })
  })
  server.on('connection', () => {
    seen.connections += 1
  })
  server.listen(given.port ?? 0, given.host ?? '127.0.0.1')
  await once(server, 'listening')
  const firsts = { asked: asked.promise, answered: answered.promise }
  return {
    port: portOf(server.address()),
    seen,
    ...firsts,
    [Symbol.asyncDispose]: () => closed(server),
  } satisfies Backend
}

async function closed(server: http.Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

export const portOf = (address: AddressInfo | string | null) =>
  address !== null && typeof address === 'object' ? address.port : 0

/** A server over TLS that has a certificate for those only who say which name they want. */
export async function startTls(): Promise<AsyncDisposable & { port: number }> {
  const context = tls.createSecureContext({ cert: certificate, key })
  const server = tls.createServer({ SNICallback: (_name, give) => give(null, context) }, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmain'))
  })
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server.address()),
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

/**
 * Below those that the kernel gives to whoever asks for any, and some for each process: what is free stays so until it
 * is taken.
 */
let nextPort = 10_000 + ((process.pid * 500) % 20_000)

/** Ports of this machine that nobody has now; each is given once. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = []
  while (found.length < count) {
    const port = nextPort++
    const server = http.createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    await once(server.close(), 'close')
    found.push(port)
  }
  return found
}

/** Resolves with what comes first. */
export const orAfter = <Value, Other>(value: Promise<Value>, ms: number, other: Other): Promise<Value | Other> =>
  Promise.race([value, after(ms, other)])
