/** Bytes sent on one connection, as they are; nothing is read into what comes back. */
export interface TalkWish {
  host: string
  port: number
  text: string
  /** Default 5,000. */
  timeoutMs?: number
}

export interface TalkAnswer {
  /** How it ended: in order, by a RST, not in the time there was (`open`), or not begun: `ECONNREFUSED` … */
  end: string
  /** What came, a byte a character: its begin, and its last characters. */
  text: string
  tail: string
  bytes: number
  /** Until its first byte, and until the first one behind the header; null: none came. */
  firstMs: number | null
  bodyMs: number | null
  ms: number
}

/** So much of what comes is given back, and no more is read than the second. */
export const talkLimits = { text: 65_536, tail: 16, read: 8 * 1_048_576 } as const
