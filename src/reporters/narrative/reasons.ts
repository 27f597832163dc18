import { type Fact, factsOf } from '../../journal/index.ts'

/** Why requests failed, as Nginx's error log says it. */
export interface Reason {
  readonly reason: string
  readonly lines: number
  /** The first line of its kind and who wrote it; null when none was kept. */
  readonly sample: { readonly service: string; readonly line: string; readonly n: number } | null
}

const explained: Record<string, string> = {
  'connect-refused': 'Nginx was refused by its upstream: nothing listens at that address and port.',
  'connect-timeout': 'Nginx got no answer when it connected to its upstream.',
  'connect-failed': 'Nginx got no connection: no such socket, no right to it, its queue full, or no local port left.',
  'host-unreachable': 'There is no way from Nginx to its upstream.',
  'no-live-upstreams': 'Nginx had put every upstream server aside after earlier failures.',
  'read-timeout': 'The upstream took the request and did not answer in time.',
  'premature-close': 'The upstream closed the connection before its answer was complete.',
  reset: 'The upstream reset the connection.',
  'header-too-big': "The upstream's header did not fit into Nginx's buffer.",
  'tls-handshake': 'Nginx and its upstream did not agree on TLS, or the certificate was not accepted.',
  'name-not-resolved': "The upstream's name could not be looked up.",
  'invalid-header': 'The upstream sent something that is no valid header.',
  'config-refused': 'Nginx refused a configuration.',
}

/** What a reason means, in a sentence; empty for one that is not known. */
export function explain(reason: string): string {
  return Object.hasOwn(explained, reason) ? (explained[reason] ?? '') : ''
}

/** Reasons with their counts, most frequent first. */
export function reasonsOf(facts: readonly Fact[]): Reason[] {
  const lines = new Map<string, number>()
  for (const sample of factsOf(facts, 'proxy-sample')) {
    for (const [reason, count] of Object.entries(sample.byReason)) lines.set(reason, (lines.get(reason) ?? 0) + count)
  }
  const noticed = factsOf(facts, 'log-noticed')
  for (const { reason, total } of noticed) lines.set(reason, Math.max(lines.get(reason) ?? 0, total))
  return [...lines]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => {
      const first = noticed.find((fact) => fact.reason === reason)
      return { reason, lines: count, sample: first ? { service: first.service, line: first.line, n: first.n } : null }
    })
}
