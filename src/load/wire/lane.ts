import type net from 'node:net'
import { type ClassCode, codeOf, wrongContent } from '../books/codes.ts'
import type { Second } from '../books/seconds.ts'
import type { Template } from '../mix/mix.ts'
import { AnswerReader } from './answer.ts'
import type { AnswerHead } from './answer-head.ts'
import type { Dial } from './dial.ts'
import { classOfEnd, isOfTls, isOwnTrouble } from './ends.ts'

const connectTimeout = codeOf('connect_timeout')
const timedOut = codeOf('timeout')
const notHttp = codeOf('not_http')

/** A request that has room in the kernel's buffer of an idle connection: writing it fails before a byte has left. */
const mostProvableBytes = 16 * 1024
/** What a reset may take that answers a request to a closed connection, in round trips; and at most, ms. */
const resetRoundTrips = 2
const mostProofMs = 200
/** A connection is not used so close to the end that the server has named: its timer and ours need not agree. */
const idleMarginMs = 1_000
/** No server closes for being idle sooner, without saying so in `keep-alive`. Node says 5 s, Nginx has 75 s. */
const leastIdleMs = 1_000
const unasked = 'no HTTP/1: an answer without a request'

export interface LaneOwner {
  /** The lane's request has ended; the lane is free again. `cookies` are those of its answer. */
  ended(lane: Lane, code: ClassCode, cookies: readonly string[]): void
  /** The generator itself ran out of something, by its system error code. */
  troubled(code: string): void
  /** Sent once more, since it is proven that the server had closed the idle connection before it read the request. */
  repeated(lane: Lane): void
  /** What was answered that is no HTTP or not what was asked for, or why TLS was not made. */
  odd(reason: string): void
}

/** One connection that carries one request at a time. */
export class Lane {
  k = -1
  user = 0
  /** ms after the start: when the request should have left, and when it did. */
  intendedMs = 0
  sentMs = 0
  second: Second | undefined
  /** Which entry of the mix it is. */
  entry = 0
  /** Neighbours in the owner's list of open requests, oldest first. */
  older: Lane | undefined
  newer: Lane | undefined

  private readonly owner: LaneOwner
  private readonly dial: Dial
  private readonly secure: boolean
  private readonly reader = new AnswerReader()
  private socket: net.Socket | undefined
  private text = ''
  private asked: Pick<Template, 'method' | 'path' | 'judge'> = { method: 'GET', path: '/' }
  private connected = false
  /** Ready for requests: connected, and TLS is made where it is asked for. */
  private ready = false
  /** The open request was sent on a connection that has carried another. */
  private reused = false
  private proving = false
  private dialledMs = 0
  private connectMs = 0
  /** When the last answer ended, and when the connection is too old to be used. */
  private idleFromMs = 0
  private idleUntilMs = Number.POSITIVE_INFINITY
  /** How long the connection had been idle before the open request. */
  private idledMs = 0
  private awaited: ((isReady: boolean) => void) | undefined

  constructor(owner: LaneOwner, dial: Dial, secure: boolean) {
    this.owner = owner
    this.dial = dial
    this.secure = secure
  }

  /** Sends a request of Latin-1 bytes, made of this template. */
  send(text: string, asked: Pick<Template, 'method' | 'path' | 'judge'>): void {
    this.text = text
    this.asked = asked
    this.expect()
    this.reused = this.ready
    const now = performance.now()
    this.idledMs = now - this.idleFromMs
    if (this.socket && this.ready && now < this.idleUntilMs) this.socket.write(text, 'latin1')
    else this.open()
  }

  /** Opens the connection ahead of its first request; tells whether it is ready. What fails is nobody's failure yet. */
  connect(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.open()
    this.awaited = resolve
    return promise
  }

  /** Gives the open request up because its time is over, and the connection with it. */
  expire(): void {
    const code = this.connected ? timedOut : connectTimeout
    this.close()
    this.end(code)
  }

  /** Closes the connection without telling the owner; the next request opens another. */
  close(): void {
    const { socket } = this
    this.socket = undefined
    this.connected = false
    this.ready = false
    this.proving = false
    this.awaited?.(false)
    this.awaited = undefined
    socket?.destroy()
  }

  private open(): void {
    this.close()
    this.reused = false
    this.dialledMs = performance.now()
    const socket = this.dial((bytes) => {
      if (socket === this.socket) this.heard(bytes)
    })
    this.socket = socket
    socket.once('connect', () => this.hasConnected(socket))
    if (this.secure) socket.once('secureConnect', () => this.isReady(socket))
    socket.on('end', () => this.hasEnded(socket))
    socket.on('error', (error: NodeJS.ErrnoException) => this.hasFailed(socket, error))
    socket.on('close', () => this.hasEnded(socket))
  }

