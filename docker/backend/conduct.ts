import type { Server } from 'node:http'
import * as z from 'zod/mini'
import type { Active, Behaviour } from './behaviour.ts'
import type { Exchange, Outcome } from './exchange.ts'

/** What a backend does with a request instead of, or before, serving it. */
export class Conduct {
  readonly #known: readonly Behaviour[]
  readonly #server: Server
  #active = new Map<string, Active>()
  #leave: (() => void)[] = []

  constructor(known: readonly Behaviour[], server: Server) {
    this.#known = known
    this.#server = server
  }

  /** Settings by behaviour, as they were given. */
  get settings(): Record<string, unknown> {
    return Object.fromEntries([...this.#active].map(([name, active]) => [name, active.settings]))
  }

  /** Puts exactly these behaviours in force. Gives what is wrong with them, in which case nothing has changed. */
  set(wanted: unknown): string | null {
    const shape = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(wanted)
    if (!shape.success) return 'give an object: {"<behaviour>": {<settings>}, …}'
    const unknown = Object.keys(shape.data).find((name) => !this.#known.some((known) => known.name === name))
    if (unknown !== undefined) {
      return `no behaviour '${unknown}'; there are ${this.#known.map((known) => known.name).join(', ')}`
    }
    const next = new Map<string, Active>()
    for (const known of this.#known) {
      const settings = shape.data[known.name]
      if (settings === undefined) continue
      try {
        next.set(known.name, known.activate(settings))
      } catch (thrown) {
        if (thrown instanceof z.core.$ZodError) return `${known.name}: ${z.prettifyError(thrown)}`
        throw thrown
      }
    }
    this.#put(next)
    return null
  }

  async apply(exchange: Exchange): Promise<Outcome> {
    for (const active of this.#active.values()) {
      if ((await active.act(exchange)) === 'done') return 'done'
    }
    return 'next'
  }

  #put(next: Map<string, Active>): void {
    for (const leave of this.#leave.reverse()) leave()
    this.#active = next
    this.#leave = [...next.values()].flatMap((active) => active.enter?.(this.#server) ?? [])
  }
}
