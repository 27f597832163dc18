import type { RuleName } from './rule-names.ts'

/** Rules of Gixy, Gixy-Next and nginx-lint, by the rule that looks for the same here. */
const same: Readonly<Partial<Record<RuleName | 'unreadable' | 'not-looked-at', readonly string[]>>> = {
  'body-limit-by-default': ['client-max-body-size-not-set'],
  'clients-cut-early': ['low_keepalive_requests'],
  'failures-not-logged': ['error_log_off'],
  'fewer-files-than-connections': ['worker_rlimit_nofile_vs_connections'],
  'first-server-by-chance': ['default_server_flag'],
  'host-not-passed': ['proxy-missing-host-header'],
  'if-in-location': ['if_is_evil', 'if-is-evil-in-location'],
  'keepalive-not-used': ['proxy-keepalive'],
  'location-not-reached': ['unreachable-location'],
  'names-resolved-once': ['stale_dns_cache', 'proxy-pass-domain', 'upstream-server-no-resolve'],
  'not-inherited': ['add_header_redefinition', 'proxy_set_header_redefinition', 'directive-inheritance'],
  'not-looked-at': ['include-path-exists'],
  'of-an-older-nginx': ['listen-http2-deprecated', 'ssl-on-deprecated'],
  'one-worker': ['missing_worker_processes'],
  'path-is-decoded': ['proxy_pass_normalized', 'proxy-pass-with-uri'],
  'pattern-backtracks': ['regex_redos'],
  'pattern-not-anchored': ['unanchored_regex'],
  'quic-without-reuseport': ['quic_bpf_reuseport'],
  'refused-by-nginx': ['invalid_regex', 'duplicate-directive', 'invalid-directive-context'],
  'resolver-missing': ['missing_resolver'],
  'rewrite-overruns-heap': ['unnamed_groups', 'nginx-rift'],
  'root-in-locations-only': ['root-in-location'],
  'slashes-differ': ['alias-location-slash-mismatch'],
  'slow-users-hold-backends': ['proxy_buffering_off'],
  'stapling-without-resolver': ['ssl_stapling_without_resolver'],
  'target-can-be-empty': ['hash_without_default', 'map-missing-default'],
  'try-files-beside-pass': ['try_files_is_evil_too', 'try-files-with-proxy'],
  unreadable: ['missing-semicolon', 'unclosed-quote', 'unmatched-braces'],
}

const security = [
  ...['add_header_content_type', 'add_header_multiline', 'alias_traversal', 'allow_without_deny', 'host_spoofing'],
  ...['http2_misdirected_request', 'http_splitting', 'origins', 'resolver_external', 'return_bypasses_allow_deny'],
  ...['ssl_ecdh_curve', 'ssrf', 'status_page_exposed', 'valid_referers', 'version_disclosure'],
]
const style = ['autoindex-enabled', 'gzip-not-enabled', 'server-tokens-enabled', 'weak-ssl-ciphers', 'indent']

/** Rules of others that have no name of their own here, and where what they look for is told. */
export const elsewhere: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(same).flatMap(([rule, names]) => names.map((name) => [name, `Here it is '${rule}'`])),
  ...security.map((name) => [name, 'Gixy-Next has it: security is out of scope']),
  ...style.map((name) => [name, 'nginx-lint has it: style is out of scope']),
  ['missing-error-log', 'It is not looked for: without one Nginx writes its errors where it was built to'],
])

/** The same, as a table of Markdown. */
export const sameTable = [
  '| Here | Gixy, Gixy-Next, nginx-lint |',
  '|---|---|',
  ...Object.entries(same).map(([rule, names]) => `| ${rule} | ${names.join(', ')} |`),
].join('\n')
