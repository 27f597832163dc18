import { Counter, Histogram, type Registry } from 'prom-client'
import { connectReasons, upstreamAddressOf, upstreamReasonOf } from '../../src/kit/nginx-errors.ts'
import type { Attempt } from './access-log.ts'

/** More than the shop has; a configuration with more than these shares one label value. */
const mostServers = 32

/** How the proxy fares with each server it asks, by the server's name, from both of its logs. */
export class ServerMetrics {
  readonly #failures
  readonly #seconds
  readonly #lookUp: (name: string) => Promise<string>
  readonly #unknown: Set<string>
  readonly #names = new Map<string, string>()
  #looking: Promise<void> | null = null

  /** `lookUp` gives the address of a name and must have a limit of its own. Addresses are kept: they stay the same. */
  constructor(register: Registry, servers: readonly string[], lookUp: (name: string) => Promise<string>) {
    const registers = [register]
    this.#lookUp = lookUp
    this.#unknown = new Set(servers)
    this.#failures = new Counter({
      name: 'nginx_server_connect_failures_total',
      help: 'Connections to a server that the proxy did not get.',
      labelNames: ['server', 'reason'],
      registers,
    })
    this.#seconds = new Histogram({
      name: 'nginx_server_response_seconds',
      help: 'From the connection to the end of the answer, or to the moment the proxy gave up waiting for it.',
      labelNames: ['server'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    })
    // Every series is there at 0 from the start: no first failure is lost.
    for (const server of servers) {
      for (const reason of connectReasons) this.#failures.inc({ server, reason }, 0)
      this.#seconds.zero({ server })
    }
  }

  /** Looks up who has not been found yet, unless the last look is still under way. */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const found = async (name: string) => {
      const address = await this.#lookUp(name).catch(() => undefined)
      if (address === undefined) return
      this.#names.set(address, name)
      this.#unknown.delete(name)
    }
    await Promise.all([...this.#unknown].map(found))
  }

  /** An attempt that found no connection says nothing about how long the server takes. */
  attempt({ upstream, connected, seconds }: Attempt): void {
    if (connected && seconds !== null) this.#seconds.observe({ server: this.#nameOf(upstream) }, seconds)
  }

  /** A line of the error log. */
  error(line: string): void {
    const reason = upstreamReasonOf(line)
    const address = upstreamAddressOf(line)
    if (reason === null || address === null || !connectReasons.includes(reason)) return
    this.#failures.inc({ server: this.#nameOf(address), reason })
  }

  /** Whoever has no name that we know goes by the address. */
  #nameOf(upstream: string): string {
    // uWSGI's sockets have three strokes in the access log.
    const address = upstream.replace(/^unix:\/\/+/, 'unix:/').replace(/:\d+$/, '')
    if (!this.#names.has(address) && this.#names.size < mostServers) this.#names.set(address, address)
    return this.#names.get(address) ?? 'other'
  }
}
