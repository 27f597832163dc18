import { type Fact, factsOf, goodSince } from '../../journal/index.ts'
import { isFailed } from '../../kit/ledger.ts'
import type { PlannedCell } from '../../kit/matrix/cell.ts'
import { firstDetection } from '../reading/alerts.ts'
import { type Second, secondMs } from '../reading/seconds.ts'
import { alertsBefore, rulesInTime, theirAlerts } from '../reading/their-alerts.ts'
import type { Reading } from '../reading.ts'
import type { CellFigures, DoubledWrites, SentWrites } from './cell-figures.ts'
import { isSlower } from './felt.ts'
import { askedBetween, type FaultTime, metIn } from './window.ts'

/** The figures of a cell whose fault was there at that time. */
export function figuresOf(reading: Reading, planned: PlannedCell, time: FaultTime): CellFigures {
  const { facts, seconds, plan } = reading
  const met = metIn(seconds, time)
  const { since: failing, asked, failed, share } = met
  const firstT = failing[0]?.firstFailedT ?? null
  const p95 = answerTimes(facts, time)
  const isFelt = failed > 0 || isSlower(p95)
  const since = { sinceT: time.fromT, firstT: firstT ?? time.fromT, isFelt, lastedMs: time.goneT - time.fromT }
  const theirs = plan.theirs ? theirFigures(reading, since) : null
  return {
    asked,
    failed,
    failedShare: share,
    byClass: classesSince(facts, failing),
    ...p95,
    ...askedOf(facts, time, planned, planned.writes ? writesIn(facts, met) : null),
    firstFailedMs: firstT === null ? null : Math.max(0, firstT - time.fromT),
    alert: alertIn(reading, theirs, since),
    theirs,
    quickestRuleMs: theirs ? theirs.rules.quickestMs : quickestRule(facts),
    ...endOf(facts, failing, time, planned),
    lastedMs: time.goneT - time.fromT,
    noneLeftAfter: factsOf(facts, 'proxy-sample')
      .filter(({ fromT }) => fromT >= time.goneT)
      .reduce((sum, { byReason }) => sum + (byReason['no-live-upstreams'] ?? 0), 0),
  }
}

function answerTimes(facts: readonly Fact[], { fromT, goneT }: FaultTime) {
  const samples = factsOf(facts, 'load-sample').filter(({ source }) => source === 'users')
  const p95 = (inside: typeof samples) => inside.flatMap(({ latencyMs }) => latencyMs?.p95 ?? []).sort((a, b) => a - b)
  const before = p95(samples.filter((one) => one.fromT + secondMs <= fromT))
  const during = p95(samples.filter((one) => one.fromT + secondMs > fromT && one.fromT < goneT))
  return { p95BeforeMs: before[Math.floor(before.length / 2)] ?? null, p95DuringMs: during.at(-1) ?? null }
}

function classesSince(facts: readonly Fact[], failing: readonly Second[]): Record<string, number> {
  const numbers = new Set(failing.map(({ n }) => n))
  const found = new Map<string, number>()
  for (const { n, ledger } of factsOf(facts, 'load-sample')) {
    if (!numbers.has(n)) continue
    for (const [name, count = 0] of Object.entries(ledger)) {
      if (isFailed(name)) found.set(name, (found.get(name) ?? 0) + count)
    }
  }
  return Object.fromEntries([...found].sort((a, b) => b[1] - a[1]))
}

type Met = ReturnType<typeof metIn<Second>>

/** By the users' own books, in the same time as all that they asked; of older journals by the proxy's log. */
function writesIn(facts: readonly Fact[], { during, beginT, endT }: Met) {
  const seconds = new Set(during.map(({ n }) => n))
  const told = factsOf(facts, 'load-sample').flatMap(({ source, n, fromT, writes }) =>
    source === 'users' && writes ? [{ n, fromT, requests: writes.sent, failed: writes.failed }] : [],
  )
  if (told.length === 0) return loggedWrites(facts, beginT, endT)
  const lost = told.filter(({ n }) => seconds.has(n)).reduce((sum, { failed }) => sum + failed, 0)
  return { lost, sent: Math.max(lost, askedBetween(told, beginT, endT)) }
}

function loggedWrites(facts: readonly Fact[], beginT: number, endT: number) {
  const inside = factsOf(facts, 'proxy-sample').filter(({ fromT }) => fromT + secondMs > beginT && fromT < endT)
  const asked = inside.flatMap((sample) => sample.asked ?? [])
  const sum = (name: 'writes' | 'writesFailed') => asked.reduce((all, one) => all + one[name], 0)
  return asked.length === 0 ? null : { lost: sum('writesFailed'), sent: sum('writes') }
}

/** Where all servers of a group are seen, none of them gets a write twice unseen. */
function keyedWrites(facts: readonly Fact[], { group, wellBeside }: PlannedCell): DoubledWrites | undefined {
  const seen = factsOf(facts, 'fault-witnessed').findLast(({ moment, writes }) => moment === 'end' && writes)
  if (!seen?.writes || group === null || wellBeside > 0) return undefined
  return { twice: seen.writes.twice, twiceBy: 'keys' }
}

