import { Counter, Histogram, type Registry } from 'prom-client'

/** One answer of the proxy, its labels bounded. */
export interface Answer {
  method: string
  status: number | 'other'
}

/** The proxy's answers as prometheus-nginxlog-exporter counts them, for rules that were written for that one. */
export class AnswerMetrics {
  readonly #answers
  readonly #bytes
  readonly #times
  readonly #unparsed

  /** Answers that are there at 0 from the start. */
  constructor(register: Registry, known: readonly Answer[]) {
    const common = { labelNames: ['method', 'status'] as const, registers: [register] }
    this.#answers = new Counter({
      name: 'nginx_http_response_count_total',
      help: 'Answers in the access log.',
      ...common,
    })
    this.#bytes = new Counter({ name: 'nginx_http_response_size_bytes', help: 'Their bytes, headers too.', ...common })
    this.#times = new Histogram({
      name: 'nginx_http_response_time_seconds_hist',
      help: 'Their time.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      ...common,
    })
    this.#unparsed = new Counter({
      name: 'nginx_parse_errors_total',
      help: 'Lines of the access log that are no access lines.',
      registers: [register],
    })
    for (const { method, status } of known) this.#answers.inc({ method, status }, 0)
  }

  answered({ method, status }: Answer, { bytes, time }: { bytes: number; time: number }): void {
    this.#answers.inc({ method, status })
    this.#bytes.inc({ method, status }, bytes)
    this.#times.observe({ method, status }, time)
  }

  unparsed(): void {
    this.#unparsed.inc()
  }
}
