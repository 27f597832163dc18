import { describe, expect, test } from 'vitest'
import { AnswerReader } from '../../../../src/load/wire/answer.ts'

/** What becomes of an answer that comes in these pieces, and then of the connection's end. */
function read(pieces: readonly string[], toHead = false) {
  const reader = new AnswerReader()
  reader.expect(toHead)
  let progress = 'open'
  for (const piece of pieces) {
    if (progress === 'open') progress = reader.feed(Buffer.from(piece, 'latin1'))
  }
  const { head, wrong, surplus } = reader
  return { progress: progress === 'open' ? reader.finish() : progress, status: head?.status, wrong, surplus, head }
}

const whole: [string, number][] = [
  ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', 200],
  ['HTTP/1.1 200\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nok', 200],
  ['HTTP/1.0 502 Bad Gateway\ncontent-length: 2\n\nok', 502],
  ['HTTP/1.1 204 No Content\r\n\r\n', 204],
  ['HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n', 304],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nx: y\r\n\r\n', 200],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nA\r\n0123456789\r\n00\r\n\r\n', 200],
  ['HTTP/1.1 200 OK\r\n\r\nuntil the end', 200],
  [
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 102 X\r\n\r\nHTTP/1.1 201 X\r\ncontent-length: 0\r\n\r\n',
    201,
  ],
  ['HTTP/1.1 200 OK\r\nx: folded\r\n  line\r\ncontent-length: 0\r\n\r\n', 200],
]

const bad: [string, RegExp][] = [
  ['HTTP/1.1 000 Nothing\r\ncontent-length: 0\r\n\r\n', /status line is 'HTTP\/1\.1 000/],
  ['HTTP/1.1 20 OK\r\n\r\n', /status line/],
  ['HTTP/2.0 200 OK\r\n\r\n', /begins 'HTTP\/2/],
  ['SSH-2.0-OpenSSH\r\n', /begins 'SSH-2\.0-OpenSSH\\x0d\\x0a'/],
  ['\x15\x03\x01\x00\x02\x02\x46', /begins '\\x15\\x03\\x01/],
  ['\r\nHTTP/1.1 200 OK\r\n\r\n', /begins/],
  ['HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nok', /length is '-2'/],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0x2\r\n\r\nok', /length is '0x2'/],
  ['HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\nok', /length is ''/],
  ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok', /length/],
  ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', /both/],
  ['HTTP/1.1 200 OK\r\nno colon here\r\n\r\n', /header line of it is 'no colon here'/],
  ['HTTP/1.1 200 OK\r\nname : value\r\n\r\n', /header line/],
  ['HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n', /NUL/],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello', /chunk/],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nhello', /chunk/],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhello', /chunk/],
  ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n', /chunk/],
  ['HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n', /another protocol/],
]

const cut = [
  '',
  'HTTP/1.1 200 OK\r\ncontent-le',
  'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n',
  'HTTP/1.1 103 Early Hints\r\n\r\n',
]

describe('an answer, in one piece, byte by byte and cut in two anywhere', () => {
  const all = [
    ...whole.map(([text, status]) => [text, 'whole', status] as const),
    ...bad.map(([text]) => [text, 'bad', undefined] as const),
    ...cut.map((text) => [text, 'cut', undefined] as const),
  ]
  test.each(all)('%j is %s', (text, progress, status) => {
    const splits = Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)])
    for (const pieces of [[text], [...text], ...splits]) {
      const found = read(pieces)
      expect(found.progress, pieces.join('|')).toBe(progress)
      if (status !== undefined) expect(found.status).toBe(status)
    }
  })

  test.each(bad)('%j: why', (text, why) => {
    expect(read([text]).wrong).toMatch(why)
  })
})

test('a HEAD is answered without a body', () => {
  expect(read(['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'], true)).toMatchObject({
    progress: 'whole',
    surplus: false,
  })
  expect(read(['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'], true).progress).toBe('whole')
})

test('what comes behind an answer is no part of it', () => {
  const one = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
  expect(read([one]).surplus).toBe(false)
  expect(read([one + one])).toMatchObject({ progress: 'whole', status: 200, surplus: true })
})

test('connections are kept as version and header say', () => {
  const kept = (head: string) => read([`${head}content-length: 0\r\n\r\n`]).head?.keepAlive
  expect(kept('HTTP/1.1 200 OK\r\n')).toBe(true)
  expect(kept('HTTP/1.1 200 OK\r\nConnection: Close\r\n')).toBe(false)
  expect(kept('HTTP/1.0 200 OK\r\n')).toBe(false)
  expect(kept('HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n')).toBe(true)
})

describe('a head has an end', () => {
  const piece = Buffer.alloc(64 * 1024, 'x')
  test.each([
    ['headers without end', 'HTTP/1.1 200 OK\r\nx: '],
    ['a status line without end', 'HTTP/1.1 200 '],
    ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\nx: '],
  ])('%s', (name, begin) => {
    const reader = new AnswerReader()
    reader.expect(false)
    const interim = Buffer.from(`${begin}${'x'.repeat(1_000)}\r\n\r\n`)
    let fed = reader.feed(name.startsWith('interim') ? interim : Buffer.from(begin))
    let bytes = 0
    while (fed === 'open' && bytes < 1024 * 1024) {
      const more = name.startsWith('interim') ? interim : piece
      bytes += more.length
      fed = reader.feed(more)
    }
    expect(fed).toBe('bad')
    expect(reader.wrong).toMatch(/more than 262144 bytes/)
  })

  test('trailers too', () => {
    const reader = new AnswerReader()
    reader.expect(false)
    reader.feed(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n'))
    let fed = reader.feed(piece)
    for (let more = 0; fed === 'open' && more < 20; more += 1) fed = reader.feed(piece)
    expect(fed).toBe('bad')
    expect(reader.wrong).toMatch(/trailers/)
  })
})
