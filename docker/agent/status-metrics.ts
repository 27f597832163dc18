import { Counter, Gauge, Registry } from 'prom-client'

const counted = ['accepted', 'handled'] as const
const current = ['active', 'reading', 'waiting', 'writing'] as const
type Count = (typeof counted)[number] | (typeof current)[number]

/** What `/stub_status` says; null when it is not understood. Source: ngx_http_stub_status_module. */
export function parseStubStatus(text: string): Record<Count, number> | null {
  const active = /^Active connections: (\d+)/m.exec(text)
  const totals = /^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/m.exec(text)
  const now = /Reading: (\d+)\s+Writing: (\d+)\s+Waiting: (\d+)/.exec(text)
  if (!active || !totals || !now) return null
  const [accepted, handled] = [Number(totals[1]), Number(totals[2])]
  const [reading, writing, waiting] = [Number(now[1]), Number(now[2]), Number(now[3])]
  return { active: Number(active[1]), accepted, handled, reading, writing, waiting }
}

/**
 * The proxy's connections, under the names that nginx-prometheus-exporter and nginx-lua-prometheus have for them. A
 * proxy that does not answer has none.
 */
export class StatusMetrics {
  readonly #register = new Registry()
  readonly #ask: () => Promise<string>
  readonly #totals
  readonly #now
  readonly #byState
  #isThere = false
  #asking: Promise<void> | null = null

  /** `ask` gives the body of `/stub_status` and must have a limit of its own. */
  constructor(ask: () => Promise<string>) {
    this.#ask = ask
    const registers = [this.#register]
    this.#totals = counted.map((what) => {
      const help = `Connections ${what} since the proxy started.`
      return { what, metric: new Counter({ name: `nginx_connections_${what}`, help, registers }) }
    })
    this.#now = current.map((what) => {
      return {
        what,
        metric: new Gauge({ name: `nginx_connections_${what}`, help: `Connections: ${what}.`, registers }),
      }
    })
    this.#byState = new Gauge({
      name: 'nginx_http_connections',
      help: 'Connections by state.',
      labelNames: ['state'],
      registers,
    })
  }

  /** Asks, unless the last question is still open. */
  refresh(): Promise<void> {
    this.#asking ??= this.#refresh().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  /** All series in Prometheus' text format; empty when the proxy did not answer. */
  async text(): Promise<string> {
    return this.#isThere ? await this.#register.metrics() : ''
  }

  async #refresh(): Promise<void> {
    const counts = parseStubStatus(await this.#ask().catch(() => ''))
    this.#isThere = counts !== null
    if (!counts) return
    for (const { what, metric } of this.#totals) {
      metric.reset()
      metric.inc(counts[what])
    }
    for (const { what, metric } of this.#now) {
      metric.set(counts[what])
      this.#byState.set({ state: what }, counts[what])
    }
  }
}
