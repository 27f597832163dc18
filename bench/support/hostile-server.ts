import { once } from 'node:events'
import net from 'node:net'
import { gzipSync } from 'node:zlib'

/** What a server may do to whoever asks it; each gets the connection after a request has come. */
const manners: Record<string, (socket: net.Socket) => void> = {
  'headers without end': (socket) => pour(socket, 'HTTP/1.1 200 OK\r\n', Buffer.from(`x: ${'y'.repeat(8_000)}\r\n`)),
  'a status line without end': (socket) => pour(socket, 'HTTP/1.1 200 ', Buffer.alloc(64 * 1024, 'x')),
  'interim answers without end': (socket) =>
    pour(socket, '', Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(200))),
  'a body of 1 GiB': (socket) =>
    pour(socket, `HTTP/1.1 200 OK\r\ncontent-length: ${1024 ** 3}\r\n\r\n`, Buffer.alloc(1024 * 1024), 1024),
  'a body without end': (socket) => pour(socket, 'HTTP/1.1 200 OK\r\n\r\n', Buffer.alloc(64 * 1024)),
  'chunks of a byte, without end': (socket) =>
    pour(socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', Buffer.from('1\r\nx\r\n'.repeat(2_000))),
  'a chunk extension without end': (socket) =>
    pour(socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;', Buffer.alloc(64 * 1024, 'x')),
  'trailers without end': (socket) =>
    pour(
      socket,
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n',
      Buffer.from(`x: ${'y'.repeat(8_000)}\r\n`),
    ),
  'a gzip bomb': (socket) => {
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb().length}\r\n\r\n`
    socket.write(Buffer.concat([Buffer.from(head), bomb()]))
  },
  'a byte a second': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n', 'x', 1_000),
  'a header byte every 20 ms': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx: ', 'y', 20),
  'redirects to itself': (socket) =>
    void socket.write('HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n'),
  'three answers to each request': (socket) => void socket.write(small.repeat(3)),
  'answers that nobody asked for': (socket) => {
    socket.write(small)
    drip(socket, '', small, 30)
  },
  silence: () => undefined,
}

export const hostileManners = Object.keys(manners)

const small = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
let packed: Buffer | undefined

/** 1 GiB of zeros, packed: 1 MiB. */
function bomb(): Buffer {
  packed ??= Buffer.concat(Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(16 * 1024 * 1024))))
  return packed
}

/** Writes as fast as it is read; `times` of it, or without end. */
function pour(socket: net.Socket, head: string, piece: Buffer, times = Number.POSITIVE_INFINITY): void {
  socket.write(head)
  let left = times
  const more = () => {
    while (left > 0 && socket.writable) {
      left -= 1
      if (!socket.write(piece)) {
        socket.once('drain', more)
        return
      }
    }
  }
  more()
}

function drip(socket: net.Socket, head: string, piece: string, everyMs: number): void {
  if (head) socket.write(head)
  const timer = setInterval(() => socket.write(piece), everyMs)
  socket.on('close', () => clearInterval(timer))
}

/** Behaves in this manner on a free port of 127.0.0.1, and gives the port. */
async function serveSo(manner: string): Promise<number> {
  if (manner === 'a gzip bomb') bomb()
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => manners[manner]?.(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

// A process of its own, so that what it holds is not taken for what the generator holds.
if (process.send) process.send(await serveSo(process.argv[2] ?? ''))
