import { showMs } from '../../kit/duration.ts'
import { type LatencySummary, type Ledger, type LedgerClass, total } from '../../kit/ledger.ts'
import type { LoadSample, LoadSummary } from '../../load/index.ts'

/** Beyond these the generator measured itself. Source: research/safety.md 2.2, gate 5. */
const most = { lagP99Ms: 50, loopUtilisation: 0.9, notSentShare: 0.02 }

type Percentiles = { [Name in keyof NonNullable<LatencySummary>]: number | null }

/** What `--json` prints, to the key: scripts rely on it. Percentiles are null when no request ended. */
export interface LoadJson {
  planned: number
  ledger: Ledger
  latencyMs: Percentiles
  achievedRate: number
  scheduleLagMs: { p50: number; p99: number; max: number }
  /** What must be known to read the figures; absent when nothing. */
  warnings?: string[]
}

export function loadJson(summary: LoadSummary, warnings: string[] = []): LoadJson {
  const { planned, ledger, latencyMs, achievedRate, scheduleLagMs } = summary
  const none = { p50: null, p75: null, p90: null, p95: null, p99: null, p999: null, max: null }
  return {
    planned,
    ledger,
    latencyMs: latencyMs ?? none,
    achievedRate,
    // A closed loop is never behind its plan: a request is due when the one before has ended.
    scheduleLagMs: scheduleLagMs ?? { p50: 0, p99: 0, max: 0 },
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}

/** What became of the requests of one of several targets. */
export interface TargetPart {
  readonly url: string
  readonly ledger: Ledger
}

/** The measurement for people. */
export function loadText(urls: readonly string[], summary: LoadSummary, parts: readonly TargetPart[] = []): string {
  const { planned, ledger, latencyMs, achievedRate, scheduleLagMs } = summary
  const lines = [
    urls.join(' '),
    '',
    `planned        ${planned} requests`,
    `achieved       ${achievedRate.toFixed(1)}/s`,
    '',
    `${'class'.padEnd(26)}${'requests'.padStart(9)}${'share'.padStart(9)}${'p50'.padStart(11)}${'p99'.padStart(11)}`,
    ...Object.entries(ledger).map(([name, count]) => row(name, count ?? 0, planned, summary)),
    '',
    ...parts.map((part, at) => `target         ${urls[at]}: ${classesOf(part.ledger)}`),
    ...(parts.length > 0 ? [''] : []),
    `latency        ${percentiles(latencyMs)}`,
    scheduleLagMs
      ? `schedule lag   p50 ${show(scheduleLagMs.p50)}, p99 ${show(scheduleLagMs.p99)}, max ${show(scheduleLagMs.max)}`
      : 'schedule lag   none: a closed loop has no schedule',
  ]
  return `${lines.join('\n')}\n`
}

const classesOf = (ledger: Ledger) =>
  Object.entries(ledger)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'nothing'

/** What must be known to read the figures; empty when they speak for themselves. */
export function warningsOf(summary: LoadSummary, parts: readonly TargetPart[] = []): string[] {
  const { ledger, repeated = 0, oddities = [] } = summary
  const answers = answersIn(ledger)
  const sum = (counts: typeof answers) => counts.reduce((all, [, count = 0]) => all + count, 0)
  const only = (pattern: RegExp) => isOnly(ledger, pattern)
  const names = namesIn(ledger)
  const redirects = answers.filter(([name]) => /^http_3(?!04)/.test(name))
  const warnings: string[] = []
  if (only(/^http_40[13]$/)) {
    const hint = `--header 'authorization: Bearer \${env:TOKEN}', or user and password in the URL`
    warnings.push(`EVERY ANSWER WAS ${names}: nothing behind the login was measured. Log in with ${hint}`)
  }
  for (const part of only(/^http_40[13]$/) ? [] : parts) {
    if (isOnly(part.ledger, /^http_40[13]$/)) warnings.push(`EVERY ANSWER OF ${part.url} WAS ${namesIn(part.ledger)}`)
  }
  for (const part of answers.length === 0 ? [] : parts) {
    if (answersIn(part.ledger).length === 0) warnings.push(`NO REQUEST TO ${part.url} WAS ANSWERED`)
  }
  const ended = Object.entries(ledger).filter(([, count]) => count)
  if (answers.length === 0 && ended.length > 0) {
    warnings.push(`NO REQUEST WAS ANSWERED: ${ended.map(([name]) => name).join(', ')}`)
  }
  if (redirects.length > 0) {
    const all = only(/^http_3(?!04)/) ? `EVERY ANSWER WAS ${names}: nothing behind it was measured. ` : ''
    warnings.push(`${all}${sum(redirects)} redirects were counted as answers and not followed`)
  }
  if (repeated > 0) {
    warnings.push(
      `${repeated} requests were sent once more: the server had closed the idle connection before it could read them`,
    )
  }
  for (const [reason, count] of oddities) warnings.push(`${reason} (× ${count})`)
  return warnings
}

const answersIn = (ledger: Ledger) =>
  Object.entries(ledger).filter(([name, count]) => name.startsWith('http_') && count)
const namesIn = (ledger: Ledger) =>
  answersIn(ledger)
    .map(([name]) => name.slice('http_'.length))
    .join(' or ')

/** There are answers, and each of them is of this kind. */
const isOnly = (ledger: Ledger, pattern: RegExp) =>
  answersIn(ledger).length > 0 && answersIn(ledger).every(([name]) => pattern.test(name))

/** Why the figures cannot be trusted; empty when they can. */
export function doubtsOf(summary: LoadSummary, samples: readonly LoadSample[], interrupted: boolean): string[] {
  const { planned, ledger, scheduleLagMs, trouble, source } = summary
  const doubts: string[] = []
  if (total(ledger) !== planned) doubts.push(`the classes add up to ${total(ledger)}, and ${planned} were planned`)
  if (interrupted) doubts.push('interrupted: this is what had been measured until then')
  if (planned === 0) doubts.push('nothing was planned, so nothing was measured')
  const notSent = ledger.not_sent ?? 0
  if (notSent > planned * most.notSentShare) {
    doubts.push(`not to be trusted: ${notSent} of ${planned} planned requests were not sent`)
  }
  if (trouble) doubts.push(`not to be trusted: the generator ran out of something: ${trouble}`)
  if (source === 'pressure') return doubts
  if (scheduleLagMs && scheduleLagMs.p99 >= most.lagP99Ms) {
    doubts.push(
      `not to be trusted: the generator was saturated: schedule lag p99 ${show(scheduleLagMs.p99)}, ` +
        `${most.lagP99Ms} ms is the most`,
    )
  }
  const busy = samples.reduce((sum, sample) => sum + sample.loopUtilisation, 0) / Math.max(1, samples.length)
  if (busy >= most.loopUtilisation) {
    doubts.push(`not to be trusted: the generator was saturated: its thread was busy ${(busy * 100).toFixed(0)} %`)
  }
  return doubts
}

function row(name: string, count: number, planned: number, summary: LoadSummary): string {
  const latency = summary.latencyOf(name as LedgerClass)
  const share = `${((count / planned) * 100).toFixed(1)} %`
  const p50 = latency ? show(latency.p50) : ''
  const p99 = latency ? show(latency.p99) : ''
  return (
    name.padEnd(26) +
    String(count).padStart(9) +
    share.padStart(9) +
    p50.padStart(11) +
    p99.padStart(11)
  ).trimEnd()
}

function percentiles(latency: LatencySummary): string {
  if (!latency) return 'no request ended'
  const names = { p50: 'p50', p75: 'p75', p90: 'p90', p95: 'p95', p99: 'p99', p999: 'p99.9', max: 'max' } as const
  return Object.entries(names)
    .map(([key, name]) => `${name} ${show(latency[key as keyof typeof names])}`)
    .join(', ')
}

/** As `showMs`, with the digits that matter below ten milliseconds. */
function show(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : showMs(ms)
}
