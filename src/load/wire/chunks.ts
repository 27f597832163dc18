import { quoted } from './answer-head.ts'
import type { KeptBody } from './kept-body.ts'

const [lf, cr, semicolon, space, tab] = [10, 13, 59, 32, 9]
const mostSizeDigits = 13
const mostLineBytes = 4_096

type At = 'size' | 'extension' | 'data' | 'after-data' | 'trailer'

/** Reads a body in chunks, and hands on what they hold. Source: RFC 9112, 7.1; a bare LF ends a line, too. */
export class Chunks {
  /** Why they are none. */
  wrong = ''
  private readonly mostTrailerBytes: number
  private readonly body: KeptBody
  private at: At = 'size'
  private size = 0
  private digits = 0
  private lineBytes = 0
  private trailerBytes = 0

  constructor(mostTrailerBytes: number, body: KeptBody) {
    this.mostTrailerBytes = mostTrailerBytes
    this.body = body
  }

  begin(): void {
    this.at = 'size'
    this.size = 0
    this.digits = 0
    this.lineBytes = 0
    this.trailerBytes = 0
    this.wrong = ''
  }

  /** Gives where the body ends in these bytes. */
  feed(bytes: Buffer, from: number): number | 'open' | 'bad' {
    for (let at = from; at < bytes.length; at += 1) {
      if (this.at === 'data') {
        const taken = Math.min(this.size, bytes.length - at)
        this.body.take(bytes, at, at + taken)
        this.size -= taken
        at += taken - 1
        if (this.size === 0) this.at = 'after-data'
        continue
      }
      const end = this.step(bytes[at] ?? 0)
      if (end === 'end') return at + 1
      if (end === 'bad') {
        this.wrong ||= `a chunk of it begins ${quoted(bytes.toString('latin1', at, at + 41))}`
        return 'bad'
      }
    }
    return 'open'
  }

  private step(byte: number): 'end' | 'bad' | undefined {
    if (this.at === 'size') return this.stepOfSize(byte)
    if (this.at === 'extension') {
      if (byte === lf) return this.sized()
      this.lineBytes += 1
      return this.lineBytes > mostLineBytes ? 'bad' : undefined
    }
    if (this.at === 'after-data') {
      if (byte !== lf) return byte === cr ? undefined : 'bad'
      this.at = 'size'
      this.digits = 0
      return undefined
    }
    this.trailerBytes += 1
    if (this.trailerBytes > this.mostTrailerBytes) {
      this.wrong = `its trailers have more than ${this.mostTrailerBytes} bytes`
      return 'bad'
    }
    if (byte === lf && this.lineBytes === 0) return 'end'
    if (byte === lf) this.lineBytes = 0
    else if (byte !== cr) this.lineBytes += 1
    return undefined
  }

  private stepOfSize(byte: number): 'bad' | undefined {
    const digit = hexOf(byte)
    if (digit >= 0) {
      this.size = this.digits === 0 ? digit : this.size * 16 + digit
      this.digits += 1
      return this.digits > mostSizeDigits ? 'bad' : undefined
    }
    if (this.digits === 0) return 'bad'
    this.lineBytes = 0
    if (byte === lf) return this.sized()
    if (byte !== cr && byte !== semicolon && byte !== space && byte !== tab) return 'bad'
    this.at = 'extension'
    return undefined
  }

  private sized(): undefined {
    this.lineBytes = 0
    this.at = this.size === 0 ? 'trailer' : 'data'
  }
}

function hexOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
