import { once } from 'node:events'
import { createServer } from 'node:https'
import { expect, test } from 'vitest'
import type { NewFact } from '../../../src/journal/facts.ts'
import { loadSpec } from '../../../src/load/index.ts'
import { startTraffic } from '../../../src/run/traffic.ts'
import { certificate, key } from '../../support/certificate.ts'

test('users of a site whose certificate nobody vouches for are served', async () => {
  const server = createServer({ cert: certificate, key }, (_, response) => response.end('well'))
  const heard = once(server, 'request')
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : expect.unreachable()
  const written: NewFact[] = []
  const traffic = await startTraffic({
    spec: loadSpec.parse({ users: { ratePerS: 50, users: 5, mix: [{ path: '/' }] } }),
    target: `https://127.0.0.1:${port}`,
    runId: 'r',
    write: (fact) => void written.push(fact),
    toT: (ms) => ms,
    onBroken: (error) => expect.fail(error.message),
  })
  try {
    await Promise.race([heard, expect.poll(() => written.length).toBeGreaterThan(0)])
  } finally {
    const [ended] = await traffic.stop(2_000)
    server.close()
    expect(Object.keys(ended?.summary.ledger ?? {})).toEqual(['http_200'])
  }
})
