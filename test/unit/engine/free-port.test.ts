import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { expectFree, freePort } from '../../../src/engine/free-port.ts'

const taken = () => Promise.reject(new Error('listen EADDRINUSE'))

test('is none that the engine or the kernel would give to somebody else meanwhile', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()))
  expect(ports.filter((port) => port < 20_000 || port >= 30_000)).toEqual([])
  expect(new Set(ports).size).toBeGreaterThan(1)
})

test('one that is taken is passed over, and many that are taken are an error', async () => {
  const tries: number[] = []
  const third = (port: number) => (tries.push(port) < 3 ? taken() : Promise.resolve())
  expect(await freePort(third)).toBe(tries[2])
  await expect(freePort(taken)).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    hint: expect.stringContaining('--port NUMBER'),
  })
})

test('a port that somebody listens on is refused by name, and one that is free is not', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const refused = `Port ${port} on 127.0.0.1 is taken`
  await expect(expectFree(port)).rejects.toMatchObject({ code: 'PORT_TAKEN', message: refused })
  server.close()
  await once(server, 'close')
  await expectFree(port)
})
