import { Spread } from '../../kit/thresholds/spread.ts'
import type { LoadSample, LoadSummary } from '../types.ts'
import { classOf, codeOf, ledgerOf, openCode } from './codes.ts'
import type { EndedPart, SecondPart, SharedBooks } from './wire.ts'

const openAtEnd = codeOf('in_flight_at_end')

/** One second of a load, from what its threads have of it; there is at least one part. */
export function sampleOf(parts: readonly [SecondPart, ...SecondPart[]]): LoadSample {
  const [{ source, index, beginMs }] = parts
  const bounds = parts.map((part) => part.bounds)
  const at = (ms: number | null) => (ms === null ? null : beginMs + ms)
  const latency = Spread.of(parts.map((part) => part.latency))
  const lag = Spread.of(parts.map((part) => part.lag))
  const wrote = (what: 'sent' | 'failed') => parts.reduce((sum, { writes }) => sum + writes[what], 0)
  return {
    source,
    fromMs: beginMs + index * 1_000,
    planned: parts.reduce((sum, { planned }) => sum + planned, 0),
    ledger: ledgerOf(parts.flatMap(({ counts }) => counts)),
    latencyMs: latency.summary(),
    spread: parts.length === 1 ? parts[0].latency : latency.data(),
    firstFailedMs: at(least(bounds.map(({ firstFailed }) => firstFailed))),
    lastFailedMs: at(most(bounds.map(({ lastFailed }) => lastFailed))),
    failedUntilMs: at(most(bounds.map(({ failedUntil }) => failedUntil))),
    firstServedMs: at(least(bounds.map(({ firstServed }) => firstServed))),
    lastServedMs: at(most(bounds.map(({ lastServed }) => lastServed))),
    usersActive: parts.flatMap(({ active }) => active).sort((a, b) => a - b),
    usersFailed: parts.flatMap(({ failed }) => failed).sort((a, b) => a - b),
    scheduleLagP99Ms: source === 'users' && lag.count > 0 ? lag.at(99) : null,
    loopUtilisation: Math.max(...parts.map(({ loopUtilisation }) => loopUtilisation)),
    ...(wrote('sent') > 0 ? { writes: { sent: wrote('sent'), failed: wrote('failed') } } : {}),
  }
}

/**
 * The summary from what each thread had, or, where one of them died, from the shared books alone: every request is
 * still in one class, those that were open in `in_flight_at_end`.
 */
export function summaryOf(
  source: LoadSample['source'],
  users: number,
  shared: SharedBooks,
  ended: readonly (EndedPart | undefined)[],
): LoadSummary {
  const parts = ended.filter((part) => part !== undefined)
  const classes = new Uint16Array(shared.classes)
  const whole = parts.length === ended.length && parts.length > 0
  const planned = whole ? Math.max(...parts.map(({ reached }) => reached)) : Math.max(...shared.reached)
  const totals = whole ? totalsOf(parts) : salvaged(planned, classes)
  return {
    source,
    users,
    planned,
    ...totals,
    classOf: (k) => (k >= 0 && k < planned ? classOf(classes[k] ?? openCode) : undefined),
  }
}

type Totals = Omit<LoadSummary, 'source' | 'users' | 'planned' | 'classOf'>

function totalsOf(parts: readonly EndedPart[]): Totals {
  const counts = parts.flatMap((part) => part.counts)
  const ledger = ledgerOf(counts)
  const latencies = parts.flatMap(({ byClass }) => byClass)
  const lags = parts.map(({ lag }) => lag).filter((lag) => lag !== null)
  const lag = lags.length > 0 ? Spread.of(lags) : undefined
  const sent = counts.reduce((sum, [code, count]) => (classOf(code) === 'not_sent' ? sum : sum + count), 0)
  const overMs = Math.max(...parts.map(({ sentOverMs }) => sentOverMs))
  const trouble = summed(parts.map(({ troubles }) => troubles)).map(([code, count]) => `${code} × ${count}`)
  const repeated = parts.reduce((sum, part) => sum + part.repeated, 0)
  const oddities = summed(parts.map((part) => part.oddities))
  return {
    ledger,
    latencyMs: Spread.of(latencies.map(([, data]) => data)).summary(),
    scheduleLagMs: lag ? { p50: lag.at(50), p99: lag.at(99), max: lag.max } : null,
    achievedRate: overMs > 0 ? Math.round((sent / overMs) * 1e6) / 1e3 : 0,
    latencyOf: (name) => Spread.of(latencies.flatMap(([code, data]) => (classOf(code) === name ? data : []))).summary(),
    ...(trouble.length > 0 ? { trouble: trouble.join(', ') } : {}),
    ...(repeated > 0 ? { repeated } : {}),
    ...(oddities.length > 0 ? { oddities } : {}),
  }
}

function salvaged(planned: number, classes: Uint16Array): Totals {
  const counts = new Map<number, number>()
  for (let k = 0; k < planned; k += 1) {
    const code = classes[k] || openAtEnd
    classes[k] = code
    counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  return { ledger: ledgerOf(counts), latencyMs: null, scheduleLagMs: null, achievedRate: 0, latencyOf: () => null }
}

function summed(parts: readonly [string, number][][]): [string, number][] {
  const sums = new Map<string, number>()
  for (const [name, count] of parts.flat()) sums.set(name, (sums.get(name) ?? 0) + count)
  return [...sums]
}

const least = (instants: readonly (number | null)[]) => bound(instants, Math.min)
const most = (instants: readonly (number | null)[]) => bound(instants, Math.max)

function bound(instants: readonly (number | null)[], pick: (...of: number[]) => number): number | null {
  const known = instants.filter((one) => one !== null)
  return known.length > 0 ? pick(...known) : null
}
