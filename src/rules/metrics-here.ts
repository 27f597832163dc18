import { type GivenRule, needsOf, parsed } from './needs.ts'
import { type Selector, selectorsOf } from './promql.ts'
import { missedBy } from './results.ts'

interface Family {
  /** Its own labels; `job` and `instance` come from the scrape. */
  readonly labels: readonly string[]
  /** `histogram`: three series, `_bucket` with `le`, `_sum` and `_count`. */
  readonly type?: 'histogram'
}

const byStatus = ['method', 'status'] as const
const ofContainer: Family = { labels: ['name'] }
const plain: Family = { labels: [] }

/** What the agent tells Prometheus (job `nginx`), by name. A test holds it against the agent. */
export const agentMetrics: Readonly<Record<string, Family>> = {
  nginx_http_requests_total: { labels: ['method', 'route', 'status'] },
  nginx_http_request_duration_seconds: { labels: [], type: 'histogram' },
  nginx_http_response_count_total: { labels: byStatus },
  nginx_http_response_size_bytes: { labels: byStatus },
  nginx_http_response_time_seconds_hist: { labels: byStatus, type: 'histogram' },
  nginx_parse_errors_total: plain,
  nginx_log_unparsable_lines_total: plain,
  nginx_upstream_responses_total: { labels: ['upstream', 'status', 'origin'] },
  nginx_upstream_errors_total: { labels: ['reason'] },
  nginx_server_connect_failures_total: { labels: ['server', 'reason'] },
  nginx_server_response_seconds: { labels: ['server'], type: 'histogram' },
  nginx_up: plain,
  nginx_connections_accepted: plain,
  nginx_connections_active: plain,
  nginx_connections_handled: plain,
  nginx_connections_reading: plain,
  nginx_connections_waiting: plain,
  nginx_connections_writing: plain,
  nginx_http_connections: { labels: ['state'] },
  nginx_config_info: { labels: ['hash'] },
  nginx_config_last_changed_timestamp_seconds: plain,
  nginx_config_hash_info: { labels: ['what', 'hash'] },
  nginx_config_drift: { labels: ['what'] },
  nginx_config_unplanned_changes_total: plain,
  nginx_config_last_unplanned_change_info: { labels: ['diff'] },
  deploy_window_open: plain,
  container_memory_working_set_bytes: ofContainer,
  container_memory_usage_bytes: ofContainer,
  container_spec_memory_limit_bytes: ofContainer,
  container_cpu_usage_seconds_total: ofContainer,
  container_last_seen: ofContainer,
  container_start_time_seconds: ofContainer,
  container_oom_events_total: ofContainer,
}

/** What each backend tells (job `backend`). */
export const backendMetrics: Readonly<Record<string, Family>> = {
  shop_requests_received_total: { labels: ['role', 'name'] },
  shop_responses_total: { labels: ['role', 'name', 'class'] },
  shop_release_info: { labels: ['role', 'name', 'release'] },
  process_resident_memory_bytes: { labels: ['role', 'name'] },
}

/** What blackbox_exporter tells of each probe (jobs `gateway`, `backend-health`, `backend-connect`). */
export const probeMetrics: Readonly<Record<string, Family>> = {
  probe_success: plain,
  probe_duration_seconds: plain,
  probe_dns_lookup_time_seconds: plain,
  probe_ip_protocol: plain,
  probe_ip_addr_hash: plain,
  probe_failed_due_to_regex: plain,
  probe_http_status_code: plain,
  probe_http_duration_seconds: { labels: ['phase'] },
  probe_http_content_length: plain,
  probe_http_uncompressed_body_length: plain,
  probe_http_redirects: plain,
  probe_http_ssl: plain,
  probe_http_version: plain,
}

/** Names that only a site behind TLS has; the shop's speaks plain HTTP. */
const ofTls: readonly string[] = [
  'probe_ssl_earliest_cert_expiry',
  'probe_ssl_last_chain_expiry_timestamp_seconds',
  'probe_tls_version_info',
]

