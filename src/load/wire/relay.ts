import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What autocannon is answered: every request of the load has a class already, and none of its totals is used. */
const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

/** One of autocannon's connections. It asks when it is free, and asks again once it has been answered. */
export interface Turn {
  answer(): void
}

/** Whoever knows what a turn is for. `asked` is called each time that autocannon has something to send. */
export type Take = (turn: Turn) => { asked(): void }

/** The socket that autocannon sends to: it takes turns there, and never sees what a target answers. */
export class Relay {
  readonly path: string
  private readonly folder: string
  private readonly server: net.Server
  private awaited: number
  private readonly complete = Promise.withResolvers<void>()

  /** As many connections are awaited; then the socket is gone from disk. */
  constructor(connections: number, take: Take) {
    this.folder = mkdtempSync(join(tmpdir(), 'badgateway-relay-'))
    this.path = join(this.folder, 's')
    this.awaited = connections
    this.server = net.createServer((socket) => {
      this.awaited -= 1
      const turn = take({ answer: () => void socket.write(answer, 'latin1') })
      socket.on('data', () => turn.asked())
      socket.on('error', () => undefined)
      if (this.awaited > 0) return
      this.close()
      this.complete.resolve()
    })
  }

  async listen(): Promise<void> {
    this.server.listen({ path: this.path, backlog: 4_096 })
    await once(this.server, 'listening')
  }

  /** Resolves when all of autocannon's connections are there. */
  get connected(): Promise<void> {
    return this.complete.promise
  }

  /** Takes no more connections; those that there are stay until autocannon closes them. */
  close(): void {
    this.server.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
