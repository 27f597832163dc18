import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Detour, Interposer, type InterposerParts } from '../../docker/agent/interposer/interposer.ts'
import { realWait, type Wait } from '../../docker/agent/interposer/line.ts'
import { type InterposerWish, interposerWish } from '../../src/protocol/interposer.ts'

/** What a test says of a wish; the rest is plain HTTP, everybody a user, for a day. */
export type Wished = Pick<InterposerWish, 'deed'> & Partial<InterposerWish>

/** How a connection ended, as the client saw it. */
export interface Seen {
  text: string
  end: 'fin' | 'reset'
}

/** A client that sends text and reads until something it waits for is there, or until the end. */
export class Client {
  readonly socket: Socket
  #text = ''
  #end: Seen['end'] | undefined
  #changed: () => void = () => undefined

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const end = (how: Seen['end']) => () => {
      this.#end ??= how
      this.#changed()
    }
    this.socket.on('error', end('reset')).on('end', end('fin'))
    this.socket.on('data', (bytes: Buffer) => {
      this.#text += bytes.toString('latin1')
      this.#changed()
    })
    onTestFinished(() => void this.socket.destroy())
  }

  get text(): string {
    return this.#text
  }

  send(text: string): this {
    this.socket.write(text, 'latin1')
    return this
  }

  /** All that came, when it holds this. */
  async until(text: string): Promise<string> {
    await this.#untilTrue(() => this.#text.includes(text) || this.#end !== undefined)
    return this.#text
  }

  async ended(): Promise<Seen> {
    await this.#untilTrue(() => this.#end !== undefined)
    return { text: this.#text, end: this.#end ?? 'fin' }
  }

  async #untilTrue(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }
}

/** Answers each piece that it gets, by what a test says; it keeps all that came. */
export async function rawServer(reply: (got: string, socket: Socket) => void) {
  const got: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('end', () => socket.end())
    socket.on('data', (bytes: Buffer) => {
      got.push(bytes.toString('latin1'))
      reply(bytes.toString('latin1'), socket)
    })
  })
  const port = await listening(server)
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port, got, sockets }
}

export async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

/** Time that passes when a test says so. */
export function fakeWait() {
  const asked: { ms: number; pass: () => void }[] = []
  let changed = () => {}
  const wait: Wait = (ms, signal) =>
    new Promise((resolve) => {
      asked.push({ ms, pass: resolve })
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (signal.aborted) resolve()
      changed()
    })
  return {
    wait,
    asked,
    /** The next wait of this sort, when it is asked for. */
    async next(isMeant: (ms: number) => boolean = () => true) {
      for (;;) {
        const at = asked.findIndex(({ ms }) => isMeant(ms))
        if (at >= 0) return asked.splice(at, 1)[0] as { ms: number; pass: () => void }
        await new Promise<void>((resolve) => {
          changed = resolve
        })
      }
    },
  }
}

export interface Interposed extends Partial<Omit<InterposerParts, 'wish'>> {
  port: number
  wished: Wished
}

/** Where tests run side by side each says itself what is done at its end. */
export type AtEnd = (work: () => void | Promise<void>) => void

/** An interposer before a server on this machine. Nothing is redirected: clients come to its own port. */
export async function interposed(
  { port, wished, ...parts }: Interposed,
  atEnd: AtEnd = onTestFinished,
): Promise<Interposer> {
  const detour: Detour = { begin: () => Promise.resolve(0), end: () => Promise.resolve() }
  const wish = interposerWish.parse({
    server: { host: '127.0.0.1', port },
    speaks: 'http',
    scope: {},
    seed: 1,
    users: [],
    expiresAfterMs: 86_400_000,
    ...wished,
  })
  const interposer = new Interposer({ wish, detour, wait: realWait, onChange: () => undefined, ...parts })
  await interposer.begin()
  atEnd(() => interposer.end('the test is over'))
  return interposer
}
