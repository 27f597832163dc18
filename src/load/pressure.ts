import autocannon from 'autocannon'
import type { Books } from './books.ts'
import type { CannonClient } from './cannon-client.ts'
import { type ClassCode, codeOf } from './codes.ts'
import { type Battery, Connection } from './connection.ts'
import { interleave, type Template, templatesOf } from './mix.ts'
import type { PressureSpec } from './types.ts'
import type { EndedMessage, Setup } from './wire.ts'

const notSent = codeOf('not_sent')
const inFlight = codeOf('in_flight_at_end')

/** autocannon wants an end; ours comes from `stop`. One day, the longest duration there is. */
const noEndS = 86_400
/** How often the plan and the seconds are looked after when no answer does it. */
const tickMs = 2

/** The closed loop: each connection sends its next request when the last has ended; autocannon does the work. */
export class Pressure implements Battery {
  private readonly setup: Setup<PressureSpec>
  private readonly books: Books
  private readonly templates: Template[]
  private readonly entryOf: (k: number) => number
  private readonly connections: Connection[] = []
  /** Connections that wait for something to send. */
  private readonly idle = new Set<Connection>()
  private readonly untilMs: number
  private readonly host: string
  private startMs = 0
  private stoppedMs: number | undefined
  /** Connections with an open request, the oldest request first. */
  private readonly open = new Set<Connection>()
  /** With a rate: the next planned request, and those that are due but found no free connection. */
  private next = 0
  private waiting = 0
  private timer: NodeJS.Timeout | undefined
  private readonly drained = Promise.withResolvers<void>()

  constructor(setup: Setup<PressureSpec>, books: Books) {
    this.setup = setup
    this.books = books
    this.templates = templatesOf(setup.spec.mix)
    this.entryOf = interleave(
      setup.spec.mix.map(({ weight }) => weight),
      1,
    )
    this.untilMs = setup.forMs ?? Number.POSITIVE_INFINITY
    this.host = setup.host ?? new URL(setup.target).host
  }

  start(): void {
    const { spec, target } = this.setup
    this.startMs = performance.now()
    this.books.start(this.startMs)
    // autocannon is never given a rate: its own sends each second as one burst, and "corrects" latency by a wrong unit.
    autocannon(
      {
        url: target,
        connections: spec.connections,
        duration: noEndS,
        timeout: noEndS,
        setupClient: (client) => {
          this.connections.push(new Connection(this, client as CannonClient))
        },
      },
      (error: unknown) => {
        // Thrown in the worker, so that it counts as broken.
        if (error) throw error
      },
    )
    this.timer = setInterval(() => this.tick(), tickMs)
  }

  /** Plans no more (what is due is still sent), waits at most `drainMs` for open requests, and gives the totals. */
  async stop(drainMs: number): Promise<EndedMessage['summary']> {
    this.tick()
    this.stoppedMs = Math.min(this.now(), this.untilMs)
    const timer = setTimeout(() => this.drained.resolve(), drainMs)
    this.finishWhenDrained()
    await this.drained.promise
    clearTimeout(timer)
    clearInterval(this.timer)
    for (; this.waiting > 0; this.waiting -= 1) this.skip()
    this.books.close()
    for (const connection of this.connections) {
      if (connection.k >= 0) this.ended(connection, inFlight)
      connection.close()
    }
    return this.books.summary(this.stoppedMs, false)
  }

  wantsRequest(connection: Connection): boolean {
    const running = this.stoppedMs === undefined && this.now() < this.untilMs
    if (this.paced ? this.waiting === 0 : !running) {
      this.idle.add(connection)
      return false
    }
    if (this.paced) this.waiting -= 1
    return true
  }

  begin(connection: Connection): { bytes: Buffer; head: boolean } {
    this.idle.delete(connection)
    const now = this.now()
    this.advance(now)
    const k = this.books.planned
    connection.k = k
    connection.sentMs = now
    connection.second = this.books.begin(0)
    this.open.add(connection)
    const template = this.templates[this.entryOf(k)]
    return { bytes: this.bytesOf(k, template), head: template?.method === 'HEAD' }
  }

  ended(connection: Connection, code: ClassCode): void {
    const { k, second, sentMs } = connection
    if (!second || !this.open.delete(connection)) return
    this.books.end(second, k, 0, code, sentMs, this.now() - sentMs)
    this.finishWhenDrained()
  }

  troubled(code: string): void {
    this.books.troubled(code)
  }

  private get paced(): boolean {
    return this.setup.spec.ratePerS !== undefined
  }

  private now(): number {
    return performance.now() - this.startMs
  }

  private tick(): void {
    const [oldest] = this.open
    // After what has arrived was read: to a loop that was held up, an answer that is there already is no timeout.
    if (oldest && this.isOverdue(oldest)) setImmediate(() => this.expire())
    if (this.stoppedMs === undefined) this.plan(Math.min(this.now(), this.untilMs))
  }

  private isOverdue({ sentMs }: Connection): boolean {
    return sentMs <= this.now() - this.setup.spec.timeout
  }

  private expire(): void {
    for (const connection of this.open) {
      if (!this.isOverdue(connection)) break
      connection.expire()
    }
  }

  private plan(now: number): void {
    const { ratePerS } = this.setup.spec
    if (ratePerS !== undefined) {
      const due = Math.ceil((now / 1_000) * ratePerS)
      for (; this.next < due; this.next += 1) {
        // What finds no free connection is owed for a second; what is due beyond that was too much for the server.
        if (this.waiting < ratePerS) this.waiting += 1
        else this.skip()
        const [free] = this.idle
        free?.free()
      }
    }
    this.advance(now)
  }

  /** What is sent after the end of the plan still belongs to its last second. */
  private advance(now: number): void {
    if (this.stoppedMs === undefined && now < this.untilMs) this.books.advance(Math.floor(now / 1_000))
  }

  private finishWhenDrained(): void {
    if (this.stoppedMs !== undefined && this.waiting === 0 && this.open.size === 0) this.drained.resolve()
  }

  private skip(): void {
    const now = Math.min(this.now(), this.untilMs)
    const k = this.books.planned
    this.books.end(this.books.begin(0), k, 0, notSent, now, 0)
  }

  private bytesOf(k: number, template: Template | undefined): Buffer {
    const { method, path, body, contentType } = template ?? { method: 'GET', path: '/', body: null, contentType: null }
    const type = contentType ? `content-type: ${contentType}\r\n` : ''
    const hasLength = body !== null || method === 'POST' || method === 'PUT'
    const length = hasLength ? `content-length: ${body?.length ?? 0}\r\n` : ''
    const id = `x-request-id: ${this.setup.idPrefix}-${k}\r\n`
    const head = Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: ${this.host}\r\n${id}${type}${length}\r\n`, 'latin1')
    return body ? Buffer.concat([head, body]) : head
  }
}