  private hasConnected(socket: net.Socket): void {
    if (socket !== this.socket) return
    this.connected = true
    this.connectMs = performance.now() - this.dialledMs
    if (!this.secure) this.isReady(socket)
  }

  private isReady(socket: net.Socket): void {
    if (socket !== this.socket) return
    this.ready = true
    this.idleFromMs = performance.now()
    this.awaited?.(true)
    this.awaited = undefined
    if (this.k >= 0) socket.write(this.text, 'latin1')
  }

  private heard(bytes: Buffer): void {
    if (this.k < 0) {
      this.owner.odd(unasked)
      this.close()
      return
    }
    const progress = this.reader.feed(bytes)
    if (progress === 'open') return
    const { head, surplus, wrong } = this.reader
    if (progress === 'bad' || !head) {
      this.owner.odd(`no HTTP/1: ${wrong}`)
      this.close()
      this.end(notHttp)
      return
    }
    if (surplus) this.owner.odd(unasked)
    this.idleFromMs = performance.now()
    this.idleUntilMs = this.idleFromMs + head.idleMs - idleMarginMs
    if (surplus || !head.keepAlive || head.idleMs <= idleMarginMs) this.close()
    this.end(this.judged(head))
  }

  /** The server has closed, in order. */
  private hasEnded(socket: net.Socket): void {
    if (socket !== this.socket) return
    if (this.k >= 0 && !this.proving && this.mayBeIdleClose) this.prove(socket)
    else if (this.k < 0) this.close()
    else if (!this.proving || socket.destroyed) this.finish()
  }

  private hasFailed(socket: net.Socket, error: NodeJS.ErrnoException): void {
    if (socket !== this.socket) return
    // After the server's FIN, only a reset makes writing fail: it was the answer to the request. A reset without a FIN
    // is also what closing with the request unread makes: it is taken for that where the connection was idle for long.
    const isProof = this.proving || (this.mayBeIdleClose && (error.syscall === 'write' || this.idledMs >= leastIdleMs))
    const code = this.k >= 0 && !isProof ? this.classify(error) : 0
    this.close()
    if (this.k < 0) return
    if (isProof) this.repeat()
    else this.end(code)
  }

  private get mayBeIdleClose(): boolean {
    return this.reused && this.reader.bytes === 0 && this.text.length <= mostProvableBytes
  }

  /**
   * Did the server close before the request reached it? Then its kernel answers the request with a reset, and another
   * write fails. A server that has read the request and then closed sends none: that is its own failure.
   */
  private prove(socket: net.Socket): void {
    this.proving = true
    setTimeout(
      () => {
        if (socket !== this.socket) return
        socket.write('\r\n', 'latin1', (error) => {
          if (!error && socket === this.socket && this.proving) this.finish()
        })
      },
      Math.min(resetRoundTrips * this.connectMs, mostProofMs),
    )
  }

  private repeat(): void {
    this.owner.repeated(this)
    this.expect()
    this.open()
  }

  /** The connection has ended in order, and so has the open request. */
  private finish(): void {
    const { head, bytes } = this.reader
    const whole = this.reader.finish() === 'whole'
    const code = classOfEnd({ code: '', connected: this.connected, bytes, answered: head !== undefined })
    this.close()
    this.end(whole && head ? this.judged(head) : code)
  }

  private classify(error: NodeJS.ErrnoException): ClassCode {
    const code = error.code ?? error.name
    if (isOwnTrouble(code)) this.owner.troubled(code)
    const handshake = this.connected && !this.ready
    if (handshake && isOfTls(code)) this.owner.odd(`no TLS: ${code}`)
    const { head, bytes } = this.reader
    return classOfEnd({ code, connected: this.connected, bytes, answered: head !== undefined, handshake })
  }

  private expect(): void {
    this.reader.expect(this.asked.method === 'HEAD', this.asked.judge?.keeps)
  }

  /** The class of an answer that has come whole: from 400 on it is what it says, whatever it holds. */
  private judged({ status, encoding }: AnswerHead): ClassCode {
    const { method, path, judge } = this.asked
    if (!judge || status >= 400) return status
    const { length, body } = this.reader.body
    const { wrong, unread } = judge.judge({ status, bodyBytes: length, encoding, body }) ?? {}
    this.reader.body.release()
    if (unread !== undefined) this.owner.odd(`not looked into, ${method} ${path}: ${unread}`)
    if (wrong === undefined) return status
    this.owner.odd(`wrong content, ${method} ${path}: ${wrong}`)
    return wrongContent
  }

  private end(code: ClassCode): void {
    if (this.k >= 0) this.owner.ended(this, code, this.reader.head?.cookies ?? [])
  }
}
