/** What stands before a message's body, as far as it must be understood to find the body's end. */
export interface Head {
  /** All of it, with the empty line. */
  readonly bytes: Buffer
  /** The three parts of the first line: `GET`, `/`, `HTTP/1.1`, or `HTTP/1.1`, `200`, `OK`. */
  readonly first: readonly [string, string, string]
  /** All values of a header, its name in small letters. */
  all(name: string): string[]
}

/** How a body ends; `raw`: what follows is no message any more. */
export type Framing =
  | { by: 'nothing' }
  | { by: 'length'; bytes: number }
  | { by: 'chunks' }
  | { by: 'close' }
  | { by: 'raw' }

const requestLine = /^([!#$%&'*+.^_`|~\w-]{1,40}) (\S+) (HTTP\/1\.[01])$/
const statusLine = /^(HTTP\/1\.[01]) (\d{3})(?: (.*))?$/

/** Whether a head of HTTP/1 may begin with this line. */
export function isFirstLine(line: string, of: 'request' | 'answer'): boolean {
  return (of === 'request' ? requestLine : statusLine).test(line)
}

/** Undefined: this is no head of HTTP/1. */
export function readHead(bytes: Buffer, of: 'request' | 'answer'): Head | undefined {
  const [first = '', ...lines] = bytes.toString('latin1').trimEnd().split(/\r?\n/)
  const [, one = '', two = '', three = ''] = (of === 'request' ? requestLine : statusLine).exec(first) ?? []
  if (one === '') return undefined
  const all = (name: string) =>
    lines.flatMap((line) => {
      const colon = line.indexOf(':')
      return colon > 0 && line.slice(0, colon).toLowerCase() === name ? [line.slice(colon + 1).trim()] : []
    })
  return { bytes, first: [one, two, three], all }
}

/** A head with another first line, without these headers, and with these lines at the end. */
export function rewrite(
  head: Head,
  { first, without = [], add = [] }: { first?: string; without?: readonly string[]; add?: readonly string[] },
): Buffer {
  const [old = '', ...lines] = head.bytes.toString('latin1').trimEnd().split(/\r?\n/)
  const kept = lines.filter((line) => !without.includes(line.slice(0, line.indexOf(':')).toLowerCase()))
  return Buffer.from(`${[first ?? old, ...kept, ...add].join('\r\n')}\r\n\r\n`, 'latin1')
}

export function framingOfRequest(head: Head): Framing {
  const encodings = head.all('transfer-encoding')
  if (encodings.length > 0) return isChunked(encodings) ? { by: 'chunks' } : { by: 'raw' }
  return lengthOf(head) ?? { by: 'nothing' }
}

/** An answer's body also depends on what was asked. */
export function framingOfAnswer(head: Head, method: string): Framing {
  const status = statusOf(head)
  if (status === 101 || (method === 'CONNECT' && status < 300 && status >= 200)) return { by: 'raw' }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { by: 'nothing' }
  const encodings = head.all('transfer-encoding')
  if (encodings.length > 0) return isChunked(encodings) ? { by: 'chunks' } : { by: 'close' }
  return lengthOf(head) ?? { by: 'close' }
}

export const statusOf = (head: Head): number => Number(head.first[1])

/** It is not the answer yet: that comes after it. */
export const isInterim = (head: Head): boolean => statusOf(head) < 200 && statusOf(head) !== 101

const isChunked = (encodings: readonly string[]) => /(^|[\s,])chunked$/i.test(encodings.join(','))

function lengthOf(head: Head): Framing | undefined {
  const lengths = new Set(head.all('content-length'))
  if (lengths.size === 0) return undefined
  const [text = ''] = lengths
  // What two programs may read differently is passed on as it is, and looked into no further.
  return lengths.size === 1 && /^\d{1,15}$/.test(text) ? { by: 'length', bytes: Number(text) } : { by: 'raw' }
}
