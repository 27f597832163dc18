import { expect, test } from 'vitest'
import { LogBook } from '../../../src/watch/logbook.ts'

const second = 1_795_214_858
const line = (text: string, wallMs = second * 1_000, service = 'proxy') => {
  return { service, stream: 'stdout', wallMs, text } as const
}
const access = (id: string, status: number, t = second) =>
  line(JSON.stringify({ t, id, method: 'GET', path: '/', status, time: 0.1 }), t * 1_000)
const refused = line(
  '2026/11/20 22:47:48 [error] 1#1: *2 connect() failed (111: Connection refused) while connecting to upstream',
)

test('statuses and reasons are counted by second, each second is told once', () => {
  const noticed: string[] = []
  const book = new LogBook((_, reason) => noticed.push(reason))
  for (const one of [access('a', 502), access('b', 502), access('c', 200), refused, refused]) book.take(one, 'proxy')
  expect(book.takeSecondsBefore(second * 1_000)).toEqual([])
  const due = book.takeSecondsBefore((second + 1) * 1_000)
  expect(due).toEqual([
    { wallMs: second * 1_000, byStatus: { 502: 2, 200: 1 }, byReason: { 'connect-refused': 2 }, ofLoads: 0 },
  ])
  expect(book.takeSecondsBefore((second + 9) * 1_000)).toEqual([])
  expect(noticed).toEqual(['connect-refused'])
  expect(book.firstOf('connect-refused')).toBe(refused.text)
})

test('answers are known by request id, for the reconciliation', () => {
  const book = new LogBook(() => undefined)
  book.take(access('run-u-0', 200), 'proxy')
  book.take(access('', 404), 'proxy')
  expect([...book.answered]).toEqual([['run-u-0', 200]])
})

test("a backend's own requests are counted between two instants; lines without an id are no requests", () => {
  const book = new LogBook(() => undefined)
  const at = (offset: number, text: string) => book.take(line(text, (second + offset) * 1_000, 'api-1'), 'server')
  at(0, '{"id":"u-1","status":200}')
  at(1, '{"id":"u-2","status":200}')
  at(1, '{"ready":true}')
  at(5, '{"id":"u-3","status":200}')
  expect(book.requestsAt('api-1', second * 1_000, (second + 2) * 1_000)).toBe(2)
  expect(book.requestsAt('api-2', 0, Number.MAX_SAFE_INTEGER)).toBe(0)
})

test('the most frequent reason comes first', () => {
  const book = new LogBook(() => undefined)
  const live = line('2026/11/20 22:47:48 [error] 1#1: *2 no live upstreams while connecting to upstream')
  for (const one of [refused, live, live]) book.take(one, 'proxy')
  const all = book.reasonsBetween(0, Number.MAX_SAFE_INTEGER)
  expect(all).toEqual([
    ['no-live-upstreams', 2],
    ['connect-refused', 1],
  ])
  expect(book.reasonsBetween((second + 60) * 1_000, (second + 90) * 1_000)).toEqual([])
})

test("the requests of the run's loads are counted by their ids, each once", () => {
  const book = new LogBook(() => undefined)
  for (const id of ['0ab3-u-0', '0ab3-u-0', '0ab3-p-7', '0ab3-s1-7', 'timing-1', ''])
    book.take(access(id, 200), 'proxy')
  expect(book.takeSecondsBefore((second + 1) * 1_000)).toMatchObject([{ byStatus: { 200: 6 }, ofLoads: 3 }])
})
