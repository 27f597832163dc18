import { type ClassCode, codeOf } from '../books/codes.ts'

const refused = codeOf('connect_refused')
const connectTimeout = codeOf('connect_timeout')
const reset = codeOf('reset')
const closed = codeOf('closed_without_response')
const truncated = codeOf('truncated')
const timedOut = codeOf('timeout')
const notSent = codeOf('not_sent')
const tlsFailed = codeOf('tls_failed')

const refusals = new Set([
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'EACCES', 'EPERM'],
  // A Unix socket that is not there, is none, or has no room for another connection.
  ...['ENOENT', 'ENOTSOCK', 'EPROTOTYPE', 'EAGAIN'],
])
const ownTroubles = new Set(['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])

/** What is known when a request ends without a whole answer. */
export interface BadEnd {
  /** System error code, or that of the client library; empty for a plain FIN. */
  code: string
  connected: boolean
  /** Bytes that came since the request was sent. */
  bytes: number
  /** Status and headers had come. */
  answered: boolean
  /** TLS was being made. */
  handshake?: boolean
}

/** The class of a request that got no whole answer. */
export function classOfEnd({ code, connected, bytes, answered, handshake }: BadEnd): ClassCode {
  if (answered) return truncated
  if (handshake && isOfTls(code)) return tlsFailed
  if (!connected && refusals.has(code)) return refused
  if (ownTroubles.has(code)) return notSent
  if (code === 'ECONNRESET' || code === 'ECONNABORTED') return reset
  if (code === 'ETIMEDOUT') return connected ? timedOut : connectTimeout
  // What is left is a FIN, by whatever name. EPIPE too: the kernel's word for writing to a peer that has closed in
  // order.
  return bytes > 0 ? truncated : closed
}

/** Is it an error of TLS itself, a refused certificate among them, and not of the connection below? */
export function isOfTls(code: string): boolean {
  return !/^(E[A-Z0-9]+|Error)$/.test(code) || code === 'EPROTO'
}

/** Did the generator itself run out of ports, files or memory? Never the fault of the system under test. */
export function isOwnTrouble(code: string): boolean {
  return ownTroubles.has(code)
}
