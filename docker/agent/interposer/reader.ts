import { type Framing, type Head, isFirstLine, readHead } from './head.ts'

/** A piece of what came, in order: all `bytes` one after the other are what came, no more and no less. */
export type Part =
  | { is: 'head'; bytes: Buffer; head: Head; framing: Framing }
  /** Of a body. */
  | { is: 'data'; bytes: Buffer }
  /** What holds a body's data together, and empty lines between messages. */
  | { is: 'framing'; bytes: Buffer }
  /** The message is whole. */
  | { is: 'end'; bytes: Buffer }
  /** No message of HTTP/1: passed on as it is. */
  | { is: 'raw'; bytes: Buffer }

export interface Reader {
  push(chunk: Buffer): Generator<Part>
  /** Nothing more comes: what was held back. */
  finish(): Generator<Part>
  /** From now on nothing is looked into. */
  giveUp(): void
}

/** The most that is held back of a head: what is longer is passed on as it is. */
export const mostHeadBytes = 65_536
const mostLineBytes = 4_096
const nothing = Buffer.alloc(0)
const newline = 0x0a
const isBlank = (byte: number | undefined) => byte === newline || byte === 0x0d

type State = 'between' | 'head' | 'length' | 'size' | 'chunk' | 'chunk-end' | 'trailer' | 'close' | 'raw'

/** Finds heads, bodies and ends in a stream of HTTP/1, however it is cut into pieces. */
export class HttpReader implements Reader {
  readonly #of: 'request' | 'answer'
  readonly #framingOf: (head: Head) => Framing
  #state: State = 'between'
  /** Of the head, so far; grows by doubling. */
  #held = nothing
  #heldBytes = 0
  /** Of the body or of the chunk. */
  #left = 0
  #line = ''

  constructor(of: 'request' | 'answer', framingOf: (head: Head) => Framing) {
    this.#of = of
    this.#framingOf = framingOf
  }

  giveUp(): void {
    this.#state = 'raw'
  }

  *push(chunk: Buffer): Generator<Part> {
    let rest = chunk
    while (rest.length > 0) rest = yield* this.#step(rest)
  }

