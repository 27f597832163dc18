import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { InterposerReport, InterposerWish } from '../../../src/protocol/index.ts'
import { type Asked, Chooser, type Origin } from './chooser.ts'
import type { Deed } from './deed.ts'
import { deedOf } from './deeds/index.ts'
import { Exchange } from './exchange.ts'
import { Line, type Wait } from './line.ts'
import { type Book, Relay } from './relay.ts'
import { Tallies } from './tally.ts'

/** So many at once: beyond, a connection is reset. Each costs some kilobytes, and the container has its limit. */
const mostConnections = 2_048

/**
 * A kept connection that is used is used again sooner than that, and closed with the next answer. One that is not is
 * closed with a FIN, which no request crosses.
 */
const coldMs = 200
const never = new AbortController().signal

/** How what arrives at the server's port comes to us, and how that ends. */
export interface Detour {
  /**
   * Throws `Unsupported` before anything is changed. New connections come to us when `mayCut` is asked; then those that
   * are open are cut. Gives how many were.
   */
  begin(port: number, mayCut: () => Promise<boolean>): Promise<number>
  end(): Promise<void>
}

/** This kernel cannot do it. */
export class Unsupported extends Error {}

export interface InterposerParts {
  wish: InterposerWish
  detour: Detour
  wait: Wait
  /** Told when something has changed. */
  onChange(): void
  mostConnections?: number
}

/** Stands in the way of one port of one server. */
export class Interposer {
  readonly #wish: InterposerWish
  readonly #parts: InterposerParts
  readonly #deed: Deed
  readonly #chooser: Chooser
  readonly #tallies: Tallies
  readonly #lines = new Set<Line>()
  readonly #ended = new AbortController()
  /** Resolves when it has ended, by whatever. */
  readonly over: Promise<void>
  #isOver: () => void = () => undefined
  readonly #door: Server
  readonly #look: Server
  #idle: (() => void) | undefined
  #report: Pick<InterposerReport, 'state' | 'because' | 'cut'> = { state: 'ended', because: 'not begun', cut: 0 }
  #isBegun = false
  #taken = 0
  #refused = 0
  #exchanges = 0