/** What the proxy's log tells of servers that were asked since then. */
function askedOf(
  facts: readonly Fact[],
  { fromT }: FaultTime,
  planned: PlannedCell,
  writes: SentWrites | null,
): Pick<CellFigures, 'hiddenRetries' | 'writes'> {
  const told = factsOf(facts, 'proxy-sample')
    .filter((sample) => sample.fromT + secondMs > fromT)
    .flatMap(({ asked }) => asked ?? [])
  const sum = (name: keyof (typeof told)[number]) => told.reduce((all, one) => all + (one[name] ?? 0), 0)
  const isTold = told.some(({ writesRepeated }) => writesRepeated !== undefined)
  const logged: DoubledWrites = isTold
    ? { twice: sum('writesRepeated'), twiceBy: 'log' }
    : { twice: null, twiceBy: null }
  return {
    hiddenRetries: told.length === 0 ? null : sum('hidden'),
    writes: writes && { ...writes, ...(keyedWrites(facts, planned) ?? logged) },
  }
}

interface Asked {
  readonly sinceT: number
  readonly firstT: number
  readonly isFelt: boolean
  readonly lastedMs: number
}

function alertIn(
  { telling, plan }: Reading,
  theirs: CellFigures['theirs'],
  { sinceT, firstT, isFelt }: Asked,
): CellFigures['alert'] {
  const told = firstDetection(telling, sinceT)
  if (told) return { name: told.alert, afterMs: Math.max(0, told.t - firstT) }
  if (!isFelt) return null
  if (plan.unwatched) return 'not watched'
  return theirs && theirs.rules.could === 0 && theirs.fired.length === 0 ? 'could not fire' : 'no alert'
}

function theirFigures({ facts, alerts, telling }: Reading, met: Asked): NonNullable<CellFigures['theirs']> {
  return {
    fired: theirAlerts(facts, telling, met),
    before: alertsBefore(alerts, met.sinceT),
    rules: rulesInTime(facts, met.lastedMs),
  }
}

function quickestRule(facts: readonly Fact[]): number | null {
  const rules = factsOf(facts, 'rule-evidence').at(-1)?.rules ?? []
  const can = rules.filter(({ never, alert }) => never === null && alert !== 'Watchdog').map(({ wholeMs }) => wholeMs)
  return can.length === 0 ? null : Math.min(...can)
}

/** Service that is good for so long is good again. */
const goodForMs = 1_000

/** When the last of them had failed: who gives up after 10 s does so long after asking. */
function failedUntil(facts: readonly Fact[], failing: readonly Second[]): number {
  const samples = new Map(factsOf(facts, 'load-sample').map((sample) => [sample.n, sample]))
  const known = failing.map(({ n, lastFailedT }) => {
    const { failedUntilT, ledger, latencyMs } = samples.get(n) ?? {}
    // Of older journals: timeouts are what waits longest.
    const waitedMs = ledger?.timeout ? (latencyMs?.max ?? 0) : 0
    return failedUntilT ?? lastFailedT + waitedMs
  })
  return Math.max(...known)
}

/** Did a second in which all was well, and answered, follow the last failure while the cause was there still? */
function wasGoodBefore(facts: readonly Fact[], failing: readonly Second[], toT: number): boolean {
  const lastT = Math.max(...failing.map(({ lastFailedT }) => lastFailedT))
  if (lastT > toT - goodForMs || failedUntil(facts, failing) > toT) return false
  const numbers = new Set(failing.map(({ n }) => n))
  return factsOf(facts, 'load-sample').some(({ n, source, fromT, latencyMs }) => {
    const isAnswered = latencyMs !== null && fromT + Math.max(secondMs, latencyMs.max) <= toT
    return source === 'users' && fromT > lastT && !numbers.has(n) && isAnswered
  })
}

function endOf(
  facts: readonly Fact[],
  failing: readonly Second[],
  { fromT, toT, goneT }: FaultTime,
  { services, remedy }: PlannedCell,
): Pick<CellFigures, 'endedBy' | 'failedAfterEndMs'> {
  if (failing.length === 0) return { endedBy: null, failedAfterEndMs: 0 }
  const seen = goodSince(facts, goneT)
  if (seen.newestT - seen.goodSince < goodForMs) return { endedBy: 'not at all', failedAfterEndMs: null }
  const failedAfterEndMs = Math.max(0, failedUntil(facts, failing) - goneT)
  if (!wasGoodBefore(facts, failing, toT))
    return { endedBy: remedy === undefined ? 'with the fault' : 'with the remedy', failedAfterEndMs }
  const calls = factsOf(facts, 'engine-called').filter(({ call }) => call === 'start' || call === 'restart')
  const restarted = factsOf(facts, 'service-event').some(({ action, service, container, t }) => {
    const isOurs = calls.some((call) => call.container === container && call.t > fromT)
    return action === 'start' && services.includes(service) && t > fromT && t < toT && !isOurs
  })
  return { endedBy: restarted ? 'restart policy' : 'itself', failedAfterEndMs }
}
