import { createServer, type Server } from 'node:http'
import type { Interposer } from '../../docker/agent/interposer/interposer.ts'
import { Interposer as RealInterposer } from '../../docker/agent/interposer/interposer.ts'
import { realWait } from '../../docker/agent/interposer/line.ts'
import { talk } from '../../docker/agent/talk.ts'
import { interposerWish } from '../../src/protocol/interposer.ts'
import { ports } from '../../src/protocol/ports.ts'
import type { TalkAnswer, TalkWish } from '../../src/protocol/talk.ts'
import { listening } from './interposed.ts'

const page = `<html>${'a page of the shop '.repeat(40)}</html>`

/** The real program before a small real server for each fake one: only the kernel's redirection is not real. */
export class FakeInterposers {
  readonly #servers = new Map<string, { server: Server; port: number }>()
  readonly #standing = new Map<string, Interposer>()

  /** As the program in a sidecar: what it prints. */
  async start(name: string, wish: string): Promise<string> {
    const { port } = await this.#serverOf(name)
    const asked = { ...interposerWish.parse(JSON.parse(wish)), server: { host: '127.0.0.1', port } }
    const detour = { begin: () => Promise.resolve(0), end: () => Promise.resolve() }
    const interposer = new RealInterposer({ wish: asked, detour, wait: realWait, onChange: () => undefined })
    await interposer.begin()
    this.#standing.set(name, interposer)
    return this.report(name)
  }

  report(name: string): string {
    return JSON.stringify(this.#standing.get(name)?.report() ?? null)
  }

  rules(name: string): string {
    return this.#standing.has(name) ? '       3      180 REDIRECT   tcp  --  !lo * redir ports 40000' : ''
  }

  /** What stood there goes at once, as its port does; its sockets follow. */
  end(name: string): void {
    const interposer = this.#standing.get(name)
    this.#standing.delete(name)
    void interposer?.end('it was undone')
    const server = this.#servers.get(name)?.server
    server?.close()
    server?.closeIdleConnections()
    this.#servers.delete(name)
  }

  async talk(name: string, { port, text, timeoutMs = 1_000 }: TalkWish): Promise<TalkAnswer> {
    const interposer = this.#standing.get(name)
    const site = interposer?.port ?? (await this.#serverOf(name)).port
    const isLook = port === interposer?.lookPort
    if (port !== ports.site && !isLook) return noAnswer('ECONNREFUSED')
    return await talk({ host: 'localhost', port: isLook ? port : site, text, timeoutMs })
  }

  async #serverOf(name: string) {
    const known = this.#servers.get(name)
    if (known) return known
    const server = createServer((_request, response) => void response.end(page))
    const made = { server, port: await listening(server.unref()) }
    this.#servers.set(name, made)
    return made
  }
}

export const noAnswer = (end: string): TalkAnswer => {
  return { end, text: '', tail: '', bytes: 0, firstMs: null, bodyMs: null, ms: 1 }
}