  constructor(parts: InterposerParts) {
    const { wish } = parts
    // Whoever waits for it reads the first report: connections come before it is in force.
    const onChange = () => (this.#isBegun ? parts.onChange() : undefined)
    this.over = new Promise((resolve) => {
      this.#isOver = resolve
    })
    this.#wish = wish
    this.#parts = { ...parts, onChange }
    this.#deed = deedOf(wish.deed, wish.seed)
    this.#chooser = new Chooser(wish.scope, wish.seed)
    this.#tallies = new Tallies(onChange)
    const users = new Set(wish.users)
    this.#door = this.#serve(({ remoteAddress = '' }) => {
      return users.size === 0 || users.has(remoteAddress) ? 'users' : 'others'
    })
    this.#look = this.#serve(() => 'look')
  }

  /** Where connections are taken; 0: not yet. */
  get port(): number {
    return portOf(this.#door)
  }

  get lookPort(): number {
    return portOf(this.#look)
  }

  report(): InterposerReport {
    const { users, others } = this.#tallies
    const connections = { taken: this.#taken, open: this.#lines.size, refused: this.#refused }
    const [rows, keys] = [this.#tallies.rows(), this.#tallies.keys()]
    return { ...this.#report, lookPort: this.lookPort, connections, users, others, rows, keys }
  }

  /** In force when it resolves; it ends by itself in time. */
  async begin(): Promise<void> {
    for (const server of [this.#door, this.#look]) await once(server.listen(0, '0.0.0.0'), 'listening')
    try {
      const cut = await this.#parts.detour.begin(this.port, () => this.#mayCut())
      if (this.#ended.signal.aborted) return
      this.#report = { state: 'in-force', because: '', cut }
      this.#isBegun = true
      this.#parts.onChange()
    } catch (thrown) {
      this.#over(thrown instanceof Unsupported ? 'unsupported' : 'ended', String(thrown))
      return
    }
    void this.#parts.wait(this.#wish.expiresAfterMs, this.#ended.signal).then(() => this.#expire())
  }

  /** From here on it is in force for whoever connects. */
  async #mayCut(): Promise<boolean> {
    const { patientMs = 0 } = this.#wish
    if (patientMs === 0) return true
    this.#report = { state: 'in-force', because: '', cut: 0 }
    this.#isBegun = true
    this.#parts.onChange()
    await this.#parts.wait(patientMs, this.#ended.signal)
    return !this.#ended.signal.aborted
  }

  /** New connections go to the server itself; on those that are open all passes as it is, until they are idle. */
  async end(because: string): Promise<void> {
    if (this.#ended.signal.aborted) return
    this.#ended.abort()
    await this.#parts.detour.end()
    this.#over('ended', because)
  }

  /** Resolves when no connection is open. */
  async isIdle(): Promise<void> {
    if (this.#lines.size === 0) return
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
  }

  async #expire(): Promise<void> {
    if (this.#ended.signal.aborted) return
    this.#ended.abort()
    await this.#parts.detour.end()
    this.#over('expired', `it was meant for ${this.#wish.expiresAfterMs} ms`)
  }

  #over(state: InterposerReport['state'], because: string): void {
    this.#isBegun = true
    this.#ended.abort()
    for (const server of [this.#door, this.#look]) server.close()
    const finIdle = () => {
      for (const line of this.#lines) if (line.waiting.length === 0 && !line.isOver) line.fin()
    }
    for (const line of this.#lines) line.release()
    void this.#parts.wait(coldMs, never).then(finIdle)
    this.#report = { ...this.#report, state, because: because.slice(0, 1_000) }
    this.#parts.onChange()
    this.#isOver()
  }

  #serve(originOf: (client: Socket) => Origin): Server {
    const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true }
    return createServer(options, (client) => {
      if (this.#lines.size >= (this.#parts.mostConnections ?? mostConnections)) {
        this.#refused += 1
        this.#parts.onChange()
        client.resetAndDestroy()
      } else void this.#take(client, originOf(client))
    })
  }

  async #take(client: Socket, origin: Origin): Promise<void> {
    this.#taken += 1
    const { server, speaks } = this.#wish
    const isWhole = speaks === 'tcp' || this.#deed.taken !== undefined
    const ask = { origin, method: connectionMethod, path: '', header: () => undefined }
    const exchange = isWhole ? this.#enter(ask, true) : undefined
    const isTaken = exchange?.isMeant === true && this.#deed.taken !== undefined
    const upstream = isTaken ? undefined : connect({ ...server, allowHalfOpen: true, noDelay: true })
    const line = new Line(client, upstream, this.#parts.wait)
    this.#lines.add(line)
    client.once('close', () => {
      this.#lines.delete(line)
      if (this.#lines.size === 0) this.#idle?.()
      this.#parts.onChange()
    })
    if (exchange && isTaken) await this.#deed.taken?.(line, exchange)
    if (!upstream) return
    if (speaks === 'tcp' && exchange) line.waiting.push(exchange)
    await new Relay(line, upstream, this.#bookOf(origin), speaks === 'tcp').run()
  }

  #bookOf(origin: Origin): Book {
    const isWhole = this.#deed.taken !== undefined
    return {
      deed: this.#deed,
      isInForce: () => !this.#ended.signal.aborted,
      enter: (_line, { method, path, head }) => {
        const header = (name: string) => head.all(name)[0]
        // What is meant are connections: their requests are no second thing to count.
        return isWhole ? passing(method) : this.#enter({ origin, method, path, header }, false)
      },
      passedOn: (head) => {
        const [key] = head.all('idempotency-key')
        if (key !== undefined) this.#tallies.passedOn(origin, key)
      },
      strange: () => void (isWhole || this.#tallies.arrived(origin, '(not HTTP)', '')),
    }
  }

  #enter(asked: Asked, isRaw: boolean): Exchange {
    this.#exchanges += 1
    const tally = this.#tallies.arrived(asked.origin, asked.method, asked.path)
    const isMeant = this.#chooser.isMeant(asked)
    if (isMeant) tally.matched()
    return new Exchange({ method: asked.method, isMeant, number: this.#exchanges, isRaw, tally })
  }
}

/** What stands in place of a method where connections are counted. */
const connectionMethod = '(connection)'

function passing(method: string): Exchange {
  const tally = { matched: () => undefined, done: () => undefined }
  return new Exchange({ method, isMeant: false, number: 0, isRaw: false, tally })
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
