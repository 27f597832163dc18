import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readAccessLog } from '../../../../src/project/index.ts'
import { lineReaders } from '../../../../src/project/traffic/lines.ts'

const read = (line: string, formats: readonly string[] = []) =>
  lineReaders(formats)
    .map((reader) => reader(line))
    .find((one) => one !== undefined)

const at = Date.parse('2026-03-01T10:00:00Z')

describe('a line', () => {
  it.each([
    ['combined', '203.0.113.9 - ann [01/Mar/2026:10:00:00 +0000] "GET /a?b=c HTTP/1.1" 200 12 "-" "curl"'],
    [
      'common, with a host before it',
      'shop.test:80 1.2.3.4 - - [01/Mar/2026:11:00:00 +0100] "GET /a?b=c HTTP/2.0" 200 12',
    ],
    ['ours', `{"t":${at / 1_000},"id":"x","method":"GET","path":"/a?b=c","status":200,"time":0.1}`],
    ['Caddy', `{"ts":${at / 1_000},"request":{"method":"GET","uri":"/a?b=c","remote_ip":"1.2.3.4"},"status":200}`],
    [
      'Traefik',
      '{"RequestMethod":"GET","RequestPath":"/a?b=c","DownstreamStatus":200,"StartUTC":"2026-03-01T10:00:00Z"}',
    ],
    [
      'Google',
      '{"httpRequest":{"requestMethod":"GET","requestUrl":"/a?b=c","status":200},"timestamp":"2026-03-01T10:00:00Z"}',
    ],
    ['a request line in JSON', '{"@timestamp":"2026-03-01T10:00:00Z","request":"GET /a?b=c HTTP/1.1","status":"200"}'],
  ])('%s', (_name, line) => {
    expect(read(line)).toEqual({ method: 'GET', target: '/a?b=c', status: 200, atMs: at })
  })

  it.each([
    [
      '$remote_addr [$time_local] "$request" $status $request_time',
      '1.2.3.4 [01/Mar/2026:10:00:00 +0000] "GET /a?b=c HTTP/1.1" 200 0.1',
    ],
    ['$status|$request_method|$request_uri|$msec', `200|GET|/a?b=c|${at / 1_000}.000`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a format has it
    ['t=${time_iso8601} ${request_method} $uri $status;', 't=2026-03-01T10:00:00+00:00 GET /a?b=c 200;'],
  ])('in the format %s', (format, line) => {
    expect(read(line, [format])).toEqual({ method: 'GET', target: '/a?b=c', status: 200, atMs: at })
  })

  it.each([
    ['an attempt at TLS', String.raw`1.2.3.4 - - [01/Mar/2026:10:00:00 +0000] "\x16\x03\x01" 400 0`],
    ['half a line of JSON', '{"method":"GET","path":'],
    ['a list', '[1,2]'],
    ['JSON without a path', '{"status":200}'],
    ['words', 'nothing of this is a request'],
    ['a very long word', 'x'.repeat(60_000)],
    ['many quotes', '"'.repeat(60_000)],
    ['many brackets', '['.repeat(60_000)],
  ])('that is none: %s', (_name, line) => {
    expect(read(line, ['$a "$request" $status', '$a$b$c'])).toBeUndefined()
  })
})

function parts(text: string, size = 1_000): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text)
  const count = Math.ceil(bytes.length / size)
  return Readable.from(Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size)))
}

const line = (request: string, status = 200, second = 0) => {
  const time = `01/Mar/2026:10:00:${String(second % 60).padStart(2, '0')} +0000`
  return `203.0.113.9 - ann [${time}] "${request} HTTP/1.1" ${status} 1 "-" "Mozilla"`
}

describe('an access log', () => {
  it('becomes a mix, its rate and what was left out', async () => {
    const lines = [
      ...Array.from({ length: 60 }, (_, second) => line(`GET /items/${second}`, 200, second)),
      ...Array.from({ length: 30 }, (_, second) => line('GET /?utm=ann%40x', 304, second)),
      ...Array.from({ length: 10 }, () => line('POST /orders', 201)),
      ...Array.from({ length: 20 }, () => line('GET /wp-login.php', 404)),
      line('GET /secret-of-ann'),
      'garbage',
    ]
    const found = await readAccessLog(parts(`${lines.join('\n')}\n`), [])
    expect(found.mix).toEqual([
      { method: 'GET', path: '/items/1', weight: 60 },
      { method: 'GET', path: '/?utm=x', weight: 30 },
    ])
    expect(found.unsafe).toEqual([{ request: 'POST /orders', share: 0.1 }])
    expect(found.lines).toEqual({ read: 121, failed: 20, unreadable: 1, rare: 1 })
    expect(found.peakPerS).toBeCloseTo(121 / 60)
    expect(found.meanPerS).toBeCloseTo(121 / 59)
  })

  it('keeps nothing of anybody', async () => {
    const lines = Array.from({ length: 50 }, () => line('GET /users/ann-miller/orders?email=ann@example.com'))
    const found = await readAccessLog(parts(lines.join('\n')), [])
    expect(JSON.stringify(found)).not.toMatch(/ann|203\.0\.113|Mozilla|example/)
  })

  it('does not grow with what it reads', async () => {
    function* endless() {
      for (let at = 0; at < 60_000; at += 1) {
        const words = `word${at.toString(36)}z/a${at.toString(26).replace(/\d/g, 'q')}`
        yield Buffer.from(`${line(`GET /shop/${words}`)}\n`)
      }
    }
    const found = await readAccessLog(Readable.from(endless()), [])
    expect(found.mix.length).toBeLessThan(5)
    expect(found.lines.read).toBe(60_000)
  })

  it('gives up a line without an end, and goes on', async () => {
    const text = `${line('GET /a')}\n${'x'.repeat(500_000)}\n${line('GET /a')}\n${line('GET /a')}`
    const found = await readAccessLog(parts(text, 10_000), [])
    expect(found.mix).toEqual([{ method: 'GET', path: '/a', weight: 100 }])
    expect(found.lines).toMatchObject({ read: 3, unreadable: 1 })
  })

  it('is inert whatever stands in it', async () => {
    const hostile = ['constructor', '__proto__', 'toString'].map(
      (name) => `{"path":"/${name}","method":"${name}","status":200}`,
    )
    const found = await readAccessLog(parts([...hostile, '{"path":"/\u001b[2J"}', '\0\0\0'].join('\n')), [])
    expect(found).toMatchObject({ mix: [], unsafe: [], meanPerS: undefined, peakPerS: undefined })
    expect(found.lines.unreadable).toBe(5)
  })
})
