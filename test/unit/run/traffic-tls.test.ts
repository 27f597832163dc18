// @group measured 2s
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { TlsOptions } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { loadSpec } from '../../../src/load/index.ts'
import { startTraffic } from '../../../src/run/traffic.ts'
import { certificate, key } from '../../support/certificate.ts'
import { portOf } from '../../support/nginx/backends.ts'

test('a raised site is asked whoever signed its certificate, by the name that it is for', async () => {
  const names: (string | undefined)[] = []
  const SNICallback: TlsOptions['SNICallback'] = (name, done) => {
    names.push(name)
    done(null)
  }
  const server = createServer({ cert: certificate, key, SNICallback })
  server.on('request', (_request, response) => void response.end('well'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const traffic = await startTraffic({
    spec: loadSpec.parse({
      users: { ratePerS: 50, users: 5, pool: 40, mix: [{ path: '/', headers: { host: 'shop.test' } }] },
      pressure: { connections: 1, ratePerS: 20, mix: [{ path: '/', headers: { host: 'shop.test' } }] },
    }),
    target: `https://127.0.0.1:${portOf(server.address())}`,
    siteName: 'shop.test',
    runId: 'r',
    write: () => undefined,
    toT: (ms) => ms,
    onBroken: (error) => expect.fail(error.message),
  })
  onTestFinished(async () => void (await traffic.stop(0)))
  await expect.poll(() => traffic.newest()?.planned).toBeGreaterThan(0)
  const ledgers = (await traffic.stop(2_000)).map(({ summary }) => Object.keys(summary.ledger))
  expect(ledgers).toEqual([['http_200'], ['http_200']])
  expect(new Set(names)).toEqual(new Set(['shop.test']))
})
