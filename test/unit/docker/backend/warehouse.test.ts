import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { postgresWarehouse } from '../../../../docker/backend/warehouse.ts'

/** AuthenticationOk and ReadyForQuery, as a PostgreSQL says them. */
const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])
const server = createServer()
const unheard: unknown[] = []
const hear = (reason: unknown) => unheard.push(reason)

afterEach(() => {
  process.off('unhandledRejection', hear)
  server.close()
})

test('a database that takes a connection and says no more costs its question, and never the process', async () => {
  process.on('unhandledRejection', hear)
  const closed: Promise<unknown>[] = []
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(welcome))
    closed.push(once(socket, 'close'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const warehouse = postgresWarehouse(`postgres://shop:shop@127.0.0.1:${port}/shop`, { queryMs: 1_000, atOnce: 4 })
  const asked = await Promise.allSettled([warehouse.products(), warehouse.products()])
  for (const one of asked) {
    expect(one).toMatchObject({ status: 'rejected', reason: { message: 'no answer from the database within 1000 ms' } })
  }
  // Given up, the connections are cut: that is the moment in which it went wrong.
  await Promise.all(closed)
  await new Promise((resolve) => setImmediate(resolve))
  expect(unheard).toEqual([])
  await warehouse.close()
})
