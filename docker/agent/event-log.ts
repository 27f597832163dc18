import type { AgentEvent } from '../../src/protocol/index.ts'

/** Deliveries kept for those who come later; older ones are dropped. */
const most = 10_000

/** What happened inside, numbered from 1, for whoever listens now or later. */
export class EventLog {
  readonly #events: AgentEvent[] = []
  readonly #listeners = new Set<(event: AgentEvent) => void>()
  #n = 0

  add(receiver: string, body: AgentEvent['body']): void {
    this.#n += 1
    const event: AgentEvent = { n: this.#n, wallMs: Date.now(), kind: 'webhook', receiver, body }
    this.#events.push(event)
    if (this.#events.length > most) this.#events.shift()
    for (const listener of this.#listeners) listener(event)
  }

  /** Tells all events after number `after`, then each new one, until the returned function is called. */
  follow(after: number, tell: (event: AgentEvent) => void): () => void {
    for (const event of this.#events) if (event.n > after) tell(event)
    this.#listeners.add(tell)
    return () => this.#listeners.delete(tell)
  }
}
