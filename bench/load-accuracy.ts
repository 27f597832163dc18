/** Is what the load generator reports true? Beside autocannon, in the same run. `node bench/load-accuracy.ts` */
import type net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LoadSummary, startUsers, usersSpec } from '../src/load/index.ts'
import { autocannonCommand } from './support/peer.ts'
import { cutChunks, type Heard, refusingUrl, serve, shortBody, whole } from './support/servers.ts'
import { startSlowServer } from './support/slow-server.ts'
import { printTable, type Row } from './support/table.ts'

async function users(target: string, ratePerS: number, forMs: number): Promise<LoadSummary> {
  const load = await startUsers(usersSpec.parse({ ratePerS, mix: [{ path: '/' }] }), {
    target,
    idPrefix: 'bench',
    forMs,
    onSample: () => undefined,
    onBroken: (error) => {
      throw error
    },
  })
  await sleep(forMs)
  return await load.stop(10_000)
}

const ms = (value: number) => `${value.toFixed(value < 100 ? 1 : 0)} ms`
const near = (value: number, truth: number, share: number, atLeastMs: number) =>
  Math.abs(value - truth) <= Math.max(truth * share, atLeastMs)

/** A stall of 2 s in 6 s at 200/s: an open system's users arrive all the same, and wait for what is left of it. */
async function stall(): Promise<Row[]> {
  const [rate, forMs, stallAfterMs, stallMs] = [200, 6_000, 2_000, 2_000]
  const slowness = { delayMs: 0, stallAfterMs, stallMs }
  const planned = (rate * forMs) / 1_000
  const waits = Array.from({ length: planned }, (_, k) => {
    const atMs = (k * 1_000) / rate
    return atMs >= stallAfterMs && atMs < stallAfterMs + stallMs ? stallAfterMs + stallMs - atMs : 0
  }).sort((a, b) => a - b)
  const theory = (percent: number) => waits[Math.ceil((percent / 100) * planned) - 1] ?? 0

  const server = await startSlowServer(slowness)
  const ours = await users(server.url, rate, forMs)
  await server.stop()
  const second = await startSlowServer(slowness)
  const peer = await autocannonCommand(second.url, ['-c', '10', '-R', String(rate), '-d', '6'])
  await second.stop()

  const sent = planned - (ours.ledger.not_sent ?? 0)
  const share = (count: number) => `${((count / planned) * 100).toFixed(1)} %`
  const rows: Row[] = [
    {
      what: 'stall of 2 s in 6 s at 200/s: planned requests sent',
      target: '>= 99.9 %',
      ours: share(sent),
      peer: share(peer.requests.total),
      met: ours.planned === planned && sent / planned >= 0.999,
    },
  ]
  for (const percent of [50, 90, 99] as const) {
    const truth = theory(percent)
    const value = ours.latencyMs?.[`p${percent}`] ?? Number.NaN
    rows.push({
      what: `  p${percent} (theory of an open system: ${ms(truth)})`,
      target: 'within 5 % or 5 ms',
      ours: ms(value),
      peer: ms(peer.latency[`p${percent}`]),
      met: near(value, truth, 0.05, 5),
    })
  }
  return rows
}

/** A server that always takes the same time, by its own clock. */
async function delayed(delayMs: number): Promise<Row> {
  const forMs = delayMs > 1_000 ? 4_000 : 3_000
  const server = await startSlowServer({ delayMs, stallAfterMs: 0, stallMs: 0 })
  const ours = await users(server.url, 20, forMs)
  const delays = await server.delays()
  const peer = await autocannonCommand(server.url, ['-c', '10', '-R', '20', '-d', String(forMs / 1_000)])
  await server.stop()
  const truth = delays[Math.floor(delays.length / 2)] ?? 0
  const value = ours.latencyMs?.p50 ?? Number.NaN
  return {
    what: `server that takes ${delayMs} ms (by its own clock ${ms(truth)}): p50`,
    target: 'within 2 %',
    ours: ms(value),
    peer: ms(peer.latency.p50),
    met: near(value, truth, 0.02, 0),
  }
}

/** A server that misbehaves: every request is compared, by its id, with what the server did to it. */
async function classed(what: string, answer: (socket: net.Socket, heard: Heard) => string): Promise<Row> {
  const truth = new Map<string, string>()
  const open = () =>
    serve((socket, heard) => {
      truth.set(heard.headers['x-request-id'] ?? '', answer(socket, heard))
    })
  const server = await open()
  const ours = await users(server.url, 200, 2_000)
  await server[Symbol.asyncDispose]()
  let right = 0
  for (let k = 0; k < ours.planned; k += 1) if (ours.classOf(k) === truth.get(`bench-${k}`)) right += 1
  const second = await open()
  const peer = await autocannonCommand(second.url, ['-c', '10', '-R', '200', '-d', '2'])
  const heard = second.heard.length
  await second[Symbol.asyncDispose]()
  return {
    what,
    target: 'every one in its true class',
    ours: `${right} of ${ours.planned}: ${Object.entries(ours.ledger)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')}`,
    peer: `${heard} heard: ${peer['2xx']} x 2xx, ${peer.errors} errors`,
    met: right === ours.planned && ours.planned === 400,
  }
}

async function refused(): Promise<Row> {
  const url = await refusingUrl()
  const ours = await users(url, 200, 2_000)
  const peer = await autocannonCommand(url, ['-c', '10', '-R', '200', '-d', '2'])
  return {
    what: 'port closed, 200/s for 2 s',
    target: '400 connect_refused',
    ours: `${ours.ledger.connect_refused ?? 0} connect_refused`,
    peer: `${peer.errors} errors`,
    met: ours.ledger.connect_refused === 400 && ours.planned === 400,
  }
}

const rows = [
  ...(await stall()),
  await delayed(200),
  await delayed(1_500),
  await classed('FIN without an answer on every second connection', (socket, { connection }) => {
    if (connection % 2 === 1) {
      socket.end()
      return 'closed_without_response'
    }
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok`)
    return 'http_200'
  }),
  await classed('every third body cut short of its content-length', (socket, { n }) => {
    if (n % 3 === 2) socket.end(shortBody)
    else socket.write(whole(200))
    return n % 3 === 2 ? 'truncated' : 'http_200'
  }),
  await classed('every third body cut between its chunks', (socket, { n }) => {
    if (n % 3 === 2) socket.end(cutChunks)
    else socket.write(whole(200))
    return n % 3 === 2 ? 'truncated' : 'http_200'
  }),
  await classed('every third request reset', (socket, { n }) => {
    if (n % 3 === 2) socket.resetAndDestroy()
    else socket.write(whole(502))
    return n % 3 === 2 ? 'reset' : 'http_502'
  }),
  await refused(),
]
process.exitCode = printTable('load accuracy', 'autocannon', rows) ? 0 : 1
