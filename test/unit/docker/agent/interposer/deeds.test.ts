import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { InterposerDeed, InterposerWish } from '../../../../../src/protocol/interposer.ts'
import { headerForms, interposerDeed, points } from '../../../../../src/protocol/interposer.ts'
import { Client, fakeWait, interposed, rawServer } from '../../../../support/interposed.ts'

const get = (path = '/') => `GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`
const length = 'HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 10\r\n\r\n'
const whole = `${length}0123456789`
const chunkedHead = 'HTTP/1.1 200 OK\r\nServer: s\r\nTransfer-Encoding: chunked\r\n\r\n'
const chunked = `${chunkedHead}a\r\n0123456789\r\n0\r\n\r\n`

/** A server that gives each request one answer, and an interposer before it. */
async function playedBefore(
  deed: InterposerDeed,
  { answer = whole, ...wished }: Partial<InterposerWish> & { answer?: string } = {},
) {
  const server = await rawServer((_got, socket: Socket) => void socket.write(answer, 'latin1'))
  const time = fakeWait()
  const interposer = await interposed({ port: server.port, wished: { deed, ...wished }, wait: time.wait })
  const client = () => new Client(interposer.port)
  return { server, interposer, client, time }
}
const users = async ({ interposer }: Awaited<ReturnType<typeof playedBefore>>) => interposer.report().users

describe.each([
  ['reset', 'reset'],
  ['fin', 'fin'],
] as const)('%s', (does, end) => {
  test.each(points)('at %s', async (at) => {
    const stage = await playedBefore({ does, at })
    const client = stage.client()
    if (at !== 'accept') client.send(get())
    const text = at === 'body' ? `${length}01234` : ''
    expect(await client.ended()).toEqual({ text, end })
    // Whether the server has done its work is what tells these apart.
    expect(stage.server.got).toEqual(at === 'accept' || at === 'request' ? [] : [get()])
    expect(await users(stage)).toEqual({ arrived: 1, matched: 1, done: 1 })
  })

  test('in the middle of what nobody understands', async () => {
    const stage = await playedBefore({ does, at: 'body' }, { speaks: 'tcp', answer: 'ten bytes.' })
    expect(await stage.client().send('hello').ended()).toEqual({ text: 'ten b', end })
  })

  test('at the first byte of what nobody understands', async () => {
    const stage = await playedBefore({ does, at: 'headers' }, { speaks: 'tcp', answer: 'ten bytes.' })
    expect(await stage.client().send('hello').ended()).toEqual({ text: '', end })
    expect(stage.server.got).toEqual(['hello'])
    expect(stage.interposer.report().rows).toEqual([
      { method: '(connection)', path: '', arrived: 1, matched: 1, done: 1 },
    ])
  })

  test('in the middle of a body that there is none of: it is not done', async () => {
    const none = 'HTTP/1.1 204 No Content\r\n\r\n'
    const stage = await playedBefore({ does, at: 'body' }, { answer: none })
    expect(await stage.client().send(get()).until('\r\n\r\n')).toBe(none)
    expect(await users(stage)).toEqual({ arrived: 1, matched: 1, done: 0 })
  })
})

describe('hang', () => {
  test.each(points)('at %s: silence, until the interposer ends', async (at) => {
    const stage = await playedBefore({ does: 'hang', at })
    const client = stage.client().send(get())
    if (at === 'body') await client.until('01234')
    const all = { arrived: 1, matched: 1, done: 1 }
    await expect.poll(() => users(stage)).toEqual(all)
    expect(client.text).toBe(at === 'body' ? `${length}01234` : '')
    await stage.interposer.end('enough')
    expect(await client.ended()).toMatchObject({ end: 'reset' })
  })

  test('whoever goes away meanwhile is forgotten', async () => {
    const stage = await playedBefore({ does: 'hang', at: 'headers' })
    const client = stage.client().send(get())
    await expect.poll(() => stage.interposer.report().users.done).toBe(1)
    client.socket.end()
    await expect.poll(() => stage.interposer.report().connections.open).toBe(0)
    expect(client.text).toBe('')
  })
})

describe('latency', () => {
  test('of all: the request goes later', async () => {
    const stage = await playedBefore({ does: 'latency', ms: 300, jitterMs: 0, of: 'request' })
    const client = stage.client().send(get())
    const { pass } = await stage.time.next((ms) => ms === 300)
    expect(stage.server.got).toEqual([])
    pass()
    expect(await client.until('0123456789')).toBe(whole)
  })

  test.each([
    ['first-byte', ''],
    ['body', length],
  ] as const)('of the %s: what comes before it comes at once', async (of, first) => {
    const stage = await playedBefore({ does: 'latency', ms: 300, jitterMs: 0, of })
    const client = stage.client().send(get())
    const { pass } = await stage.time.next((ms) => ms === 300)
    expect(stage.server.got).toEqual([get()])
    await client.until(first)
    expect(client.text).toBe(first)
    expect(await users(stage)).toMatchObject({ matched: 1, done: 0 })
    pass()
    expect(await client.until('0123456789')).toBe(whole)
    expect(await users(stage)).toMatchObject({ matched: 1, done: 1 })
  })

  test('jitter is the same for the same seed', async () => {
    const late = async (seed: number) => {
      const stage = await playedBefore({ does: 'latency', ms: 100, jitterMs: 1_000, of: 'request' }, { seed })
      stage.client().send(get())
      return (await stage.time.next((ms) => ms < 10_000)).ms
    }
    const [one, again, other] = [await late(7), await late(7), await late(8)]
    expect(again).toBe(one)
    expect(other).not.toBe(one)
    expect(one).toBeGreaterThan(100)
    expect(one).toBeLessThan(1_100)
  })
})

