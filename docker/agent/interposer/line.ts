import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from './exchange.ts'

/** Waits so many ms, or until the signal: resolves either way. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>

export const realWait: Wait = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined)

/** Whoever was sent a FIN is given so long to close, ms. */
const lingerMs = 5_000

/** What is sent before a RST is read before it comes, ms. */
const apartMs = 50

/** Writes, and waits until the peer has taken enough of it. */
export async function send(socket: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || !socket.writable || socket.write(bytes)) return
  await new Promise<void>((resolve) => {
    const over = () => {
      socket.off('drain', over).off('close', over)
      resolve()
    }
    socket.on('drain', over).on('close', over)
  })
}

/** One connection of a client, and ours to the server for it: what a deed can do to them. */
export class Line {
  readonly client: Socket
  readonly upstream: Socket | undefined
  /** Requests on it so far. */
  requests = 0
  /** What has been asked and not been answered, in order. */
  readonly waiting: Exchange[] = []
  readonly #wait: Wait
  readonly #closed = new AbortController()
  #idle = new AbortController()
  #over = false

  constructor(client: Socket, upstream: Socket | undefined, wait: Wait) {
    this.client = client
    this.upstream = upstream
    this.#wait = wait
    client.once('close', () => this.#end()).on('error', () => this.#end('reset'))
    upstream?.on('error', () => void (this.#over || this.reset()))
  }

  /** Nothing is passed on any more. */
  get isOver(): boolean {
    return this.#over
  }

  /** Nobody is held up any more: it is closed, or all is over. */
  get isReleased(): boolean {
    return this.#closed.signal.aborted
  }

  wait(ms: number): Promise<void> {
    return this.#wait(ms, this.#closed.signal)
  }

  async answer(bytes: Buffer): Promise<void> {
    if (!this.#over) await send(this.client, bytes)
  }

  async ask(bytes: Buffer): Promise<void> {
    if (!this.#over && this.upstream) await send(this.upstream, bytes)
  }

  /** Something has passed, in either direction. */
  touch(): void {
    this.#idle.abort()
  }

  /** When nothing has passed for so long. */
  onIdle(ms: number, act: () => void): void {
    this.#idle.abort()
    const idle = new AbortController()
    this.#idle = idle
    void this.#wait(ms, idle.signal).then(() => {
      if (!idle.signal.aborted && !this.#over && !this.isReleased) act()
    })
  }

  /** No answer and no end, until the client goes. What it sends is thrown away. */
  hang(): void {
    this.#stop()
    this.client.once('end', () => this.client.destroy()).resume()
  }

  /** The same without reading anything: what is sent fills the kernel's buffers. */
  neverRead(): void {
    this.#stop()
  }

  /** A FIN behind what was sent; the client may still send, so that nothing turns it into a reset. */
  fin(): void {
    this.#stop()
    this.client.end()
    this.client.resume()
    void this.#wait(lingerMs, this.#closed.signal).then(() => this.client.destroy())
  }

  /** A RST, behind what was sent: who finds both at once is told of a plain end by libuv, and of no reset. */
  async reset(): Promise<void> {
    this.#stop()
    if (this.client.writableLength > 0) await flushed(this.client)
    if (this.client.bytesWritten > 0) await sleep(apartMs)
    this.client.resetAndDestroy()
  }

  /** Whoever waits waits no longer, and what hangs is reset. */
  release(): void {
    if (this.#over) this.client.resetAndDestroy()
    this.#closed.abort()
    this.#idle.abort()
  }

  #stop(): void {
    this.#over = true
    this.upstream?.destroy()
  }

  #end(how?: 'reset'): void {
    this.#closed.abort()
    this.#idle.abort()
    for (const exchange of this.waiting.splice(0)) exchange.answered()
    if (how !== 'reset') return
    this.#over = true
    this.upstream?.resetAndDestroy()
  }
}

async function flushed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.write('', () => resolve())
  })
}
