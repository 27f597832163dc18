import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { z } from 'zod/mini'
import { talk } from '../../../docker/agent/talk.ts'
import { lookFor, showsDeed, talkWords } from '../../../src/faults/interposer-signs.ts'
import { headerForms, interposerWhat, lateParts, points } from '../../../src/protocol/interposer.ts'
import { type AtEnd, interposed, listening } from '../../support/interposed.ts'

type Deed = z.input<typeof interposerWhat>['deed']

/** So late is nobody who is well, on a machine that does much else meanwhile too: 138 ms were seen. */
const lateMs = 400

/** Each deed there is, with each of its points. */
const deeds: Deed[] = [
  ...lateParts.map((of) => ({ does: 'latency', ms: lateMs, jitterMs: 10, of }) as const),
  ...(['hang', 'reset', 'fin'] as const).flatMap((does) => points.map((at) => ({ does, at }))),
  { does: 'truncate', framing: 'length' },
  { does: 'truncate', framing: 'chunked' },
  { does: 'big-header' },
  ...headerForms.map((form) => ({ does: 'invalid-header', form }) as const),
  { does: 'endless-header', everyMs: 1 },
  { does: 'status', code: 500 },
  { does: 'bandwidth', bytesPerS: 3_000 },
  { does: 'idle-close', afterMs: 30 },
  { does: 'race-close', onRequest: 3 },
]

/** A server that is well, with a page of 1,000 bytes in one of two framings. */
async function wellServer(isChunked: boolean, atEnd: AtEnd = onTestFinished): Promise<number> {
  const server = createServer((_request, response) => {
    if (!isChunked) response.setHeader('content-length', 1_000)
    response.write('x'.repeat(500))
    response.end('x'.repeat(500))
  })
  server.keepAliveTimeout = 60_000
  atEnd(() => {
    server.close()
    server.closeAllConnections()
  })
  return await listening(server)
}

async function lookAt(port: number, deed: Deed) {
  const what = interposerWhat.parse({ deed })
  const { text, timeoutMs } = lookFor(what, '/')
  // A header without an end is seen long before anybody would be tired of it.
  const quick = what.deed.does === 'endless-header' ? lateMs : timeoutMs
  const answer = await talk({ host: 'localhost', port, text, timeoutMs: quick })
  return { shows: showsDeed(what.deed, answer), words: talkWords(answer), what }
}

describe.each([
  ['with a length', false],
  ['in chunks', true],
])('a page %s', (_name, isChunked) => {
  const cases = deeds.map((deed) => ({ json: JSON.stringify(deed), deed }))
  // Most of them wait for what never comes: side by side.
  test.concurrent.for(cases)('$json shows', async ({ deed }, { onTestFinished: atEnd }) => {
    const server = await wellServer(isChunked, atEnd)
    const { port } = await interposed({ port: server, wished: { ...interposerWhat.parse({ deed }) } }, atEnd)
    expect(await lookAt(port, deed)).toMatchObject({ shows: true })
    const { shows, words } = await lookAt(server, deed)
    expect([shows, words]).toEqual([false, expect.stringContaining('status 200')])
  })
})

test('the first byte and the body of an answer are told apart', async () => {
  const server = await wellServer(false)
  const wished = interposerWhat.parse({ deed: { does: 'latency', ms: lateMs, of: 'body' } })
  const { port } = await interposed({ port: server, wished })
  expect(await lookAt(port, { does: 'latency', ms: lateMs, of: 'body' })).toMatchObject({ shows: true })
  expect(await lookAt(port, { does: 'latency', ms: lateMs, of: 'first-byte' })).toMatchObject({ shows: false })
})

test.each([
  [{ does: 'reset', at: 'headers' }, { path: '/api/a', method: 'POST' }, /^GET \/ HTTP\/1\.1\r\n/],
  [{ does: 'race-close', onRequest: 2 }, {}, /^HEAD \/ HTTP\/1\.1\r\nHost: badgateway\r\n\r\nHEAD \//],
  [{ does: 'idle-close', afterMs: 1 }, {}, /^GET \/ HTTP\/1\.1\r\nHost: badgateway\r\n\r\n$/],
  [{ does: 'status', code: 500 }, {}, /Connection: close/],
] as const)('%j of %j is asked for so', (deed, scope, text) => {
  expect(lookFor(interposerWhat.parse({ deed, scope }), '/').text).toMatch(text)
})
