import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'

/** Below those that engine and kernel give away themselves: one of theirs may be taken before we use it. */
const ours = { from: 20_000, to: 30_000 }
const triesAtMost = 30

/** A port on 127.0.0.1 that nothing listens on. PORT_TAKEN when many were looked at, and none was free. */
export async function freePort(listen = listenOnce): Promise<number> {
  let last: unknown
  for (let tries = 0; tries < triesAtMost; tries += 1) {
    const port = randomInt(ours.from, ours.to)
    try {
      await listen(port)
      return port
    } catch (thrown) {
      last = thrown
    }
  }
  const message = `None of ${triesAtMost} ports from ${ours.from} to ${ours.to} on 127.0.0.1 is free: ${reasonOf(last)}`
  throw new BadgatewayError(
    'PORT_TAKEN',
    message,
    'Does something take them all? `badgateway run --port NUMBER` asks for another one.',
    { cause: last },
  )
}

/** PORT_TAKEN when somebody listens there. */
export async function expectFree(port: number): Promise<void> {
  await listenOnce(port).catch((thrown: unknown) => {
    const message = `Port ${port} on 127.0.0.1 is taken`
    throw new BadgatewayError('PORT_TAKEN', message, 'Choose another one with --port, or leave it to badgateway.', {
      cause: thrown,
    })
  })
}

async function listenOnce(port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve()))
  })
}
