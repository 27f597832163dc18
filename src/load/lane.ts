import net from 'node:net'
import { type buildConnector, Client, type Dispatcher } from 'undici'
import { type ClassCode, codeOf } from './codes.ts'
import { classOfEnd, isOwnTrouble } from './ends.ts'
import type { Second } from './seconds.ts'

const connectTimeout = codeOf('connect_timeout')
const truncated = codeOf('truncated')
const timedOut = codeOf('timeout')

/** Larger than any answer's headers that an Nginx passes on; a lane never holds more than this of an answer. */
const maxHeaderBytes = 256 * 1024

export interface LaneOwner {
  /** The lane's request has ended; the lane is free again unless it was abandoned. */
  ended(lane: Lane, code: ClassCode): void
  /** The generator itself ran out of something, by its system error code. */
  troubled(code: string): void
}

/** One connection that carries one request at a time. Undici never resends: what fails here fails once. */
export class Lane implements Dispatcher.DispatchHandler {
  k = -1
  user = 0
  /** ms after the start: when the request should have left, and when it did. */
  intendedMs = 0
  sentMs = 0
  second: Second | undefined
  /** Neighbours in the owner's list of open requests, oldest first. */
  older: Lane | undefined
  newer: Lane | undefined

  /** False once the lane has been closed. */
  usable = true

  private readonly owner: LaneOwner
  private readonly client: Client
  private socket: net.Socket | undefined
  private status = 0
  private bytesBefore = 0
  private connected = false
  private wasReset = false

  constructor(owner: LaneOwner, target: URL) {
    this.owner = owner
    const address = { host: target.hostname.replace(/^\[|\]$/g, ''), port: Number(target.port || 80) }
    this.client = new Client(target.origin, {
      connect: (_options, done) => this.open(address, done),
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: maxHeaderBytes,
      allowH2: false,
      pipelining: 1,
    })
  }

  send(request: Dispatcher.DispatchOptions): void {
    this.status = 0
    this.wasReset = false
    this.bytesBefore = this.socket?.bytesRead ?? 0
    this.client.dispatch(request, this)
  }

  /** Gives the open request up because its time is over; the connection cannot be used again. */
  expire(): void {
    const code = this.connected ? timedOut : connectTimeout
    this.close()
    this.owner.ended(this, code)
  }

  /** Closes the connection without telling the owner. */
  close(): void {
    this.usable = false
    this.socket?.destroy()
    void this.client.destroy().catch(() => undefined)
  }

  onRequestStart(): void {
    this.bytesBefore = this.socket?.bytesRead ?? 0
  }

  onResponseStart(_controller: unknown, status: number): void {
    if (status >= 200) this.status = status
  }

  onResponseData(): void {
    // Bodies are read to their end and dropped: memory stays flat whatever a backend sends.
  }

  onResponseEnd(): void {
    // A body without a length ends with the connection: a reset must not pass for its end.
    this.end(this.wasReset ? truncated : this.status)
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.end(this.classify(error))
  }

  private end(code: ClassCode): void {
    if (this.k >= 0 && this.usable) this.owner.ended(this, code)
  }

  private classify(error: Error): ClassCode {
    const code = 'code' in error ? String(error.code) : error.name
    if (code === 'UND_ERR_INVALID_ARG') throw error
    if (isOwnTrouble(code)) this.owner.troubled(code)
    const bytes = (this.socket?.bytesRead ?? 0) - this.bytesBefore
    return classOfEnd({ code, connected: this.connected, bytes, answered: this.status > 0 })
  }

  private open(address: { host: string; port: number }, done: buildConnector.Callback): void {
    const socket = net.connect({ ...address, noDelay: true })
    this.socket = socket
    this.connected = false
    socket.once('connect', () => {
      this.connected = true
      done(null, socket)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.wasReset = true
      if (!this.connected) done(error, null)
    })
  }
}
