import autocannon from 'autocannon'
import type { Books } from '../books/books.ts'
import { type ClassCode, codeOf } from '../books/codes.ts'
import type { EndedPart, Setup } from '../books/wire.ts'
import { interleave, type Template, templatesOf, textOf } from '../mix/mix.ts'
import type { PressureSpec } from '../types.ts'
import { Connection, type ConnectionPool } from '../wire/connection.ts'
import { dialerOf, isSecure } from '../wire/dial.ts'
import type { Lane } from '../wire/lane.ts'
import { Relay, type Turn } from '../wire/relay.ts'

const notSent = codeOf('not_sent')
const inFlight = codeOf('in_flight_at_end')

/** autocannon wants an end; ours comes from `stop`. One day, the longest duration there is. */
const noEndS = 86_400
/** How often the plan and the seconds are looked after when no answer does it. */
const tickMs = 2
/** How often autocannon looks whether it is to end. */
const sampleMs = 100

/**
 * The closed loop: autocannon has the connections, and each of them takes its next turn when the last has been
 * answered. What a turn sends, and what becomes of it, is ours: docs/decisions/0009-answers-are-read-here.md.
 */
export class Pressure implements ConnectionPool {
  private readonly setup: Setup<PressureSpec>
  private readonly books: Books
  private readonly templates: Template[]
  private readonly entryOf: (k: number) => number
  private readonly connections: Connection[] = []
  /** Connections that wait for something to send. */
  private readonly idle = new Set<Connection>()
  private readonly untilMs: number
  private cannon: autocannon.Instance | undefined
  /** Turns that were answered, and those whose answer autocannon has had. */
  private answered = 0
  private confirmed = 0
  private startMs = 0
  private started = false
  private stoppedMs: number | undefined
  /** Lanes with an open request, the oldest request first. */
  private readonly open = new Set<Lane>()
  /** With a rate: the next planned request, and those that are due but found no free connection. */
  private next = 0
  private waiting = 0
  private timer: NodeJS.Timeout | undefined
  private readonly drained = Promise.withResolvers<void>()

  constructor(setup: Setup<PressureSpec>, books: Books) {
    this.setup = setup
    this.books = books
    this.templates = templatesOf(setup.spec.mix, setup.targets)
    this.entryOf = interleave(
      this.templates.map(({ weight }) => weight),
      1,
    )
    this.untilMs = setup.forMs ?? Number.POSITIVE_INFINITY
  }

  async start(): Promise<void> {
    const { spec, targets } = this.setup
    const dialers = targets.map((target) => ({ dial: dialerOf(target), secure: isSecure(target) }))
    const relay = new Relay(spec.connections, (turn) => this.connect(turn, dialers))
    await relay.listen()
    const cannon = autocannon(
      {
        url: 'http://relay',
        socketPath: relay.path,
        connections: spec.connections,
        // Never a rate: autocannon's own sends each second as one burst, and "corrects" latency by a wrong unit.
        duration: noEndS,
        timeout: noEndS,
        sampleInt: sampleMs,
        setupClient: (client) => void client.on('response', () => (this.confirmed += 1)),
      },
      (error: unknown) => {
        // Thrown in the worker, so that it counts as broken.
        if (error) throw error
      },
    )
    // It reaches nothing but the relay: without it nothing is sent any more.
    cannon.on('reqError', (error) => {
      throw error
    })
    this.cannon = cannon
    await relay.connected
    this.startMs = performance.now()
    this.started = true
    this.books.start(this.startMs)
    for (const connection of this.idle) connection.free()
    this.timer = setInterval(() => this.tick(), tickMs)
  }

  /** Plans no more (what is due is still sent), waits at most `drainMs` for open requests, and gives the totals. */
  async stop(drainMs: number): Promise<EndedPart> {
    this.tick()
    this.stoppedMs = Math.min(this.now(), this.untilMs)
    const timer = setTimeout(() => this.drained.resolve(), drainMs)
    this.finishWhenDrained()
    await this.drained.promise
    clearTimeout(timer)
    clearInterval(this.timer)
    for (; this.waiting > 0; this.waiting -= 1) this.skip()
    this.books.close()
    for (const connection of this.connections) connection.close()
    for (const lane of this.open) this.settle(lane, inFlight)
    const unconfirmed = this.answered - this.confirmed
    if (unconfirmed < 0 || unconfirmed > this.connections.length) this.troubled('autocannon counts otherwise')
    this.cannon?.stop()
    return this.books.ended(this.stoppedMs, false)
  }

  wantsRequest(connection: Connection): boolean {
    const running = this.started && this.stoppedMs === undefined && this.now() < this.untilMs
    if (this.paced ? this.waiting === 0 : !running) {
      this.idle.add(connection)
      return false
    }
    if (this.paced) this.waiting -= 1
    return true
  }

  begin(connection: Connection): void {
    this.idle.delete(connection)
    const now = this.now()
    this.advance(now)
    const k = this.books.planned
    const template = this.templates[this.entryOf(k)]
    const lane = connection.laneTo(template?.target ?? 0)
    if (!template || !lane) throw new RangeError('every entry of the mix has a target')
    lane.k = k
    lane.sentMs = now
    lane.second = this.books.begin(k, 0)
    this.open.add(lane)
    lane.send(textOf(template, `${this.setup.idPrefix}-${k}`, undefined, ''), template)
  }

  ended(_connection: Connection, lane: Lane, code: ClassCode): void {
    this.settle(lane, code)
    this.answered += 1
    this.finishWhenDrained()
  }

  repeated(): void {
    this.books.repeated()
  }

  odd(reason: string): void {
    this.books.odd(reason)
  }

  troubled(code: string): void {
    this.books.troubled(code)
  }

  private connect(turn: Turn, dialers: ConstructorParameters<typeof Connection>[2]): Connection {
    const connection = new Connection(this, turn, dialers)
    this.connections.push(connection)
    return connection
  }

  private settle(lane: Lane, code: ClassCode): void {
    const { k, second, sentMs } = lane
    if (!second || !this.open.delete(lane)) return
    lane.k = -1
    this.books.end(second, k, 0, code, sentMs, this.now() - sentMs)
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

  private isOverdue({ sentMs }: Lane): boolean {
    return sentMs <= this.now() - this.setup.spec.timeout
  }

  private expire(): void {
    for (const lane of this.open) {
      if (!this.isOverdue(lane)) break
      lane.expire()
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
    this.books.end(this.books.begin(k, 0), k, 0, notSent, now, 0)
  }
}