/** What Prometheus makes itself, and names that whole programs bring: these are not told one by one. */
const own: readonly string[] = ['up', 'ALERTS', 'ALERTS_FOR_STATE']
const brought = /^(pg|prometheus|alertmanager|go|process|net_conntrack|promhttp|scrape)_/

/** Jobs of `docker/monitoring/prometheus.yml`; a test holds it against that file. */
export const jobsHere = [
  'nginx',
  'backend',
  'gateway',
  'backend-health',
  'backend-connect',
  'postgres',
  'monitoring',
] as const

const fromScrape: readonly string[] = ['job', 'instance', '__name__']

/** What a rule makes of nothing is nothing: the reason; null: it makes series; undefined: no rule makes this name. */
type Recorded = (metric: string) => string | null | undefined

/** Why a selector finds nothing here, as far as its names tell; null: it may. */
function unknownIn({ metric, matchers }: Selector, recorded: Recorded): string | null {
  if (metric === null) return null
  const made = recorded(metric)
  if (made !== undefined) return made
  const job = matchers.find(({ label, op, value }) => label === 'job' && op === '=' && value !== '')
  const jobs: readonly string[] = jobsHere
  const family = familyOf(metric)
  if (ofTls.includes(metric)) return `${metric}: only where the site has TLS, and the shop's speaks plain HTTP`
  if (family === undefined && !own.includes(metric) && !brought.test(metric)) return `no metric ${metric} here`
  if (job && !jobs.includes(job.value)) return `no job '${job.value}' here: there are ${jobs.join(', ')}`
  if (!family) return null
  const label = matchers.find(({ label: name, op, value }) => {
    return op.startsWith('=') && value !== '' && !family.includes(name) && !fromScrape.includes(name) && value !== '.*'
  })?.label
  return label === undefined ? null : `${metric} has no label ${label} here: it has ${[...family, 'job'].join(', ')}`
}

/** The labels of a series of this name; undefined where no metric is called so. */
function familyOf(metric: string): readonly string[] | undefined {
  const all = { ...agentMetrics, ...backendMetrics, ...probeMetrics }
  const found = Object.hasOwn(all, metric) ? all[metric] : undefined
  if (found && found.type === undefined) return found.labels
  const [, base = '', part = ''] = /^(.+)_(bucket|sum|count)$/.exec(metric) ?? []
  const histogram = Object.hasOwn(all, base) ? all[base] : undefined
  if (histogram?.type !== 'histogram') return undefined
  return part === 'bucket' ? [...histogram.labels, 'le'] : histogram.labels
}

/** A selector, and why it finds nothing here; null: it may find something. */
export interface LookedFor {
  readonly selector: string
  readonly unknown: string | null
}

/** What the expression of a rule looks at, each selector once; `all` are the rules that are loaded with it. */
export function lookedFor(rule: GivenRule, all: readonly GivenRule[], trail: readonly string[] = []): LookedFor[] {
  const recorded: Recorded = (metric) => {
    const makers = all.filter(({ kind, name }) => kind === 'record' && name === metric)
    if (makers.length === 0 || trail.includes(metric)) return makers.length === 0 ? undefined : null
    const reasons = makers.map((maker) => cannotFire(maker, all, [...trail, metric]))
    return reasons.every((reason) => reason !== null) ? `${metric} is made of nothing: ${reasons[0]}` : null
  }
  const tree = parsed(rule.expr)
  const looked = (tree ? selectorsOf(tree) : []).map((one) => ({
    selector: one.text,
    unknown: unknownIn(one, recorded),
  }))
  return [...new Map(looked.map((one) => [one.selector, one])).values()]
}

/** Why a rule cannot have a result here, whatever happens, by its expression or for want of metrics; null: it can. */
export function cannotFire(rule: GivenRule, all: readonly GivenRule[], trail: readonly string[] = []): string | null {
  const tree = parsed(rule.expr)
  const never = needsOf(rule, all)?.never ?? null
  if (never !== null || !tree) return never
  const looked = lookedFor(rule, all, trail)
  const missed = missedBy(tree, (selector) => looked.find((one) => one.selector === selector)?.unknown === null)
  return looked.find(({ selector }) => missed.includes(selector))?.unknown ?? null
}