  *finish(): Generator<Part> {
    if (this.#heldBytes > 0) yield { is: 'raw', bytes: this.#takeHeld() }
    if (this.#state === 'close') yield { is: 'end', bytes: nothing }
    this.#state = 'raw'
  }

  *#step(bytes: Buffer): Generator<Part, Buffer> {
    switch (this.#state) {
      case 'between': {
        const from = bytes.findIndex((byte) => !isBlank(byte))
        if (from !== 0) yield { is: 'framing', bytes: from < 0 ? bytes : bytes.subarray(0, from) }
        if (from >= 0) this.#state = 'head'
        return from < 0 ? nothing : bytes.subarray(from)
      }
      case 'head':
        return yield* this.#head(bytes)
      case 'length':
      case 'chunk':
        return yield* this.#data(bytes)
      case 'size':
      case 'chunk-end':
      case 'trailer':
        return yield* this.#lines(bytes)
      default:
        yield { is: this.#state === 'close' ? 'data' : 'raw', bytes }
        return nothing
    }
  }

  *#head(bytes: Buffer): Generator<Part, Buffer> {
    const before = this.#heldBytes
    this.#hold(bytes)
    const end = this.#endOfHead(Math.max(0, before - 3))
    if (end === undefined) {
      if (this.#heldBytes > mostHeadBytes || !this.#mayBeHead()) {
        this.#state = 'raw'
        yield { is: 'raw', bytes: this.#takeHeld() }
      }
      return nothing
    }
    const all = this.#takeHeld()
    const head = readHead(all.subarray(0, end), this.#of)
    if (!head) {
      this.#state = 'raw'
      yield { is: 'raw', bytes: all }
      return nothing
    }
    const framing = this.#framingOf(head)
    yield { is: 'head', bytes: head.bytes, head, framing }
    // Whoever took the head may have given up.
    if (this.#state === 'head') yield* this.#begin(framing)
    return all.subarray(end)
  }

  *#begin(framing: Framing): Generator<Part> {
    this.#line = ''
    this.#left = framing.by === 'length' ? framing.bytes : 0
    const isOver = framing.by === 'nothing' || (framing.by === 'length' && framing.bytes === 0)
    if (isOver) yield* this.#end()
    else if (framing.by === 'chunks') this.#state = 'size'
    else this.#state = framing.by === 'length' ? 'length' : framing.by === 'close' ? 'close' : 'raw'
  }

  *#end(): Generator<Part> {
    this.#state = 'between'
    yield { is: 'end', bytes: nothing }
  }

  *#data(bytes: Buffer): Generator<Part, Buffer> {
    const data = bytes.subarray(0, this.#left)
    this.#left -= data.length
    yield { is: 'data', bytes: data }
    if (this.#left === 0 && this.#state === 'length') yield* this.#end()
    else if (this.#left === 0 && this.#state === 'chunk') this.#state = 'chunk-end'
    return bytes.subarray(data.length)
  }

  /** The lines around chunks are passed on as they come, and read when they are whole. */
  *#lines(bytes: Buffer): Generator<Part, Buffer> {
    const at = bytes.indexOf(newline)
    const piece = at < 0 ? bytes : bytes.subarray(0, at + 1)
    this.#line += piece.toString('latin1')
    if (this.#line.length > mostLineBytes) this.#state = 'raw'
    yield { is: 'framing', bytes: piece }
    if (at >= 0 && this.#state !== 'raw') {
      const line = this.#line.trimEnd()
      this.#line = ''
      yield* this.#readLine(line)
    }
    return bytes.subarray(piece.length)
  }

  *#readLine(line: string): Generator<Part> {
    if (this.#state === 'chunk-end') this.#state = line === '' ? 'size' : 'raw'
    else if (this.#state === 'trailer') {
      if (line === '') yield* this.#end()
    } else {
      const size = /^([\da-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line)?.[1]
      this.#left = size === undefined ? 0 : Number.parseInt(size, 16)
      this.#state = size === undefined ? 'raw' : this.#left === 0 ? 'trailer' : 'chunk'
    }
  }

  #hold(bytes: Buffer): void {
    const needed = this.#heldBytes + bytes.length
    if (needed > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#held.length, 1_024))
      this.#held.copy(larger, 0, 0, this.#heldBytes)
      this.#held = larger
    }
    bytes.copy(this.#held, this.#heldBytes)
    this.#heldBytes = needed
  }

  #takeHeld(): Buffer {
    const held = this.#held.subarray(0, this.#heldBytes)
    this.#held = nothing
    this.#heldBytes = 0
    return held
  }

  /** Behind its empty line, which may also be two bare newlines. */
  #endOfHead(from: number): number | undefined {
    const held = this.#held.subarray(0, this.#heldBytes)
    for (let at = held.indexOf(newline, from); at >= 0; at = held.indexOf(newline, at + 1)) {
      if (held[at + 1] === newline) return at + 2
      if (held[at + 1] === 0x0d && held[at + 2] === newline) return at + 3
    }
    return undefined
  }

  /** TLS and other protocols are passed on with their first bytes, for both sides may wait for them. */
  #mayBeHead(): boolean {
    const held = this.#held.subarray(0, this.#heldBytes)
    const line = held.indexOf(newline)
    if (line >= 0) return isFirstLine(held.subarray(0, line).toString('latin1').trimEnd(), this.#of)
    const begin = held.subarray(0, 16).toString('latin1')
    if (this.#of === 'answer') return 'HTTP/1.'.startsWith(begin.slice(0, 7))
    return /^[!#$%&'*+.^_`|~\w-]+( |$)/.test(begin) || /^[!#$%&'*+.^_`|~\w-]{16}$/.test(begin)
  }
}

/** Bytes that nobody here understands: one message, which begins with the first and never ends. */
export class RawReader implements Reader {
  #begun = false

  giveUp(): void {
    this.#begun = true
  }

  *push(chunk: Buffer): Generator<Part> {
    const head: Head = { bytes: nothing, first: ['', '', ''], all: () => [] }
    const isFirst = !this.#begun
    this.#begun = true
    if (isFirst) yield { is: 'head', bytes: nothing, head, framing: { by: 'close' } }
    yield { is: 'data', bytes: chunk }
  }

  *finish(): Generator<Part> {
    yield* []
  }
}
