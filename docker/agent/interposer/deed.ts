import type { Exchange } from './exchange.ts'
import type { Framing, Head } from './head.ts'
import type { Line } from './line.ts'

/** `over`: it has ended what there was, or hangs; nothing more is passed on. */
export type Course = Buffer | 'over'

type Going = Promise<'pass' | 'over'> | 'pass' | 'over'

/** An answer's head, and how the body behind it ends. */
export interface Answer {
  head: Head
  framing: Framing
}

/**
 * What is done to an exchange that is meant. Each is asked when its moment comes; what it gives is passed on. One that
 * is not there changes nothing.
 */
export interface Deed {
  /** The connection is there, and nothing has been read from it. */
  taken?(line: Line, exchange: Exchange): Going
  /** A request's head has come, or, where nobody understands the bytes, their first. */
  asked?(line: Line, exchange: Exchange): Going
  /** The answer's head has come, or its first byte. */
  answers?(line: Line, exchange: Exchange, answer: Answer): Promise<Course> | Course
  /** A piece of the answer's body. */
  data?(line: Line, exchange: Exchange, bytes: Buffer): Promise<Course> | Course
  /** What stands between pieces of the body. */
  framing?(line: Line, exchange: Exchange, bytes: Buffer): Promise<Course> | Course
  /** The answer is whole. */
  ended?(line: Line, exchange: Exchange): void
}

export const nothing = Buffer.alloc(0)
export const hasBody = ({ framing }: Answer): boolean =>
  framing.by === 'length' ? framing.bytes > 0 : framing.by !== 'nothing'

/**
 * What is passed on of a body that is cut in its middle: half of what its header promises, or half of the first piece
 * where it promises nothing. The rest of `bytes` is where it is cut; undefined: not here yet.
 */
export function upToMiddle({ came, bodyBytes }: Exchange, bytes: Buffer): Buffer | undefined {
  if (bodyBytes === undefined) return bytes.subarray(0, Math.floor(bytes.length / 2))
  const middle = Math.floor(bodyBytes / 2)
  return came + bytes.length > middle ? bytes.subarray(0, Math.max(0, middle - came)) : undefined
}
