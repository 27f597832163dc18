// @group measured
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { press } from '../../../docker/agent/press.ts'
import { runPressure, runUsers } from './run.ts'

/** In a thread of its own it answers while this one is held up. */
const server = new Worker(
  `const { createServer } = require('node:http')
   const { parentPort } = require('node:worker_threads')
   const answer = (_, response) => {
     parentPort.postMessage('asked')
     setTimeout(() => response.end('ok'), 100)
   }
   const server = createServer(answer).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`,
  { eval: true },
)
let port = 0
beforeAll(async () => {
  ;[port] = (await once(server, 'message')) as [number]
})
afterAll(async () => {
  await server.terminate()
})

const timeoutMs = 300

/** Holds this thread up for longer than any request may take, while some are open. */
async function holdUp(): Promise<void> {
  for (let asked = 0; asked < 4; asked += 1) await once(server, 'message')
  // Right before the loop looks at its timers, and not at its sockets.
  await new Promise(setImmediate)
  const until = performance.now() + 2 * timeoutMs
  while (performance.now() < until);
}

const generators: [string, () => Promise<unknown>][] = [
  ['users', async () => (await runUsers(urlOf(), 400, { ratePerS: 50, timeout: `${timeoutMs}ms` })).summary.ledger],
  ['pressure', async () => (await runPressure(urlOf(), 400, { timeout: `${timeoutMs}ms` })).summary.ledger],
  ['press', async () => (await press({ ...place(), connections: 4, seconds: 0.4, timeoutMs })).byStatus],
]
const place = () => ({ host: '127.0.0.1', port, path: '/' })
const urlOf = () => `http://127.0.0.1:${port}`

test.each(generators)('to %s that were held up, answers that came meanwhile are no timeouts', async (_, run) => {
  const [ledger] = await Promise.all([run(), holdUp()])
  expect(Object.keys(ledger as object)).toEqual([expect.stringMatching(/^(http_)?200$/)])
})
