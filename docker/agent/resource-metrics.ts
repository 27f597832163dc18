import { Counter, Gauge, type Registry } from 'prom-client'
import type { ResourceSample } from '../../src/protocol/index.ts'

/** A container nobody has measured for this long has no figures: an old figure would look like a steady one. */
const staleAfterMs = 5_000

/** Containers' memory and CPU under cAdvisor's names, as the harness measures them through the engine. */
export class ResourceMetrics {
  readonly #latest = new Map<string, { sample: ResourceSample; atMs: number }>()
  readonly #now: () => number
  readonly #memory
  readonly #limit
  readonly #cpu
  readonly #seen
  readonly #usage
  readonly #started
  readonly #killed

  constructor(register: Registry, now: () => number = Date.now) {
    this.#now = now
    const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['name'], registers: [register] })
    this.#memory = gauge('container_memory_working_set_bytes', 'Memory in use that cannot be given back at once.')
    this.#limit = gauge('container_spec_memory_limit_bytes', 'Memory limit; 0: none.')
    this.#seen = gauge('container_last_seen', 'When the container was last measured.')
    this.#usage = gauge('container_memory_usage_bytes', 'Memory in use, what can be given back too.')
    this.#started = gauge('container_start_time_seconds', 'When the container was started last.')
    this.#killed = new Counter({
      name: 'container_oom_events_total',
      help: 'Kills for want of memory that the engine told.',
      labelNames: ['name'],
      registers: [register],
    })
    this.#cpu = new Counter({
      name: 'container_cpu_usage_seconds_total',
      help: 'CPU time used.',
      labelNames: ['name'],
      registers: [register],
    })
  }

  take(samples: readonly ResourceSample[]): void {
    for (const sample of samples) this.#latest.set(sample.service, { sample, atMs: this.#now() })
  }

  /** Brings the series up to date; to be called before they are read. */
  refresh(): void {
    const gauges = [this.#memory, this.#usage, this.#limit, this.#seen, this.#started]
    for (const metric of [...gauges, this.#cpu, this.#killed]) metric.reset()
    for (const [name, { sample, atMs }] of this.#latest) {
      if (this.#now() - atMs > staleAfterMs) {
        this.#latest.delete(name)
        continue
      }
      this.#memory.set({ name }, sample.memoryBytes)
      this.#limit.set({ name }, sample.limitBytes ?? 0)
      this.#cpu.inc({ name }, sample.cpuSeconds)
      this.#seen.set({ name }, sample.wallMs / 1_000)
      this.#killed.inc({ name }, sample.oomKills ?? 0)
      if (sample.usageBytes !== undefined) this.#usage.set({ name }, sample.usageBytes)
      if (sample.startedMs !== undefined) this.#started.set({ name }, sample.startedMs / 1_000)
    }
  }
}
