import type { Socket } from 'node:net'
import type { Deed } from './deed.ts'
import type { Exchange } from './exchange.ts'
import { framingOfAnswer, framingOfRequest, type Head, isInterim, rewrite } from './head.ts'
import type { Line } from './line.ts'
import { HttpReader, type Part, RawReader, type Reader } from './reader.ts'

/** Where exchanges are entered, and whether anything is done to them. */
export interface Book {
  readonly deed: Deed
  /** False: it has ended, and all is passed on as it is. */
  isInForce(): boolean
  enter(line: Line, asked: { method: string; path: string; head: Head }): Exchange
  /** It is passed on to the server. */
  passedOn(head: Head): void
  /** What came is no HTTP. */
  strange(line: Line): void
}

/** So many requests of one connection may wait for their answers: the next is not read before. */
const mostWaiting = 64

/** Whoever keeps connections must know that this one ends: else the next request may leave on it as it is closed. */
const lastOne = (head: Head) => rewrite(head, { without: ['connection', 'keep-alive'], add: ['Connection: close'] })

/** Passes on what comes, both ways, until both have ended. Each side is read as fast as the other takes it. */
export class Relay {
  readonly #line: Line
  readonly #upstream: Socket
  readonly #book: Book
  readonly #isRaw: boolean
  readonly #requests: Reader
  readonly #answers: Reader
  /** Whose answer it is that comes now. */
  #current: Exchange | undefined
  #isInterim = false
  /** It asked for another protocol: what follows can be understood when that is answered. */
  #switching: Exchange | undefined
  #isStrange = false

  constructor(line: Line, upstream: Socket, book: Book, isRaw: boolean) {
    this.#line = line
    this.#upstream = upstream
    this.#book = book
    this.#isRaw = isRaw
    this.#requests = isRaw ? new RawReader() : new HttpReader('request', framingOfRequest)
    const framingOf = (head: Head) => framingOfAnswer(head, this.#line.waiting[0]?.method ?? 'GET')
    this.#answers = isRaw ? new RawReader() : new HttpReader('answer', framingOf)
  }

  async run(): Promise<void> {
    const { client, waiting } = this.#line
    const up = this.#pump(client, this.#requests, (part) => this.#ask(part))
    const down = this.#pump(this.#upstream, this.#answers, (part) => this.#answer(part))
    const upEnded = up.then((isWhole) => {
      if (isWhole && !this.#line.isOver) this.#upstream.end()
    })
    const downEnded = down.then((isWhole) => {
      for (const exchange of waiting.splice(0)) exchange.answered()
      if (isWhole && !this.#line.isOver) client.end()
    })
    await Promise.all([upEnded, downEnded])
  }

  /** True: it ended in order. What went wrong with a socket is told to the line by its `error`. */
  async #pump(socket: Socket, reader: Reader, pass: (part: Part) => Promise<void>): Promise<boolean> {
    try {
      const chunks: AsyncIterable<Buffer> = socket.iterator({ destroyOnReturn: false })
      for await (const chunk of chunks) {
        this.#line.touch()
        await this.#each(reader.push(chunk), pass)
      }
      await this.#each(reader.finish(), pass)
      return true
    } catch (thrown) {
      if (socket.destroyed) return false
      throw thrown
    }
  }

  async #each(parts: Iterable<Part>, pass: (part: Part) => Promise<void>): Promise<void> {
    for (const part of parts) {
      // Read on and thrown away, so that the end of whoever sends is noticed.
      if (this.#line.isOver) return
      await pass(part)
    }
  }

  async #ask(part: Part): Promise<void> {
    if (part.is === 'head') {
      if ((await this.#asked(part.head)) === 'over') return
      this.#book.passedOn(part.head)
    }
    if (part.is === 'raw' && !this.#isStrange && !this.#switching) {
      this.#isStrange = true
      this.#book.strange(this.#line)
    }
    await this.#line.ask(part.bytes)
    if (part.is === 'end' && this.#switching) await this.#switching.over
  }

  async #asked(head: Head): Promise<'pass' | 'over'> {
    const { waiting } = this.#line
    const exchange = this.#isRaw ? waiting[0] : await this.#entered(head)
    const asked = this.#deedFor(exchange)?.asked
    if (!exchange || !asked) return 'pass'
    // What was asked before is answered before anything is done to this one.
    await waiting[waiting.indexOf(exchange) - 1]?.over
    return await asked(this.#line, exchange)
  }

  async #entered(head: Head): Promise<Exchange> {
    const { waiting } = this.#line
    while (waiting.length >= mostWaiting) await waiting[0]?.over
    this.#line.requests += 1
    const [method, path] = head.first
    const exchange = this.#book.enter(this.#line, { method, path, head })
    waiting.push(exchange)
    const wantsOther = method === 'CONNECT' || head.all('upgrade').length > 0
    this.#switching = wantsOther ? exchange : undefined
    return exchange
  }

  #deedFor(exchange: Exchange | undefined): Deed | undefined {
    return exchange?.isMeant && this.#book.isInForce() ? this.#book.deed : undefined
  }

  async #answer(part: Part): Promise<void> {
    if (part.is === 'head') await this.#answered(part)
    else if (part.is === 'end') this.#ended()
    else if (part.is === 'raw') {
      this.#pairNoMore()
      await this.#line.answer(part.bytes)
    } else if (this.#isInterim) await this.#line.answer(part.bytes)
    else await this.#piece(part.is, part.bytes)
  }

  async #answered({ head, framing }: Extract<Part, { is: 'head' }>): Promise<void> {
    const exchange = this.#line.waiting[0]
    this.#current = exchange
    this.#isInterim = !this.#isRaw && isInterim(head)
    if (this.#isInterim || !exchange) {
      await this.#line.answer(head.bytes)
      return
    }
    exchange.framing = framing
    exchange.bodyBytes = framing.by === 'length' ? framing.bytes : undefined
    const course = (await this.#deedFor(exchange)?.answers?.(this.#line, exchange, { head, framing })) ?? head.bytes
    if (course === 'over') return
    const isLast = !this.#book.isInForce() && framing.by !== 'raw' && this.#line.waiting.length === 1
    await this.#line.answer(isLast && course === head.bytes ? lastOne(head) : course)
    if (framing.by === 'raw') this.#pairNoMore()
  }

  /** Which answer belongs to which request cannot be told from here on: all is passed on. */
  #pairNoMore(): void {
    this.#requests.giveUp()
    for (const exchange of this.#line.waiting.splice(0)) exchange.answered()
  }

  async #piece(is: 'data' | 'framing', bytes: Buffer): Promise<void> {
    const exchange = this.#current
    const act = this.#deedFor(exchange)?.[is]
    const course = exchange && act ? await act(this.#line, exchange, bytes) : bytes
    if (exchange && is === 'data') exchange.came += bytes.length
    if (course !== 'over') await this.#line.answer(course)
  }

  #ended(): void {
    const exchange = this.#current
    if (this.#isInterim || !exchange) {
      this.#isInterim = false
      return
    }
    this.#current = undefined
    if (this.#line.waiting[0] === exchange) this.#line.waiting.shift()
    this.#deedFor(exchange)?.ended?.(this.#line, exchange)
    exchange.answered()
    // Whoever keeps the connection would stay with us for ever.
    if (!this.#book.isInForce() && this.#line.waiting.length === 0) this.#line.fin()
  }
}
