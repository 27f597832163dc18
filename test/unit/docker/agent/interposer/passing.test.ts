import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chance } from '../../../../../docker/agent/interposer/chooser.ts'
import type { InterposerWish } from '../../../../../src/protocol/interposer.ts'
import { Client, interposed, listening, rawServer } from '../../../../support/interposed.ts'

/** A deed that is meant for nobody: nothing may be changed. */
const forNobody = {
  deed: { does: 'status', code: 500 },
  scope: { path: '/nobody-asks-for-this' },
} as const satisfies Partial<InterposerWish>

/** 0 … most, the same for the same seed. */
type Dice = (most: number) => number
const diceOf = (seed: number): Dice => {
  let rolls = 0
  return (most) => Math.floor(chance(seed, String(rolls++)) * (most + 1))
}
/** Any bytes, line ends and zeros among them. */
const textOf = (dice: Dice) =>
  Array.from({ length: 1 + dice(dice(4) === 0 ? 5_000 : 60) }, () => String.fromCharCode(dice(255))).join('')
const chunksOf = (dice: Dice) =>
  Array.from({ length: dice(4) }, () => textOf(dice))
    .map((part) => `${part.length.toString(16)};ext=1\r\n${part}\r\n`)
    .join('')

/** Requests of every framing, and what is answered to each. */
const exchanges: readonly ((dice: Dice) => readonly [asked: string, answer: string])[] = [
  () => ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n'],
  () => ['HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n'],
  () => ['GET /cached HTTP/1.1\r\n\r\n', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n'],
  (dice) => {
    const [asked, answer] = [textOf(dice), textOf(dice)]
    return [
      `POST /a HTTP/1.1\r\nContent-Length: ${asked.length}\r\n\r\n${asked}`,
      `HTTP/1.1 200 OK\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`,
    ]
  },
  (dice) => [
    `PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${chunksOf(dice)}0\r\nTrailer: t\r\n\r\n`,
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\n` +
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${chunksOf(dice)}0\r\n\r\n`,
  ],
]

async function sendInPieces(socket: Socket, text: string, dice: Dice): Promise<void> {
  const all = Buffer.from(text, 'latin1')
  const most = [all.length < 900 ? 6 : 90, 300, 30_000][dice(2)] ?? 1
  for (let at = 0; at < all.length; ) {
    const piece = all.subarray(at, at + 1 + dice(most))
    await new Promise<void>((resolve) => void socket.write(piece, () => resolve()))
    at += piece.length
  }
}

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

describe('with no fault, bytes pass unchanged', () => {
  test('requests one behind the other, in any pieces, and their answers', async () => {
    let [wanted, answer, dice] = ['', '', diceOf(0)]
    let cameBytes = 0
    const server = await rawServer((got, socket) => {
      cameBytes += got.length
      // Answered when all has come, in other pieces than it came.
      if (cameBytes < wanted.length) return
      void sendInPieces(socket, answer, dice).then(() => socket.end())
    })
    const { port, report } = await passing(server.port)
    for (const seed of seeds) {
      dice = diceOf(seed)
      const all = Array.from({ length: 1 + dice(7) }, () => exchanges[dice(exchanges.length - 1)]?.(dice) ?? ['', ''])
      server.got.length = 0
      cameBytes = 0
      wanted = all.map(([asked]) => asked).join('')
      answer = all.map(([, text]) => text).join('')
      const before = report().users.arrived
      const client = new Client(port)
      const [seen] = await Promise.all([client.ended(), sendInPieces(client.socket, wanted, dice)])
      expect([seed, server.got.join('') === wanted, seen.text === answer, seen.end]).toEqual([seed, true, true, 'fin'])
      // Each was understood, for each is counted.
      expect([seed, report().users.arrived - before]).toEqual([seed, all.length])
      client.socket.end()
    }
  })

  test('whatever it is, where nobody is to understand it', async () => {
    const { port } = await passing((await rawServer((got, socket) => void socket.write(got, 'latin1'))).port, 'tcp')
    for (const seed of seeds) {
      const text = textOf(diceOf(seed))
      const client = new Client(port).send(text)
      client.socket.end()
      expect([seed, await client.ended()]).toEqual([seed, { text, end: 'fin' }])
    }
  })

  test('what looks like no HTTP goes through all the same, and is told apart', async () => {
    const { port, report } = await passing((await rawServer((got, socket) => void socket.write(got, 'latin1'))).port)
    const client = new Client(port).send('\x16\x03\x01hello')
    expect(await client.until('hello')).toBe('\x16\x03\x01hello')
    expect(report().rows).toEqual([{ method: '(not HTTP)', path: '', arrived: 1, matched: 0, done: 0 }])
  })

  test('another protocol of lines is not held up: both sides may wait for each other', async () => {
    const { port } = await passing((await rawServer((got, socket) => void socket.write(`250 ${got}`, 'latin1'))).port)
    const client = new Client(port).send('EHLO shop\r\n')
    expect(await client.until('250')).toBe('250 EHLO shop\r\n')
    client.send('QUIT\r\n')
    expect(await client.until('QUIT')).toContain('250 QUIT\r\n')
  })

  test('garbage, and what begins like HTTP and is none', async () => {
    const { port } = await passing((await rawServer((got, socket) => void socket.write(got, 'latin1'))).port)
    const begins = [
      '',
      'GET ',
      'GET / HTTP/1.1\r\n',
      'HTTP/1.1 200 OK\r\n\r\n',
      '\r\n',
      'POST / HTTP/1.1\r\nContent-Length: z\r\n\r\n',
    ]
    for (const seed of seeds) {
      const text = `${begins[seed % begins.length]}${textOf(diceOf(seed))}`
      const client = new Client(port).send(text)
      client.socket.end()
      expect([seed, await client.ended()]).toEqual([seed, { text, end: 'fin' }])
    }
  })

  test('once an answer is not understood, nothing waits for answers any more', async () => {
    const lengths = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'
    const server = await rawServer((_got, socket) => void socket.write(lengths))
    const { port } = await passing(server.port)
    const client = new Client(port).send('GET /a HTTP/1.1\r\n\r\n')
    await client.until('ok')
    client.send('GET /b HTTP/1.1\r\n\r\n'.repeat(200))
    await expect.poll(() => server.got.join('').split('GET /b').length - 1).toBe(200)
    expect(client.text).toContain(lengths)
  })

  test('a server that speaks first', async () => {
    const server = await rawServer(() => undefined)
    const { port } = await passing(server.port, 'tcp')
    const client = new Client(port)
    await expect.poll(() => server.sockets.size).toBe(1)
    for (const socket of server.sockets) socket.write('220 ready')
    expect(await client.until('ready')).toBe('220 ready')
  })
})

test('an upgrade becomes a plain connection', async () => {
  const server = await rawServer((got, socket) => {
    if (got.startsWith('GET /ws')) socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n')
    else socket.write(`echo ${got}`, 'latin1')
  })
  const { port, report } = await passing(server.port)
  const client = new Client(port).send('GET /ws HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n')
  await client.until('\r\n\r\n')
  client.send('GET /nobody-asks-for-this HTTP/1.1\r\n\r\n')
  expect(await client.until('echo GET')).toContain('echo GET /nobody-asks-for-this HTTP/1.1\r\n\r\n')
  expect(report().rows).toEqual([{ method: 'GET', path: '/ws', arrived: 1, matched: 0, done: 0 }])
})

test('an upgrade that is refused leaves HTTP', async () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  const { port, report } = await passing((await rawServer((_got, socket) => void socket.write(ok))).port)
  const client = new Client(port).send('GET /a HTTP/1.1\r\nUpgrade: h2c\r\n\r\nGET /b HTTP/1.1\r\n\r\n')
  await expect.poll(() => client.text).toBe(ok + ok)
  expect(report().rows.map(({ path }) => path)).toEqual(['/a', '/b'])
})

