import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { behaviours } from '../../docker/backend/behaviours/index.ts'
import { Conduct } from '../../docker/backend/conduct.ts'
import { controlServer } from '../../docker/backend/control.ts'
import { Counts } from '../../docker/backend/counts.ts'
import type { Exchange } from '../../docker/backend/exchange.ts'
import { siteServer } from '../../docker/backend/site.ts'
import { web } from '../../docker/backend/web.ts'

export interface Ending {
  text: string
  /** How the other side ended it: in order (`fin`), with an error of this code, or not at all (`still-open`). */
  ended: string
}

type Serve = (exchange: Exchange) => Promise<void> | void

/** A web server of the shop in this process, on ports of its own. */
export class TestBackend {
  readonly site: Server
  readonly conduct: Conduct
  readonly #control: Server
  readonly #logged: Record<string, unknown>[] = []
  #onLog: (() => void) | undefined

  constructor(serve: Serve) {
    const counts = new Counts({ role: 'web', name: 'web-1', release: '1.8.2' }, () => 1_000)
    const log = (line: object) => {
      this.#logged.push({ ...line })
      this.#onLog?.()
    }
    this.site = siteServer({ serve, conduct: () => this.conduct, counts, release: '1.8.2', log })
    this.conduct = new Conduct(behaviours, this.site)
    this.#control = controlServer(this.conduct, counts)
  }

  static async start(serve: Serve = web): Promise<TestBackend> {
    const backend = new TestBackend(serve)
    for (const server of [backend.site, backend.#control]) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    return backend
  }

  stop(): void {
    for (const server of [this.site, this.#control]) {
      server.close()
      server.closeAllConnections()
    }
  }

  get port(): number {
    return portOf(this.site)
  }

  get controlUrl(): string {
    return `http://127.0.0.1:${portOf(this.#control)}`
  }

  fetch(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`)
  }

  /**
   * Sends this on one connection and reads until the other side ends it, or `quietMs` have passed: in slices, so that a
   * loop that was held up, and the other side is in the same, does not pass for a silence.
   */
  send(text: string, quietMs = 100): Promise<Ending> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1')
      let read = ''
      const end = (ended: string) => {
        clearInterval(timer)
        socket.destroy()
        resolve({ text: read, ended })
      }
      let slices = 10
      const slice = () => {
        slices -= 1
        if (slices === 0) end('still-open')
      }
      const timer = setInterval(slice, quietMs / slices)
      socket.on('data', (part) => {
        read += part.toString('latin1')
      })
      socket.once('end', () => end('fin'))
      socket.once('error', (thrown: NodeJS.ErrnoException) => end(thrown.code ?? 'error'))
      socket.write(text)
    })
  }

  /** The lines of the access log, once there are this many. */
  async logs(count: number): Promise<Record<string, unknown>[]> {
    while (this.#logged.length < count) {
      await new Promise<void>((resolve) => {
        this.#onLog = resolve
      })
    }
    return this.#logged
  }
}

/** A GET as bytes. */
export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: shop\r\nX-Request-Id: r1\r\n\r\n`
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
