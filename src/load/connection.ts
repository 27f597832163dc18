import { type CannonClient, kOnHeadersComplete } from './cannon-client.ts'
import { type ClassCode, codeOf } from './codes.ts'
import { classOfEnd, isOwnTrouble } from './ends.ts'
import type { Second } from './seconds.ts'

const timedOut = codeOf('timeout')

/** Wait before the next try after a failure, doubling with each in a row; half as much more or less by chance. */
const firstBackOffMs = 10
const longestBackOffMs = 1_000

/** What a connection asks of those who plan and count. */
export interface Battery {
  /** Is there something to send on this free connection now? When not, the connection is kept until there is. */
  wantsRequest(connection: Connection): boolean
  /** One more request leaves now; gives its bytes. */
  begin(connection: Connection): { bytes: Buffer; head: boolean }
  ended(connection: Connection, code: ClassCode): void
  /** The generator itself ran out of something, by its system error code. */
  troubled(code: string): void
}

/**
 * Takes an autocannon client over: it connects, writes and parses; what is sent when, and what became of it, is decided
 * here. Left alone it loses requests uncounted, spins when refused, and writes to closing connections.
 */
export class Connection {
  k = -1
  sentMs = 0
  second: Second | undefined

  private readonly battery: Battery
  private readonly client: CannonClient
  private readonly connectOnce: () => void
  private readonly writeOnce: () => void
  private bytes: Buffer = Buffer.alloc(0)
  private head = false
  private connected = false
  private keepAlive = false
  /** Headers of the open request's answer have come. */
  private answered = false
  private bytesBefore = 0
  private failures = 0
  private lastError = ''
  private clearing = false
  private resting: NodeJS.Timeout | undefined

  constructor(battery: Battery, client: CannonClient) {
    this.battery = battery
    this.client = client
    this.connectOnce = client._connect
    this.writeOnce = client._doRequest
    client._connect = () => this.lost()
    client._doRequest = () => this.free()
    client.getRequestBuffer = () => this.bytes
    client.pipelinedRequests.addBody = () => undefined
    this.listen(client)
    this.patchParser()
  }

  /** Sends if something is to be sent and nothing forbids it. */
  free(): void {
    if (this.clearing || this.resting || this.k >= 0 || !this.battery.wantsRequest(this)) return
    const { bytes, head } = this.battery.begin(this)
    this.bytes = bytes
    this.head = head
    this.answered = false
    this.lastError = ''
    if (this.connected && this.keepAlive) {
      this.bytesBefore = this.client.conn?.bytesRead ?? 0
      this.writeOnce.call(this.client)
    } else this.open()
  }

  /** Gives the open request up because its time is over. */
  expire(): void {
    this.lastError = this.client.conn?.connecting ? 'ETIMEDOUT' : 'TIMEOUT'
    this.lost()
  }

  /** The open request will not be waited for. */
  close(): void {
    this.k = -1
    clearTimeout(this.resting)
    this.resting = undefined
    this.tidy()
  }

  private open(): void {
    this.tidy()
    this.connected = true
    this.keepAlive = true
    this.bytesBefore = 0
    // autocannon's own connecting ends with writing the first request.
    const { client } = this
    client._doRequest = this.writeOnce
    try {
      this.connectOnce.call(client)
    } finally {
      client._doRequest = () => this.free()
    }
    client.conn?.setNoDelay(true)
  }

  /** autocannon wants to reconnect: the connection has ended, failed or timed out. */
  private lost(): void {
    this.clearing = true
    // A body without a length ends with the connection; finishing the parser then ends the request as answered.
    if (this.lastError === '' && this.answered) this.client.parser.finish()
    if (this.k >= 0) this.end(this.classify())
    this.tidy()
    this.clearing = false
    if (this.failures > 0) this.rest()
    else this.free()
  }

  private rest(): void {
    const ms = Math.min(firstBackOffMs * 2 ** (this.failures - 1), longestBackOffMs) * (0.5 + Math.random())
    this.resting = setTimeout(() => {
      this.resting = undefined
      this.free()
    }, ms)
  }

  private end(code: ClassCode): void {
    if (this.k < 0) return
    this.failures = code >= 100 ? 0 : this.failures + 1
    this.battery.ended(this, code)
    this.k = -1
  }

  private classify(): ClassCode {
    const code = this.lastError
    if (code === 'TIMEOUT') return timedOut
    if (isOwnTrouble(code)) this.battery.troubled(code)
    const bytes = (this.client.conn?.bytesRead ?? 0) - this.bytesBefore
    return classOfEnd({ code, connected: false, bytes, answered: this.answered })
  }

  /** Nothing of the last connection may reach the next: not its late errors, its half-parsed answer, its queue. */
  private tidy(): void {
    const { client } = this
    this.connected = false
    client.conn?.removeAllListeners()
    client.conn?.on('error', () => undefined)
    client.conn?.destroy()
    client.pipelinedRequests.clear()
    client.parser.initialize('RESPONSE')
  }

  private listen(events: NodeJS.EventEmitter): void {
    events.on('connError', (error: NodeJS.ErrnoException) => {
      this.lastError = error.code ?? error.message
    })
    events.on('headers', (info: { shouldKeepAlive: boolean }) => {
      this.answered = true
      this.keepAlive = info.shouldKeepAlive
    })
    events.on('response', (status: number) => this.end(status))
  }

  private patchParser(): void {
    const { client } = this
    const { parser } = client
    const execute = parser.execute
    parser.execute = (chunk) => {
      const result = execute.call(parser, chunk)
      if (result instanceof Error) {
        this.answered = true
        this.lastError = result.message
        this.lost()
      }
      return result
    }
    // autocannon sets its own handler after the hook: take it over when it does.
    let theirs: (info: unknown) => unknown = () => undefined
    Object.defineProperty(parser, kOnHeadersComplete, {
      get: () => (info: unknown) => {
        theirs(info)
        return this.head
      },
      set: (handler: (info: unknown) => unknown) => {
        theirs = handler
      },
    })
  }
}
