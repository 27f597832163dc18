// @group measured 9s
import type net from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Heard, serve, whole } from '../../../../bench/support/servers.ts'
import { Lane } from '../../../../src/load/wire/lane.ts'
import { imbalances, type Measured, runPressure, runUsers } from '../run.ts'

type Answer = (socket: net.Socket, heard: Heard) => void
type Run = (target: string, forMs: number, spec?: object, drainMs?: number) => Promise<Measured>

const generators: [string, Run][] = [
  [
    'users',
    (target, forMs, spec, drainMs) => runUsers(target, forMs, { ratePerS: 40, timeout: '2s', ...spec }, drainMs),
  ],
  [
    'pressure',
    (target, forMs, spec, drainMs) => runPressure(target, forMs, { ratePerS: 40, timeout: '2s', ...spec }, drainMs),
  ],
]

const says =
  (text: string): Answer =>
  (socket) =>
    void socket.write(text, 'latin1')
const head = 'HTTP/1.1 200 OK\r\n'

/** What a server may answer, each with the one class that is true for it. */
const answers: Record<string, [expected: string, answer: Answer]> = {
  '/000': ['not_http', says('HTTP/1.1 000 Nothing\r\ncontent-length: 0\r\n\r\n')],
  '/invalid-chunk': ['not_http', says(`${head}transfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`)],
  '/negative-length': ['not_http', says(`${head}content-length: -5\r\n\r\nhello`)],
  '/two-lengths': ['not_http', says(`${head}content-length: 1\r\ncontent-length: 2\r\n\r\nok`)],
  '/garbage': ['not_http', says('\x00\x01garbage')],
  '/http2': ['not_http', says('\x00\x00\x00\x04\x00\x00\x00\x00\x00')],
  '/tls-alert': ['not_http', says('\x15\x03\x01\x00\x02\x02\x46')],
  '/early-hints': ['http_200', says(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${whole(200)}`)],
  '/continue': ['http_201', says(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 X\r\n\r\n${whole(201)}`)],
  '/only-interim': ['timeout', says('HTTP/1.1 103 Early Hints\r\n\r\n')],
  '/101': ['not_http', says('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n')],
  '/twice': ['http_200', says(whole(200) + whole(500))],
  '/slow-start': ['timeout', says('HTTP/1.1 2')],
  '/gzip': ['http_200', says(`${head}content-encoding: gzip\r\ncontent-length: 3\r\n\r\nnot`)],
}

describe.each(generators)('%s: what is no HTTP has a class, and what is no answer is none', (_, run) => {
  test('side by side', async () => {
    await using server = await serve((socket, heard) => answers[heard.path]?.[1](socket, heard))
    const paths = Object.keys(answers)
    const spec = { ratePerS: 140, connections: 40, timeout: '2s', mix: paths.map((path) => ({ path })) }
    const { connections, ...ofUsers } = spec
    const measured = await run(
      server.url,
      600,
      run === generators[0]?.[1] ? ofUsers : { ...ofUsers, connections },
      10_000,
    )
    expect(imbalances(measured)).toEqual([])
    expect(server.heard).toHaveLength(measured.summary.planned)
    const wrong = server.heard.flatMap(({ path, headers }) => {
      const name = measured.summary.classOf(Number(headers['x-request-id']?.split('-')[1]))
      return name === answers[path]?.[0] ? [] : [`${path}: ${name}`]
    })
    expect(wrong).toEqual([])
    expect(new Set(server.heard.map(({ path }) => path)).size).toBe(paths.length)
  })

  test('an interim answer does not let the next request leave', async () => {
    await using server = await serve((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')
      setTimeout(() => socket.write(whole(200)), 60)
    })
    const measured = await run(server.url, 400)
    expect(measured.summary.ledger).toEqual({ http_200: 16 })
    expect(server.heard).toHaveLength(16)
  })

  test('a request that crosses the end of an idle connection is not charged, and it is said', async () => {
    const answered: net.Socket[] = []
    await using server = await serve((socket) => socket.write(whole(200), () => answered.push(socket)))
    // The server closes what is idle in the very moment before a request leaves, when no other request is on its way.
    const { send } = Lane.prototype
    const sending = vi.spyOn(Lane.prototype, 'send').mockImplementation(function (this: Lane, text, toHead) {
      const before = sending.mock.calls.length - 1
      if (before % 5 === 4 && before === answered.length) for (const socket of answered) socket.destroy()
      send.call(this, text, toHead)
    })
    onTestFinished(() => sending.mockRestore())
    const measured = await run(server.url, 500)
    expect(imbalances(measured)).toEqual([])
    expect(measured.summary.ledger).toEqual({ http_200: 20 })
    expect(server.heard).toHaveLength(20)
    expect(measured.summary.repeated).toBeGreaterThan(0)
  })

  test('one that is read first, and then the connection ends, is', async () => {
    await using server = await serve((socket, { n }) => (n % 2 ? socket.end() : socket.write(whole(200))))
    const measured = await run(server.url, 500)
    expect(measured.summary.ledger).toEqual({ http_200: 10, closed_without_response: 10 })
    expect(measured.summary.repeated).toBeUndefined()
  })

  test('a connection is not used for longer than the server keeps it', async () => {
    const answer = whole(200).replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n')
    await using server = await serve((socket) => socket.write(answer))
    const measured = await run(server.url, 200)
    expect(measured.summary.ledger).toEqual({ http_200: 8 })
    expect(server.connections).toBe(8)
  })
})
