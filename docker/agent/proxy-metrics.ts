import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { reasons, upstreamReasonOf } from '../../src/kit/nginx-errors.ts'
import { accessEntryOf } from './access-log.ts'
import { type Answer, AnswerMetrics } from './answer-metrics.ts'
import type { ServerMetrics } from './server-metrics.ts'
import type { Tail } from './tail.ts'

const methods = ['GET', 'POST']
const shopRoutes = ['/', '/api/']
const statuses = [200, 201, 204, 206, 301, 302, 304, 400, 404, 405, 429, 499, 500, 502, 503, 504]

/** More than the shop has peers; a configuration with more than these shares one label value. */
const mostUpstreams = 32

/** Those of the locations in this JSON that are beginnings of paths. */
export function routesIn(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const given: unknown = JSON.parse(text)
  const all = Array.isArray(given) ? given : []
  return all.filter((one): one is string => typeof one === 'string' && one.startsWith('/'))
}

/** What the proxy's two logs say, as metrics. Every series is there at 0 from the start: no first failure is lost. */
export class ProxyMetrics {
  readonly #requests
  readonly #duration
  readonly #responses
  readonly #errors
  readonly #unread
  readonly #answers
  readonly #upstreams = new Set<string>()
  readonly #servers: ServerMetrics | undefined
  /** Beginnings of paths, the longest first. */
  readonly #routes: readonly string[]

  /** `servers` is told the same, for what is counted for each server. `routes` are beginnings of paths. */
  constructor(register: Registry, servers?: ServerMetrics, routes: readonly string[] = shopRoutes) {
    const registers = [register]
    this.#routes = [...new Set([...routes, '/'])].sort((a, b) => b.length - a.length)
    this.#servers = servers
    this.#requests = new Counter({
      name: 'nginx_http_requests_total',
      help: 'Requests in the access log.',
      labelNames: ['method', 'route', 'status'],
      registers,
    })
    this.#duration = new Histogram({
      name: 'nginx_http_request_duration_seconds',
      help: 'Time of requests in the access log.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    })
    this.#responses = new Counter({
      name: 'nginx_upstream_responses_total',
      help: 'Attempts at upstreams by status. origin: did an upstream answer so, or Nginx in its place?',
      labelNames: ['upstream', 'status', 'origin'],
      registers,
    })
    this.#errors = new Counter({
      name: 'nginx_upstream_errors_total',
      help: 'Failed attempts at upstreams in the error log, by reason.',
      labelNames: ['reason'],
      registers,
    })
    this.#unread = new Counter({
      name: 'nginx_log_unparsable_lines_total',
      help: 'Lines of the access log that are no access lines.',
      registers,
    })
    const known = methods.flatMap((method) => statuses.map((status) => ({ method, status })))
    this.#answers = new AnswerMetrics(register, known)
    this.#begin()
  }

  #begin(): void {
    for (const reason of reasons) this.#errors.inc({ reason }, 0)
    for (const method of methods) {
      for (const route of this.#routes) {
        for (const status of statuses) this.#requests.inc({ method, route, status }, 0)
      }
    }
  }

  async read(access: Tail, error: Tail): Promise<void> {
    const [accessLines, errorLines] = await Promise.all([access.lines(), error.lines(), this.#servers?.refresh()])
    for (const line of accessLines) this.access(line)
    for (const line of errorLines) this.error(line)
  }

  access(line: string): void {
    const entry = accessEntryOf(line)
    if (!entry) {
      this.#unread.inc()
      this.#answers.unparsed()
      return
    }
    const answer: Answer = {
      method: methods.includes(entry.method) ? entry.method : 'other',
      status: entry.status >= 100 && entry.status < 600 ? entry.status : 'other',
    }
    const { method, status } = answer
    const route = this.#routes.find((one) => entry.path.startsWith(one)) ?? '/'
    this.#requests.inc({ method, route, status })
    this.#duration.observe(entry.time)
    this.#answers.answered(answer, entry)
    for (const attempt of entry.attempts) {
      const { upstream, status, origin } = attempt
      this.#responses.inc({ upstream: this.#known(upstream), status, origin })
      this.#servers?.attempt(attempt)
    }
  }

  error(line: string): void {
    const reason = upstreamReasonOf(line)
    if (reason) this.#errors.inc({ reason })
    this.#servers?.error(line)
  }

  #known(upstream: string): string {
    if (this.#upstreams.size < mostUpstreams) this.#upstreams.add(upstream)
    return this.#upstreams.has(upstream) ? upstream : 'other'
  }
}

/** Which release of its configuration the proxy serves, asked from the proxy itself. */
export class ConfigurationMetrics {
  readonly #up
  readonly #info
  readonly #changed
  readonly #ask: () => Promise<string>
  #hash: string | null = null
  #asking: Promise<void> | null = null

  /** `ask` gives the hash that is served now and must have a limit of its own. */
  constructor(register: Registry, ask: () => Promise<string>) {
    const registers = [register]
    this.#ask = ask
    this.#up = new Gauge({ name: 'nginx_up', help: 'Did the proxy answer on its status port?', registers })
    this.#info = new Gauge({
      name: 'nginx_config_info',
      help: 'The release of the configuration that is, or was last seen, serving.',
      labelNames: ['hash'],
      registers,
    })
    this.#changed = new Gauge({
      name: 'nginx_config_last_changed_timestamp_seconds',
      help: 'When another release was first seen serving; 0 as long as there was only one.',
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

  async #refresh(): Promise<void> {
    const hash = await this.#ask().catch(() => null)
    this.#up.set(hash === null ? 0 : 1)
    if (hash === null || hash === this.#hash) return
    if (this.#hash !== null) this.#changed.set(Date.now() / 1_000)
    this.#hash = hash
    this.#info.reset()
    this.#info.set({ hash }, 1)
  }
}
