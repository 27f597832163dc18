import { isDeepStrictEqual } from 'node:util'
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { reasonOf } from '../../kit/errors.ts'
import type { Json } from '../../kit/json.ts'
import { ownOf } from '../../kit/own.ts'

/** So much of a body is kept to be looked into, and so much comes of it unpacked, bytes. */
export const mostKeptBytes = 256 * 1024
const longestShown = 60

const noStatus = 'no status of an answer that is good: 200 to 399'
/** Only what is below 400: whatever else the proxy says is a failure in its own class. */
const goodStatus = z.int(noStatus).min(200, noStatus).max(399, noStatus)
const size = z.int('no number of bytes').min(0)

export const goodSpec = z
  .strictObject({
    status: z
      .union([goodStatus, z.array(goodStatus).min(1)])
      .optional()
      .describe('Only these, of 200 to 399: from 400 on an answer is a failure in any case.'),
    contains: z.string().min(1).max(10_000).optional().describe('Text that must be in the body.'),
    json: z
      .strictObject({
        path: z
          .string()
          .min(1)
          .max(500)
          .describe('Names of fields and numbers of items, from 0: `items.0.price`, `items.length`.'),
        is: z.json().optional().describe('What must stand there; absent: anything but null.'),
      })
      .optional()
      .describe('A field that the body must have as JSON.'),
    atLeastBytes: size.optional().describe('Smallest body, as it is sent.'),
    atMostBytes: size.optional().describe('Largest body, as it is sent.'),
  })
  .refine((good) => Object.keys(good).length > 0, 'it asks for nothing')
  .refine(({ atLeastBytes = 0, atMostBytes = Infinity }) => atLeastBytes <= atMostBytes, {
    path: ['atMostBytes'],
    message: 'smaller than atLeastBytes: nothing is good',
  })
export type GoodSpec = z.output<typeof goodSpec>

/** Does it ask for something that an answer without a body never has? */
export const needsBody = ({ contains, json, atLeastBytes = 0 }: GoodSpec): boolean =>
  contains !== undefined || json !== undefined || atLeastBytes > 0

/** An answer that has come whole, as far as it is judged. */
export interface Answered {
  status: number
  /** Bytes of its body. */
  bodyBytes: number
  /** `content-encoding`; empty for none. */
  encoding: string
  /** The body as it was sent; undefined when it was too large to be kept. */
  body: Buffer | undefined
}

/** What a request of the mix asks of its answers. */
export interface Judge {
  /** Must the body be kept? */
  readonly keeps: boolean
  /**
   * Why the answer is not what was asked for; undefined when it is. `unread` when it was too large to be looked into:
   * then status and size alone count.
   */
  judge(answer: Answered): { wrong?: string; unread?: string } | undefined
}

/** The judge of one request of the mix. */
export function judgeOf(good: GoodSpec): Judge {
  const { contains, json } = good
  const needle = contains === undefined ? undefined : Buffer.from(contains)
  const path = json?.path.split('.') ?? []
  const looksInside = needle !== undefined || json !== undefined
  const inside = (body: Buffer): string | undefined => {
    if (needle && !body.includes(needle)) return `its body does not contain ${shown(contains ?? '')}`
    return json && wrongField(body, { ...json, path })
  }
  return {
    keeps: looksInside,
    judge: (answer) => {
      const outside = wrongOutside(answer, good)
      if (outside !== undefined) return { wrong: outside }
      if (!looksInside) return undefined
      const body = answer.body && unpacked(answer.body, answer.encoding)
      if (body === undefined) return { unread: whyUnread(answer) }
      const wrong = typeof body === 'string' ? body : inside(body)
      return wrong === undefined ? undefined : { wrong }
    },
  }
}

function wrongOutside({ status, bodyBytes }: Answered, good: GoodSpec): string | undefined {
  const statuses = good.status === undefined ? [status] : [good.status].flat()
  if (!statuses.includes(status)) return `its status is ${status}, not ${statuses.join(' or ')}`
  const { atLeastBytes = 0, atMostBytes = Infinity } = good
  if (bodyBytes < atLeastBytes) return `its body has fewer than ${atLeastBytes} bytes`
  return bodyBytes > atMostBytes ? `its body has more than ${atMostBytes} bytes` : undefined
}

function whyUnread({ bodyBytes, body }: Answered): string {
  if (bodyBytes > mostKeptBytes || body) return `its body has more than ${mostKeptBytes} bytes`
  return 'too many large bodies came at once'
}

function wrongField(body: Buffer, { path, is }: { path: string[]; is?: Json | undefined }): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    return 'its body is no JSON'
  }
  for (const name of path) {
    value = isRecord(value) ? ownOf(value, name) : undefined
  }
  const where = shown(path.join('.'))
  if (value === undefined) return `its body has no ${where}`
  if (is === undefined) return value === null ? `its ${where} is null` : undefined
  return isDeepStrictEqual(value, is) ? undefined : `its ${where} is not ${shown(JSON.stringify(is))}`
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** A body without its `content-encoding`; a text says why that cannot be undone, undefined that it grows too large. */
function unpacked(body: Buffer, encoding: string): Buffer | string | undefined {
  if (encoding === '' || encoding === 'identity') return body
  const unpack = { gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync, br: brotliDecompressSync }
  const known = ownOf({ ...unpack, zstd: zstdDecompressSync }, encoding)
  if (!known) return `its content-encoding is ${shown(encoding)}`
  try {
    return known(body, { maxOutputLength: mostKeptBytes })
  } catch (thrown) {
    const tooLarge = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE'
    return tooLarge ? undefined : `its body is no ${encoding}: ${reasonOf(thrown)}`
  }
}

/** What the mix says, and little of it: reasons are counted, and few are kept apart. */
function shown(text: string): string {
  return `'${text.length > longestShown ? `${text.slice(0, longestShown)}…` : text}'`
}
