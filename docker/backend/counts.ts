/** Who counts. */
interface Identity {
  role: string
  name: string
  release: string
}

/** What a backend counts about itself, for Prometheus. Health probes are not counted: they are nobody's traffic. */
export class Counts {
  readonly #labels: string
  readonly #release: string
  readonly #rssBytes: () => number
  #received = 0
  readonly #answered = new Map<string, number>(['2xx', '3xx', '4xx', '5xx', 'none'].map((name) => [name, 0]))

  /** `rssBytes` gives the resident memory of the process. */
  constructor({ role, name, release }: Identity, rssBytes: () => number) {
    this.#rssBytes = rssBytes
    this.#labels = `role="${role}",name="${name}"`
    this.#release = release
  }

  received(): void {
    this.#received += 1
  }

  /** `status` is null when no answer was given. */
  answered(status: number | null): void {
    const name = status === null ? 'none' : `${Math.floor(status / 100)}xx`
    this.#answered.set(name, (this.#answered.get(name) ?? 0) + 1)
  }

  /** All series in Prometheus' text format; every one is there from the start, so that no first event is lost. */
  text(): string {
    return [
      '# HELP shop_requests_received_total Requests that reached this backend.',
      '# TYPE shop_requests_received_total counter',
      `shop_requests_received_total{${this.#labels}} ${this.#received}`,
      '# HELP shop_responses_total Answers of this backend by class; none: the connection ended without one.',
      '# TYPE shop_responses_total counter',
      ...[...this.#answered].map(([name, n]) => `shop_responses_total{${this.#labels},class="${name}"} ${n}`),
      '# HELP process_resident_memory_bytes Resident memory of the process.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes{${this.#labels}} ${this.#rssBytes()}`,
      '# HELP shop_release_info The release that this backend runs.',
      '# TYPE shop_release_info gauge',
      `shop_release_info{${this.#labels},release="${this.#release}"} 1`,
      '',
    ].join('\n')
  }
}
