import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** One request and the answer that is being made for it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly socket: Socket
  /** Path without the query. */
  readonly path: string
  /** Which request on its connection this is, from 1. */
  readonly nth: number
  /** What was written to the socket past Node's own HTTP, so that the access log can say it; null when nothing was. */
  rawStatus: number | null
}

/** `next`: go on to the next behaviour, and at last to the shop. `done`: nobody else may answer. */
export type Outcome = 'next' | 'done'

/** Writes an answer by hand, for what Node's own HTTP refuses to send. */
export function writeRaw(exchange: Exchange, lines: readonly string[], body: string | Buffer): void {
  exchange.rawStatus = Number(/^HTTP\/\d\.\d (\d{3})/.exec(lines[0] ?? '')?.[1] ?? 0)
  exchange.socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  exchange.socket.write(body)
}

export type { Server }