describe('truncate', () => {
  test.each([
    ['length', whole, `${length}01234`],
    ['chunked', chunked, `${chunkedHead}a\r\n01234`],
    ['chunked', whole, `${chunkedHead}a\r\n01234`],
    ['length', chunked, 'HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 1048576\r\n\r\n01234'],
    ['length', `${chunkedHead}0\r\n\r\n`, 'HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 1048576\r\n\r\n'],
  ] as const)('%s, %j', async (framing, answer, text) => {
    const stage = await playedBefore({ does: 'truncate', framing }, { answer })
    expect(await stage.client().send(get()).ended()).toEqual({ text, end: 'fin' })
    expect(await users(stage)).toMatchObject({ done: 1 })
  })
})

describe('headers', () => {
  test('too big', async () => {
    const stage = await playedBefore({ does: 'big-header', bytes: 9_000 })
    const text = await stage.client().send(get()).until('0123456789')
    expect(text).toContain(`\r\nX-Interposed: ${'x'.repeat(9_000)}\r\n\r\n0123456789`)
  })

  test.each(headerForms)('invalid: %s', async (form) => {
    const stage = await playedBefore({ does: 'invalid-header', form })
    const client = stage.client().send(get())
    const wrong = {
      'space-in-name': 'Foo Bar: x',
      'nul-in-value': 'Foo: a\0b',
      'duplicate-length': 'Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345',
      'length-and-chunked': 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n',
      'no-status-line': 'hello\r\nServer: s',
    }[form]
    await client.until(wrong.endsWith('\n') || wrong.endsWith('5') ? wrong : '0123456789')
    expect(client.text).toContain(wrong)
    expect(await users(stage)).toMatchObject({ done: 1 })
  })

  test('endless, one line after the other, until the client goes', async () => {
    const stage = await playedBefore({ does: 'endless-header', everyMs: 10 })
    const client = stage.client().send(get())
    for (let lines = 1; lines <= 3; lines += 1) {
      const { pass } = await stage.time.next((ms) => ms === 10)
      await expect.poll(() => client.text.split('X-Interposed').length - 1).toBe(lines)
      pass()
    }
    expect(client.text).not.toContain('\r\n\r\n')
    client.socket.resetAndDestroy()
    await expect.poll(() => stage.interposer.report().connections.open).toBe(0)
  })

  test('another status in front of the body that came', async () => {
    const stage = await playedBefore({ does: 'status', code: 503 })
    const text = await stage.client().send(get()).until('0123456789')
    expect(text).toBe(whole.replace('200 OK', '503 Interposed'))
  })

  test('another status where there was no body says that there is none', async () => {
    const stage = await playedBefore(
      { does: 'status', code: 500 },
      { answer: 'HTTP/1.1 304 Not Modified\r\nETag: e\r\n\r\n' },
    )
    const text = await stage.client().send(get()).until('\r\n\r\n')
    expect(text).toBe('HTTP/1.1 500 Interposed\r\nETag: e\r\nContent-Length: 0\r\n\r\n')
  })
})

test('bandwidth: so many bytes, then so long nothing', async () => {
  const stage = await playedBefore({ does: 'bandwidth', bytesPerS: 200 }, { answer: whole })
  const client = stage.client().send(get())
  let text = ''
  while (text.length < whole.length) {
    const { ms, pass } = await stage.time.next((wait) => wait < 1_000)
    const bytes = Math.round((ms / 1_000) * 200)
    expect(bytes).toBeLessThanOrEqual(10)
    text = whole.slice(0, text.length + bytes)
    await client.until(text)
    expect(client.text).toBe(text)
    pass()
  }
  expect(client.text).toBe(whole)
})

describe('keep-alive', () => {
  test('closed when idle for too long, and not before', async () => {
    const stage = await playedBefore({ does: 'idle-close', afterMs: 500 })
    const client = stage.client().send(get())
    await client.until(whole)
    const first = await stage.time.next((ms) => ms === 500)
    client.send(get())
    await client.until(whole + whole)
    first.pass()
    const second = await stage.time.next((ms) => ms === 500)
    expect(await users(stage)).toMatchObject({ matched: 2, done: 0 })
    second.pass()
    expect(await client.ended()).toEqual({ text: whole + whole, end: 'fin' })
    expect(await users(stage)).toMatchObject({ matched: 2, done: 1 })
  })

  test('closed when nothing has passed for too long, whatever it is', async () => {
    const stage = await playedBefore({ does: 'idle-close', afterMs: 500 }, { speaks: 'tcp', answer: 'hi' })
    const client = stage.client().send('hello')
    await client.until('hi')
    const { pass } = await stage.time.next((ms) => ms === 500)
    pass()
    expect(await client.ended()).toEqual({ text: 'hi', end: 'fin' })
  })

  test('closed as the second request arrives', async () => {
    const stage = await playedBefore({ does: 'race-close', onRequest: 2 })
    const client = stage.client().send(get())
    await client.until(whole)
    client.send(get('/second'))
    expect(await client.ended()).toEqual({ text: whole, end: 'fin' })
    expect(stage.server.got).toEqual([get()])
    expect(await users(stage)).toEqual({ arrived: 2, matched: 2, done: 1 })
  })
})

test('every deed there is has a test here', () => {
  const tested = ['latency', 'hang', 'reset', 'fin', 'truncate', 'big-header', 'invalid-header', 'endless-header']
  const names = interposerDeed.def.options.map(({ shape }) => shape.does.def.values[0])
  expect(names).toEqual([...tested, 'status', 'bandwidth', 'idle-close', 'race-close'])
})
