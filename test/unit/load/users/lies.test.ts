import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type Heard, serve } from '../../../../bench/support/servers.ts'
import { mostKeptBytes } from '../../../../src/load/mix/good.ts'
import { imbalances, runPressure, runUsers } from '../run.ts'

const good = { contains: 'Welcome', json: { path: 'ok', is: true } }
const page = JSON.stringify({ text: 'Welcome', ok: true })
const sized = (body: string | Buffer, head = '') => {
  const bytes = Buffer.from(body)
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${head}content-length: ${bytes.length}\r\n\r\n`), bytes])
}
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

/** Answers by path, each with the class that is true for it where the page is to be as `good` says. */
const answers: Record<string, [expected: string, answer: Buffer | string]> = {
  '/whole': ['http_200', sized(page)],
  '/packed': ['http_200', sized(gzipSync(page), 'content-encoding: gzip\r\n')],
  '/chunks': [
    'http_200',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunk(page.slice(0, 9))}${chunk(page.slice(9))}0\r\n\r\n`,
  ],
  '/large': ['http_200', sized('x'.repeat(mostKeptBytes + 1))],
  '/stale': ['wrong_content', sized(page.replace('true', 'false'))],
  '/error-page': ['wrong_content', sized('<h1>Sorry</h1>')],
  '/empty': ['wrong_content', sized('')],
  '/moved': ['wrong_content', 'HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n'],
  '/failed': ['http_502', 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'],
}
const paths = Object.keys(answers)
const mix = paths.map((path) => ({ path, good }))
const wrongly = (heard: readonly Heard[], classOf: (k: number) => string | undefined) =>
  heard.filter(({ path, headers }) => classOf(Number(headers['x-request-id']?.split('-')[1])) !== answers[path]?.[0])

test('a 200 that lies is counted as what it is', async () => {
  await using server = await serve((socket, { path }) => socket.write(answers[path]?.[1] ?? ''))
  const measured = await runUsers(server.url, 450, { mix })
  expect(imbalances(measured)).toEqual([])
  expect(measured.summary.ledger).toEqual({ http_200: 40, wrong_content: 40, http_502: 10 })
  expect(wrongly(server.heard, measured.summary.classOf)).toEqual([])
  const oddities = Object.fromEntries(measured.summary.oddities ?? [])
  expect(oddities["wrong content, GET /stale: its 'ok' is not 'true'"]).toBe(10)
  expect(oddities["wrong content, GET /empty: its body does not contain 'Welcome'"]).toBe(10)
  expect(oddities[`not looked into, GET /large: its body has more than ${mostKeptBytes} bytes`]).toBe(10)
  // A liar has not failed to answer: its connection carries the next request.
  expect(server.connections).toBeLessThan(40)
})

test('under pressure too', async () => {
  await using server = await serve((socket, { path }) => socket.write(answers[path]?.[1] ?? ''))
  const measured = await runPressure(server.url, 100, { mix }, 2_000, () => server.heard.length >= paths.length * 4)
  expect(imbalances(measured)).toEqual([])
  expect(wrongly(server.heard, measured.summary.classOf)).toEqual([])
  expect(measured.summary.ledger.wrong_content).toBeGreaterThan(4)
  expect(server.connections).toBe(4)
})

test('a body that ends with its connection is looked into at its end', async () => {
  await using server = await serve((socket, { n }) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${n % 2 ? page : '{}'}`))
  const measured = await runUsers(server.url, 200, { mix: [{ path: '/', good }] })
  expect(imbalances(measured)).toEqual([])
  expect(measured.summary.ledger).toEqual({ http_200: 20, wrong_content: 20 })
})
