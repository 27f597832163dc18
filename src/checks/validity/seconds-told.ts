import { type FactOf, factsOf } from '../../journal/index.ts'
import { counted } from '../../kit/figures.ts'
import { isFailed, type Ledger, total } from '../../kit/ledger.ts'
import { Spread } from '../../kit/thresholds/spread.ts'
import { defineGate, inconclusive, pass } from '../check.ts'
import { loadOf } from '../reading/load.ts'
import { secondMs } from '../reading/seconds.ts'

/** Instants of one clock, rounded differently, ms. */
const roundingMs = 2
/** When a second was told is by another clock than when it began: as far as the two may drift apart, ms. */
const driftMs = 250

/** Every figure of a second is looked at by some check; one that contradicts another is no proof of either. */
export const secondsTold = defineGate({
  kind: 'seconds-told',
  asks: 'Does each second of the load say the same by its classes, its users, its instants and its latencies?',
  judge: ({ facts }) => {
    const samples = factsOf(facts, 'load-sample')
    // A second whose requests waited long is told after later ones.
    const byTime = samples.toSorted((a, b) => a.fromT - b.fromT)
    const last = new Map(byTime.map((one) => [loadOf(one), one.n]))
    for (const sample of samples) {
      const isLast = last.get(loadOf(sample)) === sample.n
      const isUsers = sample.source === 'users'
      const wrong =
        wrongLatency(sample) ?? toldEarly(sample, isLast) ?? (isUsers && (wrongInstants(sample) ?? wrongUsers(sample)))
      if (wrong) return inconclusive(`in a second of the ${sample.source} ${wrong}`, [sample.n])
    }
    return pass(`${counted(samples.length, 'second')}, none of which contradicts itself`)
  },
})

type Sample = FactOf<'load-sample'>

const sumOf = (ledger: Ledger, isOne: (name: string) => boolean) =>
  Object.entries(ledger).reduce((sum, [name, count = 0]) => (isOne(name) ? sum + count : sum), 0)

/** What left and ended has a latency, whatever became of it. */
function wrongLatency({ ledger, latencyMs, spread }: Sample): string | undefined {
  const ended = sumOf(ledger, (name) => name !== 'not_sent' && name !== 'in_flight_at_end')
  if (!latencyMs) return ended > 0 ? `the latency of ${counted(ended, 'request')} was not recorded` : undefined
  if (ended === 0) return 'no request ended, and yet took its time'
  if (spread && isOther(Spread.of([spread]), ended, latencyMs)) return 'its histogram is another than its latencies'
  const { p50, p75, p90, p95, p99, p999, max } = latencyMs
  const rising = [0, p50, p75, p90, p95, p99, p999, max]
  const isRising = rising.every((ms, index) => ms >= (rising[index - 1] ?? 0))
  return isRising && max > 0 ? undefined : 'the latencies are none'
}

function isOther(spread: Spread, ended: number, { p50, p95, p99 }: NonNullable<Sample['latencyMs']>): boolean {
  return spread.count !== ended || [p50, p95, p99].some((ms, at) => ms !== spread.at([50, 95, 99][at] ?? 0))
}

/** A second is known when it is over; the last one is cut short. */
function toldEarly({ fromT, t }: Sample, isLast: boolean): string | undefined {
  return !isLast && t < fromT + secondMs - driftMs ? 'it was recorded before it was over' : undefined
}

/** By intended sending failures lie in their second. */
function wrongInstants({ ledger, fromT, firstFailedT, lastFailedT }: Sample): string | undefined {
  const failed = sumOf(ledger, isFailed)
  if (firstFailedT === null || lastFailedT === null) {
    return failed === 0 && firstFailedT === lastFailedT
      ? undefined
      : `the time of ${failed} failed requests was not recorded`
  }
  const inside = [fromT - roundingMs, firstFailedT, lastFailedT, fromT + secondMs + roundingMs]
  const isInside = inside.every((ms, index) => ms >= (inside[index - 1] ?? ms))
  return failed > 0 && isInside ? undefined : 'requests failed at another time'
}

function wrongUsers({ ledger, usersActive, usersFailed }: Sample): string | undefined {
  const [requests, failed] = [total(ledger), sumOf(ledger, isFailed)]
  const [active, failing] = [new Set(usersActive), new Set(usersFailed)]
  if (active.size !== usersActive.length || failing.size !== usersFailed.length) return 'a user is recorded twice'
  if (active.size > requests || (active.size === 0 && requests > 0)) return 'the users are not those who asked'
  const isSame = failing.size <= failed && failing.size > 0 === failed > 0
  return isSame && [...failing].every((user) => active.has(user)) ? undefined : 'the users who failed are others'
}
