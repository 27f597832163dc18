import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Books } from '../books/books.ts'
import type { Setup } from '../books/wire.ts'
import { mostRateOf, type UsersSpec } from '../types.ts'
import { Users } from './users.ts'

/** Below this rate cold code costs no more than a few ms of schedule lag. */
const needlessBelowPerS = 1_000
const rateWhenColdPerS = 30_000
/**
 * Ending a round closes connections, which makes V8 drop what it had compiled; having seen that too, it no longer does.
 */
const rounds = 6
const roundMs = 200
/** As an Nginx writes it, so that what is warmed is what will be used. */
const answer = [
  'HTTP/1.1 200 OK',
  'Server: nginx/1.26.3',
  'Date: Fri, 14 Mar 2025 14:30:00 GMT',
  'Content-Type: text/html; charset=utf-8',
  'Content-Length: 2',
  'Connection: keep-alive',
  '',
  'ok',
].join('\r\n')

/**
 * Runs the engine for a moment against a server in this same thread, so that the first planned second is not late
 * because the code was cold. The target hears nothing of it, and nothing of it is counted.
 */
export async function warmUp(setup: Setup<UsersSpec>): Promise<void> {
  const { spec } = setup
  if (mostRateOf(spec) < needlessBelowPerS) return
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.write(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') return
  const url = `http://127.0.0.1:${address.port}`
  for (let round = 0; round < rounds; round += 1) await warmUpOnce({ ...setup, targets: [{ target: url }] })
  server.close()
}

async function warmUpOnce(setup: Setup<UsersSpec>): Promise<void> {
  const shared = {
    reached: new Float64Array(1),
    classes: new SharedArrayBuffer(1_024, { maxByteLength: 1_024 * 1_024 }),
    begin: new BigInt64Array(1),
  }
  const spec = { ...setup.spec, ratePerS: rateWhenColdPerS, stages: [] }
  const books = new Books('users', spec.users, shared, () => undefined)
  const users = new Users({ ...setup, spec, forMs: roundMs, shared, thread: 0, threads: 1 }, books)
  users.start()
  await sleep(roundMs)
  await users.stop(roundMs)
}
