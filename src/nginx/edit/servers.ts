import type { Directive } from '../read/directive.ts'
import { type Splices, written } from './splices.ts'

/** The servers of an upstream: found by the block they stand in, never by how they are named. */
export class ServersEdit {
  readonly #edit: Splices
  readonly #blocks: readonly Directive[]

  constructor(edit: Splices, blocks: readonly Directive[]) {
    this.#edit = edit
    this.#blocks = blocks
  }

  get servers(): readonly ServerEdit[] {
    return this.#blocks.flatMap((block) => block.own('server').map((server) => new ServerEdit(this.#edit, server)))
  }

  each(change: (server: ServerEdit, at: number) => void): this {
    for (const [at, server] of this.servers.entries()) change(server, at)
    return this
  }

  /** Adds a server behind the last one: `add('10.0.0.3:80', 'weight=2')`. */
  add(address: string, ...options: string[]): this {
    const last = this.#blocks[0]?.own('server').at(-1)
    if (last) this.#edit.addAfter(last, `server ${[address, ...options].map(written).join(' ')};`)
    return this
  }
}

/** One `server` of an upstream. */
export class ServerEdit {
  readonly directive: Directive
  readonly #edit: Splices

  constructor(edit: Splices, directive: Directive) {
    this.#edit = edit
    this.directive = directive
  }

  /** `web-1:8080`, as it stands there. */
  get address(): string {
    return this.directive.args[0] ?? ''
  }

  /** Gives it another port; a socket has none and stays. */
  port(port: number): void {
    if (this.address.startsWith('unix:')) return
    this.to(`${this.address.replace(/:\d*$/, '')}:${port}`)
  }

  /** Gives it another address. */
  to(address: string): void {
    const [, word] = this.directive.words
    if (word) this.#edit.replace(this.directive, word, address)
  }

  /** `option('weight', '3')`, `option('down')`; `option('weight', null)` takes it away. */
  option(name: string, value?: string | null): void {
    const { args } = this.directive
    const rest = args.filter((word) => word !== name && !word.startsWith(`${name}=`))
    const put = value === null ? [] : [value === undefined ? name : `${name}=${value}`]
    this.#edit.set(this.directive, ...rest, ...put)
  }

  remove(): void {
    this.#edit.remove(this.directive)
  }
}
