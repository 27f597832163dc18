import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { requestSpec } from '../../../../src/load/index.ts'
import { type Answered, goodSpec, judgeOf, mostKeptBytes } from '../../../../src/load/mix/good.ts'

const json = JSON.stringify({ items: [{ price: 7, sold: null }], 'two words': { x: [1] }, text: 'Grüße' })

function judge(good: object, body: Buffer | string = json, more: Partial<Answered> = {}) {
  const bytes = Buffer.from(body)
  const answer = { status: 200, bodyBytes: bytes.length, encoding: '', body: bytes, ...more }
  return judgeOf(goodSpec.parse(good)).judge(answer)
}

describe('an answer is good', () => {
  test.each([
    { status: 200 },
    { status: [204, 200] },
    { contains: 'Grüße' },
    { json: { path: 'items.0.price' } },
    { json: { path: 'items.0.price', is: 7 } },
    { json: { path: 'items.0.sold', is: null } },
    { json: { path: 'items.length', is: 1 } },
    { json: { path: 'items.0', is: { sold: null, price: 7 } } },
    { json: { path: 'two words.x', is: [1] } },
    { atLeastBytes: 10, atMostBytes: 1_000 },
  ])('%o', (good) => {
    expect(judge(good)).toBeUndefined()
  })

  test.each([
    [gzipSync(json), 'gzip'],
    [brotliCompressSync(json), 'br'],
  ])('packed', (body, encoding) => {
    expect(judge({ contains: 'Grüße', json: { path: 'text' } }, body, { encoding })).toBeUndefined()
  })
})

describe('an answer is not', () => {
  test.each<[object, string]>([
    [{ status: [200, 201] }, 'its status is 204, not 200 or 201'],
    [{ contains: 'Welcome' }, "its body does not contain 'Welcome'"],
    [{ json: { path: 'items.1.price' } }, "its body has no 'items.1.price'"],
    [{ json: { path: 'constructor' } }, "its body has no 'constructor'"],
    [{ json: { path: 'text.0' } }, "its body has no 'text.0'"],
    [{ json: { path: 'items.0.sold' } }, "its 'items.0.sold' is null"],
    [{ json: { path: 'items.0.price', is: '7' } }, `its 'items.0.price' is not '"7"'`],
    [{ atLeastBytes: 1_000 }, 'its body has fewer than 1000 bytes'],
    [{ atMostBytes: 10 }, 'its body has more than 10 bytes'],
  ])('%o', (good, wrong) => {
    expect(judge(good, json, { status: 204 })).toEqual({ wrong })
  })

  test('what is no JSON, or packed in a way that cannot be undone', () => {
    expect(judge({ json: { path: 'a' } }, '<html>')).toEqual({ wrong: 'its body is no JSON' })
    expect(judge({ contains: 'a' }, 'a', { encoding: 'compress' })?.wrong).toBe("its content-encoding is 'compress'")
    expect(judge({ contains: 'a' }, 'a', { encoding: 'gzip' })?.wrong).toMatch('its body is no gzip')
  })
})

test('what is too large to be looked into is judged by status and size alone, and said', () => {
  const large = { bodyBytes: mostKeptBytes + 1, body: undefined }
  expect(judge({ contains: 'a' }, '', large)?.unread).toMatch(String(mostKeptBytes))
  expect(judge({ contains: 'a', atMostBytes: 9 }, '', large)).toEqual({ wrong: 'its body has more than 9 bytes' })
  const bomb = gzipSync(Buffer.alloc(mostKeptBytes + 1))
  expect(judge({ contains: 'a' }, bomb, { encoding: 'gzip' })?.unread).toMatch(String(mostKeptBytes))
})

test.each([
  [{}, 'asks for nothing'],
  [{ status: 404 }, '200 to 399'],
  [{ atLeastBytes: 2, atMostBytes: 1 }, 'smaller than atLeastBytes'],
  [{ contains: '' }, ''],
  [{ text: 'a' }, 'text'],
])('%o is refused', (good, why) => {
  const result = goodSpec.safeParse(good)
  expect(result.error?.message ?? 'taken').toMatch(why)
  expect(result.success).toBe(false)
})

test('a HEAD is asked for no body', () => {
  const head = { path: '/', method: 'HEAD' }
  expect(requestSpec.safeParse({ ...head, good: { contains: 'a' } }).error?.message).toMatch('has no body')
  expect(requestSpec.safeParse({ ...head, good: { status: 200 } }).success).toBe(true)
})