test('a body that waits for 100 Continue', async () => {
  const server = createServer((request, response) => void request.pipe(response))
  onTestFinished(() => void server.close())
  const { port } = await passing(await listening(server))
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { expect: '100-continue', 'content-length': 5, connection: 'close' }
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers })
    request.on('error', reject).on('continue', () => request.end('hello'))
    request.on('response', (response) => {
      response.setEncoding('utf8').on('data', (text: string) => resolve(text))
    })
    request.flushHeaders()
  })
  expect(answer).toBe('hello')
})

describe('how connections end', () => {
  test('a server that resets', async () => {
    const { port } = await passing((await rawServer((_got, socket) => void socket.resetAndDestroy())).port)
    expect(await new Client(port).send('GET / HTTP/1.1\r\n\r\n').ended()).toEqual({ text: '', end: 'reset' })
  })

  test('a client that resets', async () => {
    const server = await rawServer(() => undefined)
    const { port } = await passing(server.port)
    const client = new Client(port).send('GET / HTTP/1.1\r\n\r\n')
    await expect.poll(() => server.sockets.size).toBe(1)
    const ended = Promise.all([...server.sockets].map((one) => new Promise((resolve) => one.once('close', resolve))))
    client.socket.resetAndDestroy()
    expect(await ended).toEqual([true])
  })

  test('nothing listens', async () => {
    const closed = createServer()
    const nobody = await listening(closed)
    await new Promise((resolve) => closed.close(resolve))
    const { port } = await passing(nobody)
    expect(await new Client(port).send('GET / HTTP/1.1\r\n\r\n').ended()).toEqual({ text: '', end: 'reset' })
  })
})

