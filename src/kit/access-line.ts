import * as z from 'zod/mini'

const number = z.number()
const text = z._default(z.string(), '')

/**
 * One line of our access log, keys in its order. Texts that are named after an upstream have one entry an attempt:
 * `502, 200`.
 */
const accessLine = z.object({
  /** Epoch seconds when the answer was finished. */
  t: number,
  id: z.string(),
  user: text,
  method: z.string(),
  path: z.string(),
  status: number,
  /** All that was sent, headers too. */
  bytes: z._default(number, 0),
  /** Seconds, from the first byte of the request to the last of the answer. */
  time: number,
  upstream_addr: text,
  upstream_status: text,
  upstream_connect_time: text,
  upstream_header_time: text,
  upstream_response_time: text,
  upstream_bytes: text,
  cache: text,
  release: text,
})
export type AccessLine = z.output<typeof accessLine>
export type AccessKey = keyof AccessLine

/** Keys whose values are numbers in the JSON. */
export const accessNumbers: ReadonlySet<string> = new Set<AccessKey>(['t', 'status', 'bytes', 'time'])

/** Undefined: the line is none of our access log. */
export function parseAccessLine(line: string): AccessLine | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return accessLine.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
