import { z } from 'zod'

/** How a request can end without the answer that was asked for. With `http_<status>` these are all classes. */
export const lostClasses = [
  'connect_refused',
  'connect_timeout',
  'reset',
  'closed_without_response',
  'truncated',
  'timeout',
  'not_sent',
  'in_flight_at_end',
  /** Something was answered that is no HTTP/1. */
  'not_http',
  /** The connection was made, and TLS was not. */
  'tls_failed',
  /** Answered below 400, and not with what the request of the mix calls good. */
  'wrong_content',
] as const

export type LedgerClass = `http_${number}` | (typeof lostClasses)[number]

const readings: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE']
/** Does a request of this method change something? */
export const isWrite = (method: string): boolean => !readings.includes(method)

/** Requests by class, each request in exactly one. Classes that did not occur may be absent. */
export type Ledger = Partial<Record<LedgerClass, number>>

/** Name of a class, `http_502` or one of the others. */
export const ledgerClass = z
  .string()
  .regex(new RegExp(`^(http_[1-9]\\d\\d|${lostClasses.join('|')})$`), 'no class of the ledger')
export const ledger: z.ZodType<Ledger> = z.record(ledgerClass, z.number().int().nonnegative())

/** Milliseconds, from the moment the request should have left; null when there was no sample. */
export const latencySummary = z
  .strictObject({
    p50: z.number(),
    p75: z.number(),
    p90: z.number(),
    p95: z.number(),
    p99: z.number(),
    p999: z.number(),
    max: z.number(),
  })
  .nullable()
export type LatencySummary = z.output<typeof latencySummary>

export function total(counts: Ledger): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0)
}

/** Did an HTTP answer come whole, whatever it said? */
export function isAnswered(name: string): boolean {
  return name.startsWith('http_') || name === 'wrong_content'
}

/** Was the user served? Everything below 400 is, whatever else happened is a failure for whoever asked. */
export function isServed(name: string): boolean {
  return /^http_[123]\d\d$/.test(name)
}

/** Was it not? What was still open when the load ended is neither. */
export function isFailed(name: string): boolean {
  return !isServed(name) && name !== 'in_flight_at_end'
}

export function servedOf(counts: Ledger): number {
  return Object.entries(counts).reduce<number>((sum, [name, count]) => (isServed(name) ? sum + (count ?? 0) : sum), 0)
}

export function add(into: Ledger, from: Ledger): Ledger {
  const sum: Ledger = { ...into }
  for (const [name, count] of Object.entries(from)) {
    const key = name as LedgerClass
    sum[key] = (sum[key] ?? 0) + (count ?? 0)
  }
  return sum
}
