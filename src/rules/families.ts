export interface Family {
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

/** What it tells besides where the site answers over TLS. */
export const tlsMetrics: Readonly<Record<string, Family>> = {
  probe_ssl_earliest_cert_expiry: plain,
  probe_ssl_last_chain_expiry_timestamp_seconds: plain,
  probe_tls_version_info: { labels: ['version'] },
}
