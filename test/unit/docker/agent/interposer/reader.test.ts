import { describe, expect, test } from 'vitest'
import { framingOfAnswer, framingOfRequest } from '../../../../../docker/agent/interposer/head.ts'
import { HttpReader, mostHeadBytes, type Part, RawReader } from '../../../../../docker/agent/interposer/reader.ts'

const requests = () => new HttpReader('request', framingOfRequest)
const answers = (method = 'GET') => new HttpReader('answer', (head) => framingOfAnswer(head, method))

function read(reader: HttpReader, text: string, pieceBytes = text.length): Part[] {
  const all = Buffer.from(text, 'latin1')
  const parts: Part[] = []
  for (let at = 0; at < all.length; at += pieceBytes) parts.push(...reader.push(all.subarray(at, at + pieceBytes)))
  return [...parts, ...reader.finish()]
}

/** `head data end`, with neighbours of one sort as one. */
const kinds = (parts: readonly Part[]) =>
  parts
    .map(({ is }) => is)
    .filter((is, index, all) => is !== all[index - 1] || is === 'end')
    .join(' ')
const bytesOf = (parts: readonly Part[]) => Buffer.concat(parts.map(({ bytes }) => bytes)).toString('latin1')

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
const chunked = '5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nTrailer: t\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\n'

const asked: [string, string, string][] = [
  ['one without a body', get, 'head end'],
  ['two at once', get + get, 'head end head end'],
  ['one with a length', `POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello${get}`, 'head data end head end'],
  ['a length of none', 'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 'head end'],
  [
    'one in chunks',
    `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}${get}`,
    'head framing data framing data framing end head end',
  ],
  ['empty lines between', `\r\n${get}\r\n\r\n${get}`, 'framing head end framing head end'],
  ['bare newlines', 'GET / HTTP/1.0\nHost: a\n\n', 'head end'],
  ['a preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'raw'],
  ['a handshake of TLS', '\x16\x03\x01\x02\0\x01', 'raw'],
  ['half a head', 'GET / HTTP/1.1\r\nHo', 'raw'],
  ['a head without end', `GET / HTTP/1.1\r\nA: ${'x'.repeat(mostHeadBytes)}`, 'raw'],
  ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', 'head raw'],
  ['a size that is none', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello', 'head framing raw'],
]

const answered: [string, string, string, string?][] = [
  ['one with a length', `${ok}Content-Length: 2\r\n\r\nok`, 'head data end'],
  ['one in chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n${chunked}`, 'head framing data framing data framing end'],
  ['one that ends with the connection', `${ok}\r\nhello`, 'head data end'],
  ['to HEAD', `${ok}Content-Length: 2\r\n\r\n${ok}Content-Length: 0\r\n\r\n`, 'head end head end', 'HEAD'],
  ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', 'head end'],
  ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 'head end'],
  ['100, then 200', `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 0\r\n\r\n`, 'head end head end'],
  ['101', 'HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x05hello', 'head raw'],
  ['a tunnel', `${ok}\r\nanything`, 'head raw', 'CONNECT'],
  ['no answer of HTTP', '220 smtp.example ESMTP\r\n', 'raw'],
]

describe.each([1, 2, 3, 7, 65_536])('in pieces of %i bytes', (pieceBytes) => {
  test.each(asked)('a request: %s', (_name, text, found) => {
    const parts = read(requests(), text, pieceBytes)
    expect(kinds(parts)).toBe(found)
    expect(bytesOf(parts)).toBe(text)
  })

  test.each(answered)('an answer: %s', (_name, text, found, method) => {
    const parts = read(answers(method), text, pieceBytes)
    expect(kinds(parts)).toBe(found)
    expect(bytesOf(parts)).toBe(text)
  })
})

test('what gives up in mid-stream passes the rest on as it is', () => {
  const reader = requests()
  const parts: Part[] = []
  for (const part of reader.push(Buffer.from(get + get))) {
    parts.push(part)
    if (part.is === 'end') reader.giveUp()
  }
  expect(kinds(parts)).toBe('head end raw')
})

test('bytes that nobody understands are one message without end', () => {
  const reader = new RawReader()
  const parts = ['one', 'two'].flatMap((text) => [...reader.push(Buffer.from(text))])
  expect(kinds([...parts, ...reader.finish()])).toBe('head data')
  expect(bytesOf(parts)).toBe('onetwo')
})
