import { Counter, Gauge, type Registry } from 'prom-client'
import type { ConfigurationState } from '../../src/protocol/index.ts'

/** What the harness sees of the proxy's configuration, by files and workers: not what a release says of itself. */
export class DriftMetrics {
  readonly #hashes
  readonly #drift
  readonly #window
  readonly #unplanned
  readonly #last
  #known = 0

  constructor(register: Registry) {
    const registers = [register]
    this.#hashes = new Gauge({
      name: 'nginx_config_hash_info',
      help: 'Hash of all files of the configuration: on disk, in effect, and as deployed last.',
      labelNames: ['what', 'hash'],
      registers,
    })
    this.#drift = new Gauge({
      name: 'nginx_config_drift',
      help: 'Is it another one than was deployed last?',
      labelNames: ['what'],
      registers,
    })
    this.#window = new Gauge({ name: 'deploy_window_open', help: 'Is a deploy under way?', registers })
    this.#unplanned = new Counter({
      name: 'nginx_config_unplanned_changes_total',
      help: 'Changes that were found outside of a deploy.',
      registers,
    })
    this.#last = new Gauge({
      name: 'nginx_config_last_unplanned_change_info',
      help: 'The lines of the last change outside of a deploy.',
      labelNames: ['diff'],
      registers,
    })
  }

  take({ onDisk, effective, desired, deploying, unplanned, lastDiff }: ConfigurationState): void {
    this.#hashes.reset()
    this.#hashes.set({ what: 'on-disk', hash: onDisk }, 1)
    this.#hashes.set({ what: 'effective', hash: effective }, 1)
    this.#hashes.set({ what: 'desired', hash: desired }, 1)
    this.#drift.set({ what: 'on-disk' }, onDisk === desired ? 0 : 1)
    this.#drift.set({ what: 'effective' }, effective === desired ? 0 : 1)
    this.#window.set(deploying ? 1 : 0)
    this.#unplanned.inc(Math.max(0, unplanned - this.#known))
    this.#known = unplanned
    this.#last.reset()
    if (lastDiff !== '') this.#last.set({ diff: lastDiff }, 1)
  }
}
