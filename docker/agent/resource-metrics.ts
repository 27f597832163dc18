import { Counter, Gauge, type Registry } from 'prom-client'
import type { ResourceSample } from '../../src/stack/types.ts'

/** A container nobody has measured for this long has no figures: an old figure would look like a steady one. */
const staleAfterMs = 5_000

/** Containers' memory and CPU under cAdvisor's names, as the harness measures them through the engine. */
export class ResourceMetrics {
  readonly #latest = new Map<string, { sample: ResourceSample; atMs: number; sinceMs: number }>()
  readonly #now: () => number
  readonly #memory
  readonly #limit
  readonly #cpu
  readonly #seen
  readonly #since

  constructor(register: Registry, now: () => number = Date.now) {
    this.#now = now
    const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['name'], registers: [register] })
    this.#memory = gauge('container_memory_working_set_bytes', 'Memory in use that cannot be given back at once.')
    this.#limit = gauge('container_spec_memory_limit_bytes', 'Memory limit; 0: none.')
    this.#seen = gauge('container_last_seen', 'When the container was last measured.')
    this.#since = gauge(
      'container_start_time_seconds',
      'Since when it has been there: as far as its CPU time goes back.',
    )
    this.#cpu = new Counter({
      name: 'container_cpu_usage_seconds_total',
      help: 'CPU time used.',
      labelNames: ['name'],
      registers: [register],
    })
  }

  take(samples: readonly ResourceSample[]): void {
    for (const sample of samples) {
      const before = this.#latest.get(sample.service)
      // CPU time is counted from 0 by the one that was started anew.
      const isSame = before !== undefined && sample.cpuSeconds >= before.sample.cpuSeconds
      const sinceMs = isSame ? before.sinceMs : sample.wallMs
      this.#latest.set(sample.service, { sample, atMs: this.#now(), sinceMs })
    }
  }

  /** Brings the series up to date; to be called before they are read. */
  refresh(): void {
    for (const metric of [this.#memory, this.#limit, this.#cpu, this.#seen, this.#since]) metric.reset()
    for (const [name, { sample, atMs, sinceMs }] of this.#latest) {
      if (this.#now() - atMs > staleAfterMs) {
        this.#latest.delete(name)
        continue
      }
      this.#memory.set({ name }, sample.memoryBytes)
      this.#limit.set({ name }, sample.limitBytes ?? 0)
      this.#cpu.inc({ name }, sample.cpuSeconds)
      this.#seen.set({ name }, sample.wallMs / 1_000)
      this.#since.set({ name }, sinceMs / 1_000)
    }
  }
}
