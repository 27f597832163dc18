import { type AnswerHead, quoted, readHead } from './answer-head.ts'
import { Chunks } from './chunks.ts'
import { KeptBody } from './kept-body.ts'

/** Larger than any head that an Nginx passes on; no more than this is held of an answer, and of all its heads. */
const mostHeadBytes = 256 * 1024
const begin = Buffer.from('HTTP/1.')
const blankLine = Buffer.from('\r\n\r\n')
const mixedBlankLine = Buffer.from('\n\r\n')
const bareBlankLine = Buffer.from('\n\n')
const noBody = new Set([204, 304])
const interim = (status: number) => status >= 100 && status < 200

/** What is known of the answer after the bytes so far; `bad` when they are no HTTP/1 that can be read. */
export type Progress = 'open' | 'whole' | 'bad'

/** The head that came last, since most that follow are the same to the byte. */
let last: { bytes: Buffer; head: AnswerHead } | undefined

/**
 * Reads the answer to one request at a time from one connection. Holds a head at most, a body only where it is to be
 * looked into, and decodes none. A 1xx is no answer. Never throws: what is no HTTP/1 is `bad`, `wrong` says why.
 */
export class AnswerReader {
  /** The answer's head; undefined until it has come whole. */
  head: AnswerHead | undefined
  /** Why it is no HTTP. */
  wrong = ''
  /** Bytes of the answer so far. */
  bytes = 0
  /** More came than the answer: nobody asked for it, and the connection is of no use any more. */
  surplus = false

  private noBody = false
  private left = 0
  private headBytes = 0
  private held: Buffer | undefined
  private heldLength = 0
  readonly body = new KeptBody()
  private readonly chunks = new Chunks(mostHeadBytes, this.body)

  /**
   * Another request has been sent; `toHead` when it was a HEAD, whose answer has no body. Its body is kept where it
   * `keeps` it.
   */
  expect(toHead: boolean, keeps = false): void {
    this.head = undefined
    this.wrong = ''
    this.bytes = 0
    this.surplus = false
    this.noBody = toHead
    this.body.begin(keeps)
    this.headBytes = 0
    this.held = undefined
    this.heldLength = 0
  }

  feed(chunk: Buffer): Progress {
    this.bytes += chunk.length
    let from = 0
    while (!this.head) {
      const read = this.readHead(chunk, from)
      if (read === 'bad' || read === 'open') return read
      from = read.end
      const { head } = read
      if (head.status === 101) return this.bad('it changes to another protocol, which was not asked for')
      if (!interim(head.status)) this.begin(head)
      else if (from === chunk.length) return 'open'
    }
    return this.readBody(chunk, from)
  }

  /** The connection has ended in order: was that the end of the answer? */
  finish(): 'whole' | 'cut' {
    return this.head?.body === 'until-close' && !this.noBody ? 'whole' : 'cut'
  }

  private bad(wrong: string): 'bad' {
    this.wrong = wrong
    this.held = undefined
    return 'bad'
  }

  /** Gives a head, and where it ends in this chunk. */
  private readHead(chunk: Buffer, from: number): { head: AnswerHead; end: number } | 'open' | 'bad' {
    if (this.heldLength === 0 && last) {
      const { bytes, head } = last
      const end = from + bytes.length
      if (end <= chunk.length && bytes.compare(chunk, from, end) === 0) return { head, end }
    }
    const before = this.heldLength
    const bytes = before > 0 ? this.hold(chunk, from) : chunk.subarray(from)
    if (!beginsRight(bytes)) return this.bad(`it begins ${quoted(bytes.toString('latin1', 0, 41))}`)
    const end = endOfHead(bytes, Math.max(0, before - 3))
    const length = end < 0 ? bytes.length : end
    if (this.headBytes + length > mostHeadBytes) return this.bad(`its head has more than ${mostHeadBytes} bytes`)
    if (end < 0) {
      if (before === 0) this.hold(chunk, from)
      return 'open'
    }
    const head = readHead(bytes.toString('latin1', 0, end).trimEnd())
    if (typeof head === 'string') return this.bad(head)
    if (!interim(head.status)) last = { bytes: Buffer.from(bytes.subarray(0, end)), head }
    this.held = undefined
    this.heldLength = 0
    this.headBytes += end
    return { head, end: from + end - before }
  }

  private begin(head: AnswerHead): void {
    this.head = head
    if (noBody.has(head.status)) this.noBody = true
    if (head.body === 'chunked') this.chunks.begin()
    else this.left = head.body === 'until-close' ? Number.POSITIVE_INFINITY : head.body
  }

  /** Keeps a head that has not come whole, in a buffer that doubles: each byte is copied and searched a few times. */
  private hold(chunk: Buffer, from: number): Buffer {
    const length = this.heldLength + chunk.length - from
    if (!this.held || this.held.length < length) {
      const larger = Buffer.allocUnsafe(Math.max(1_024, 2 * length))
      this.held?.copy(larger, 0, 0, this.heldLength)
      this.held = larger
    }
    chunk.copy(this.held, this.heldLength, from)
    this.heldLength = length
    return this.held.subarray(0, length)
  }

  private readBody(chunk: Buffer, from: number): Progress {
    const here = chunk.length - from
    if (this.noBody) return this.whole(here)
    if (this.head?.body === 'chunked') {
      const end = this.chunks.feed(chunk, from)
      if (end === 'bad') return this.bad(this.chunks.wrong)
      return end === 'open' ? 'open' : this.whole(chunk.length - end)
    }
    const taken = Math.min(here, this.left)
    this.body.take(chunk, from, from + taken)
    this.left -= taken
    return this.left > 0 ? 'open' : this.whole(here - taken)
  }

  private whole(surplus: number): 'whole' {
    if (surplus > 0) this.surplus = true
    return 'whole'
  }
}

function beginsRight(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, begin.length)
  return begin.compare(bytes, 0, length, 0, length) === 0
}

/** Where the bytes behind the blank line begin; negative when there is none yet. */
function endOfHead(bytes: Buffer, from: number): number {
  const usual = bytes.indexOf(blankLine, from)
  // A bare LF ends a line, too: RFC 9112, 2.2.
  const before = usual < 0 ? bytes : bytes.subarray(0, usual + 1)
  const bare = before.indexOf(bareBlankLine, from)
  const mixed = before.indexOf(mixedBlankLine, from)
  if (bare >= 0 && (mixed < 0 || bare < mixed)) return bare + 2
  if (mixed >= 0) return mixed + 3
  return usual < 0 ? -1 : usual + 4
}
