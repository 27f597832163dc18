import { expect, test } from 'vitest'
import { LogBook } from '../../../src/watch/logbook.ts'
import { ownLogReader } from '../../../src/watch/own-log.ts'

const text = '$http_x_request_id "$request" $status $upstream_addr $upstream_status $upstream_connect_time'
const log = { files: [], isBuffered: false, isWhole: true, unknown: [] }
const bookOf = (format: string, ids: string[]) => {
  return new LogBook(
    () => undefined,
    ownLogReader({ ...log, formats: [{ text: format, escaping: 'default' as const }], ids }),
  )
}
const at = (line: string) => ({ service: 'edge', stream: 'stdout', wallMs: 5_400, text: line }) as const

test('requests of the loads are known by their ids, and what a second server was asked', () => {
  const book = bookOf(text, ['http_x_request_id'])
  for (const line of [
    'ab-u-1 "GET / HTTP/1.1" 200 10.9.0.5:80, 10.9.0.6:80 504, 200 0.001, 0.001',
    'ab-u-2 "POST / HTTP/1.1" 200 10.9.0.5:80, 10.9.0.6:80 502, 200 0.000, 0.001',
    'ab-u-3 "POST / HTTP/1.1" 502 10.9.0.5:80 502 -',
    '- "GET / HTTP/1.1" 200 10.9.0.5:80, 10.9.0.6:80 502, 200 -, 0.001',
  ])
    expect(book.take(at(line), 'proxy')).toBe(false)
  expect([...book.answered]).toEqual([
    ['ab-u-1', 200],
    ['ab-u-2', 200],
    ['ab-u-3', 502],
  ])
  expect(book.takeSecondsBefore(9_000)).toEqual([
    {
      wallMs: 5_000,
      byStatus: { 200: 3, 502: 1 },
      byReason: {},
      ofLoads: 3,
      asked: { repeated: 2, hidden: 2, writes: 2, writesFailed: 1, writesRepeated: 1 },
    },
  ])
})

test('without ids everybody counts, and without times no write is said to be repeated', () => {
  const book = bookOf('"$request" $status $upstream_addr', [])
  book.take(at('"POST / HTTP/1.1" 200 10.9.0.5:80, 10.9.0.6:80'), 'proxy')
  book.take(
    at('2026/12/01 10:00:00 [error] 1#1: *1 connect() failed (111: Connection refused) while connecting to upstream'),
    'proxy',
  )
  const [second] = book.takeSecondsBefore(9_000)
  expect(second?.asked).toEqual({ repeated: 1, hidden: 1, writes: 1, writesFailed: 0 })
  expect(second).toMatchObject({ ofLoads: 0, byReason: { 'connect-refused': 1 } })
  expect(book.statuses).toEqual(new Map([['200', 1]]))
})
