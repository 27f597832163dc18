import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import autocannon from 'autocannon'
import { expect, test } from 'vitest'
import { serve, whole } from '../../../bench/support/servers.ts'
import type { CannonClient } from '../../../src/load/cannon-client.ts'

const require = createRequire(import.meta.url)

test('autocannon is the version whose inside src/load/connection.ts takes over', async () => {
  const manifest = JSON.parse(await readFile(require.resolve('autocannon/package.json'), 'utf8'))
  expect(manifest.version).toMatch(/^9\.0\./)
})

test('the hook comes before the first connection, and everything that is taken over is there', async () => {
  await using server = await serve((socket) => socket.write(whole(200)))
  const events: string[] = []
  const inside = Promise.withResolvers<Record<string, string>>()
  const run = autocannon({
    url: server.url,
    connections: 1,
    amount: 1,
    setupClient: (hooked) => {
      const client = hooked as CannonClient
      const { conn, parser, pipelinedRequests, _connect, _doRequest, getRequestBuffer } = client
      const found = { conn, initialize: parser.initialize, execute: parser.execute, finish: parser.finish }
      const taken = { clear: pipelinedRequests.clear, addBody: pipelinedRequests.addBody }
      const methods = { _connect, _doRequest, getRequestBuffer }
      const kinds = Object.entries({ ...found, ...taken, ...methods }).map(([name, value]) => [name, typeof value])
      inside.resolve(Object.fromEntries(kinds))
      client._doRequest = function (this: CannonClient) {
        events.push(`request, connection ${typeof this.conn}`)
        _doRequest.call(this)
      }
      const emitter: NodeJS.EventEmitter = client
      emitter.on('headers', (info: { statusCode: number; shouldKeepAlive: boolean }) => {
        events.push(`headers ${info.statusCode} ${info.shouldKeepAlive}`)
      })
      client.on('response', (status: number) => events.push(`response ${status}`))
    },
  })
  await run
  const { conn, ...methods } = await inside.promise
  expect(conn).toBe('undefined')
  expect(new Set(Object.values(methods))).toEqual(new Set(['function']))
  expect(events.slice(0, 3)).toEqual(['request, connection object', 'headers 200 true', 'response 200'])
})