const mebibyte = 2 ** 20
const most = 64 * mebibyte

/** Writes as much as it is taken, and gives how much that was when it has stopped. */
async function pushed(socket: Socket): Promise<number> {
  let sent = 0
  const more = () => {
    while (sent < most && socket.write(Buffer.alloc(65_536))) sent += 65_536
  }
  socket.on('drain', more)
  more()
  // It has stopped when it is the same at two looks.
  let last = -1
  const hasStopped = () => {
    const isSame = sent > 0 && sent === last
    last = sent
    return isSame
  }
  await expect.poll(hasStopped).toBe(true)
  return sent
}

describe('whoever is slow holds the other side up: nobody keeps what is not taken', () => {
  test.each(['answer', 'request'] as const)('of the %s', async (slow) => {
    const server = createTcpServer().on('connection', (socket) => socket.on('error', () => undefined).pause())
    onTestFinished(() => void server.close())
    const connected = once(server, 'connection')
    const { port } = await passing(await listening(server))
    const client = connect({ port, host: '127.0.0.1' }).on('error', () => undefined)
    onTestFinished(() => void client.destroy())
    client.pause().write(`POST / HTTP/1.1\r\nContent-Length: ${slow === 'request' ? most : 0}\r\n\r\n`)
    const [socket] = (await connected) as [Socket]
    onTestFinished(() => void socket.destroy())
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${most}\r\n\r\n`)
    const before = process.memoryUsage().arrayBuffers
    expect(await pushed(slow === 'request' ? client : socket)).toBeLessThan(most)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(most / 4)
  })

  test('of requests that nobody answers: no more are read than may wait', async () => {
    const server = await rawServer(() => undefined)
    const { port, report } = await passing(server.port)
    const client = new Client(port).send('GET /a HTTP/1.1\r\n\r\n'.repeat(5_000))
    await expect.poll(() => server.got.join('').split('GET').length - 1).toBe(64)
    expect(report().users.arrived).toBe(64)
    expect(client.text).toBe('')
  })
})

async function passing(port: number, speaks: InterposerWish['speaks'] = 'http') {
  const wished = speaks === 'http' ? forNobody : { deed: forTcp, scope: { path: '/nobody' } }
  const interposer = await interposed({ port, wished: { ...wished, speaks } })
  return { port: interposer.port, report: () => interposer.report() }
}
const forTcp = { does: 'reset', at: 'body' } as const
