import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Books } from './books.ts'
import type { UsersSpec } from './types.ts'
import { Users } from './users.ts'
import type { Setup } from './wire.ts'

/** Below this rate cold code costs no more than a few ms of schedule lag. */
const needlessBelowPerS = 1_000
const rateWhenColdPerS = 4_000
const rehearseMs = 300
const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/**
 * Runs the engine for a moment against a server in this same thread, so that the first planned second is not late because
 * the code was cold. The target hears nothing of it, and nothing of it is counted.
 */
export async function rehearse(setup: Setup<UsersSpec>): Promise<void> {
  const { spec } = setup
  if (Math.max(spec.ratePerS, ...spec.stages.map(({ toRatePerS }) => toRatePerS)) < needlessBelowPerS) return
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.write(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') return
  const shared = {
    planned: new Float64Array(1),
    classes: new SharedArrayBuffer(1_024, { maxByteLength: 1_024 * 1_024 }),
  }
  const users = new Users(
    {
      ...setup,
      spec: { ...spec, ratePerS: rateWhenColdPerS, stages: [] },
      target: `http://127.0.0.1:${address.port}`,
      forMs: rehearseMs,
      shared,
    },
    new Books('users', spec.users, shared, () => undefined),
  )
  users.start()
  await sleep(rehearseMs)
  await users.stop(rehearseMs)
  server.close()
}
