import { type Fact, type FactOf, factsOf } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { again, change, drop, isUsers, move, type Sabotage, sabotage, story } from '../edit.ts'
import { rebooked } from '../rebook.ts'

type Sample = FactOf<'load-sample'>
const whole = 'that every second says what its requests met'
const all = 'that the load was there all along'
const books = 'that every request is accounted for'
const before = 'that all was well before'

const users = (r: RunRecord, to: (sample: Sample) => Partial<Sample>) =>
  change(r, 'load-sample', (sample) => (isUsers(sample) ? to(sample) : {}))
const failing = (r: RunRecord, to: (sample: Sample) => Partial<Sample>) =>
  users(r, (sample) => (sample.firstFailedT === null ? {} : to(sample)))
/** One of the users' seconds in the middle of the story. */
const oneSecond = (r: RunRecord, to: (sample: Sample) => Partial<Sample>) => {
  const one = factsOf(r.facts, 'load-sample').find((sample) => isUsers(sample) && sample.fromT > story(r).midT)
  return one && users(r, (sample) => (sample.n === one.n ? to(sample) : {}))
}
const isPressure = (fact: Fact): fact is Sample =>
  fact.kind === 'load-sample' && fact.source === 'pressure' && fact.surge === undefined
const latency = (r: RunRecord, more: object) =>
  change(r, 'load-sample', ({ latencyMs }) => (latencyMs ? { latencyMs: { ...latencyMs, ...more } } : {}))
const steady = (r: RunRecord, to: (fact: FactOf<'steady-checked'>) => Partial<FactOf<'steady-checked'>>) =>
  change(r, 'steady-checked', to)
const is = (kind: Fact['kind']) => (fact: Fact) => fact.kind === kind
const baseClosed = (fact: Fact) => fact.kind === 'ledger-closed' && fact.surge === undefined

const wholeStory = (r: RunRecord, isOne: (fact: Fact) => boolean, fromT: number, toT: number) =>
  rebooked(
    r,
    drop(r, (fact) => isOne(fact) && fact.kind === 'load-sample' && fact.fromT >= fromT && fact.fromT < toT),
  )

const zero = { p50: 0, p75: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 }

/** Seconds of the load that contradict themselves, the plan, or the books. */
export const secondKinds: readonly Sabotage[] = [
  sabotage('nobody says how long it took', whole, (r) => users(r, () => ({ latencyMs: null }))),
  sabotage('nobody says how long one second took', whole, (r) => oneSecond(r, () => ({ latencyMs: null }))),
  sabotage('answers that took nothing', whole, (r) => latency(r, zero)),
  sabotage('a p99 of nothing', whole, (r) => latency(r, { p99: 0 })),
  sabotage('a p99 below the median', whole, (r) =>
    oneSecond(r, ({ latencyMs }) => (latencyMs ? { latencyMs: { ...latencyMs, p99: latencyMs.p50 / 2 } } : {})),
  ),
  sabotage('a longest below the p99', whole, (r) => latency(r, { max: 0.001 })),
  sabotage('answers from before they were asked for', whole, (r) => latency(r, { p50: -4 })),
  sabotage('latencies of pressure missing', whole, (r) =>
    change(r, 'load-sample', (sample) => (isPressure(sample) ? { latencyMs: null } : {})),
  ),
  sabotage('failed at no time', whole, (r) => failing(r, () => ({ firstFailedT: null, lastFailedT: null }))),
  sabotage('failed first at no time', whole, (r) => failing(r, () => ({ firstFailedT: null }))),
  sabotage('failed last at no time', whole, (r) => failing(r, () => ({ lastFailedT: null }))),
  sabotage('failed a second before', whole, (r) => failing(r, ({ fromT }) => ({ firstFailedT: fromT - 1_000 }))),
  sabotage('failed a second later', whole, (r) => failing(r, ({ fromT }) => ({ lastFailedT: fromT + 2_000 }))),
  sabotage('failed at 0', whole, (r) => failing(r, () => ({ firstFailedT: 0 }))),
  sabotage('failed last before it failed first', whole, (r) =>
    failing(r, ({ fromT }) => ({ firstFailedT: fromT + 700, lastFailedT: fromT + 600 })),
  ),
  sabotage('failed at a time, and nothing failed', whole, (r) =>
    users(r, ({ firstFailedT, fromT }) =>
      firstFailedT === null ? { firstFailedT: fromT, lastFailedT: fromT + 9 } : {},
    ),
  ),
  sabotage('failures of nobody', whole, (r) => failing(r, () => ({ usersFailed: [] }))),
  sabotage('users who failed, and nothing did', whole, (r) =>
    users(r, ({ firstFailedT }) => (firstFailedT === null ? { usersFailed: [1] } : {})),
  ),
  sabotage('users who failed without asking', whole, (r) => failing(r, () => ({ usersFailed: [99_999] }))),
  sabotage('more users who failed than failures', whole, (r) =>
    failing(r, ({ usersActive }) => ({ usersFailed: [...usersActive, ...usersActive] })),
  ),
  sabotage('a user told twice', whole, (r) =>
    users(r, ({ usersActive: [one = 1, ...more] }) => ({ usersActive: [one, one, ...more] })),
  ),
  sabotage('nobody who asked', whole, (r) => users(r, () => ({ usersActive: [], usersFailed: [] }))),
  sabotage('half of the users', all, (r) =>
    users(r, ({ usersActive, usersFailed }) => {
      const usersHere = usersActive.slice(0, Math.ceil(usersActive.length / 2))
      return { usersActive: usersHere, usersFailed: usersFailed.filter((user) => usersHere.includes(user)) }
    }),
  ),
  sabotage('one user who asks for all', all, (r) =>
    users(r, ({ usersFailed }) => ({ usersActive: [1], usersFailed: usersFailed.length > 0 ? [1] : [] })),
  ),
  sabotage('more users than requests', whole, (r) =>
    users(r, ({ planned }) => ({ usersActive: Array.from({ length: planned + 1 }, (_, user) => user) })),
  ),
  sabotage('told before it was over', whole, (r) => {
    const { midT } = story(r)
    const one = factsOf(r.facts, 'load-sample').find((sample) => isUsers(sample) && sample.fromT > midT)
    return one && move(r, ({ n }) => n === one.n, one.fromT + 400)
  }),
  sabotage('a class more in one second', books, (r) =>
    oneSecond(r, ({ ledger }) => ({ ledger: { ...ledger, http_503: 3 } })),
  ),
  sabotage('one more planned in one second', books, (r) => oneSecond(r, ({ planned }) => ({ planned: planned + 1 }))),
  sabotage('one less planned in one second', books, (r) => oneSecond(r, ({ planned }) => ({ planned: planned - 1 }))),
  sabotage('an empty second, though planned', books, (r) => oneSecond(r, () => ({ ledger: {} }))),
  sabotage('two seconds at one time', all, (r) => oneSecond(r, ({ fromT }) => ({ fromT: fromT - 1_000 }))),
  sabotage('a second that lasts two', all, (r) => oneSecond(r, ({ fromT }) => ({ fromT: fromT + 1_000 }))),
  sabotage('users who go before the end, with books that agree', all, (r) =>
    wholeStory(r, isUsers, story(r).toT - 3_000, 9e9),
  ),
  sabotage('users who come with the story, with books that agree', all, (r) =>
    wholeStory(r, isUsers, 0, story(r).fromT + 500),
  ),
  sabotage('users who pause, with books that agree', all, (r) =>
    wholeStory(r, isUsers, story(r).midT, story(r).midT + 3_000),
  ),
  sabotage('no pressure, with books that agree', all, (r) =>
    r.facts.some(isPressure)
      ? rebooked(
          r,
          drop(r, (fact) => isPressure(fact) || (baseClosed(fact) && 'source' in fact && fact.source === 'pressure')),
        )
      : undefined,
  ),
  sabotage('pressure that goes before the end, with books that agree', all, (r) =>
    r.facts.some(isPressure) ? wholeStory(r, isPressure, story(r).toT - 3_000, 9e9) : undefined,
  ),
  sabotage('pressure that comes in mid-story, with books that agree', all, (r) =>
    r.facts.some(isPressure) ? wholeStory(r, isPressure, 0, story(r).midT) : undefined,
  ),
  sabotage('pressure that pauses, with books that agree', all, (r) =>
    r.facts.some(isPressure) ? wholeStory(r, isPressure, story(r).midT, story(r).midT + 3_000) : undefined,
  ),
  sabotage('half of the rate, with books that agree', all, (r) =>
    rebooked(
      r,
      users(r, ({ ledger, usersActive, usersFailed }) => {
        const less = Object.fromEntries(Object.entries(ledger).map(([name, count = 0]) => [name, Math.ceil(count / 2)]))
        return {
          ledger: less,
          planned: Object.values(less).reduce((a, b) => a + b, 0),
          usersActive: usersActive.slice(0, 25),
          usersFailed: usersFailed.slice(0, 25),
        }
      }),
    ),
  ),
  sabotage('failures before the fault, with books that agree', before, (r) =>
    rebooked(
      r,
      users(r, ({ fromT, planned, usersActive }) =>
        fromT < story(r).fromT - 2_000
          ? {
              ledger: { http_200: planned - 1, http_502: 1 },
              firstFailedT: fromT + 5,
              lastFailedT: fromT + 5,
              usersFailed: usersActive.slice(0, 1),
            }
          : {},
      ),
    ),
  ),
  sabotage('closed before the story was over', books, (r) => move(r, baseClosed, story(r).toT - 1)),
  sabotage('closed before the story', books, (r) => move(r, baseClosed, story(r).fromT - 1)),
  sabotage('closed before its last second', books, (r) => {
    const last = factsOf(r.facts, 'load-sample').findLast(({ surge }) => surge === undefined)
    const closed = r.facts.findLast(baseClosed)
    return last && closed && move(r, ({ n }) => n === last.n, closed.t + 0.1)
  }),
  sabotage('compared before the books were closed', books, (r) => {
    const closed = r.facts.findLast(is('ledger-closed'))
    return closed && move(r, is('proxy-reconciled'), closed.t - 0.2)
  }),
  sabotage('books compared in mid-story', books, (r) => move(r, is('proxy-reconciled'), story(r).midT)),
  sabotage('books compared before the run', books, (r) => move(r, is('proxy-reconciled'), 0.5)),
  sabotage('the ledgers of each other', books, (r) => {
    const [one, two] = factsOf(r.facts, 'ledger-closed')
    return one && two && change(r, 'ledger-closed', ({ n }) => ({ ledger: n === one.n ? two.ledger : one.ledger }))
  }),
  sabotage('a log line for one of two', books, (r) =>
    change(r, 'proxy-sample', ({ n, ofLoads = 0 }) => (n % 2 === 0 ? { ofLoads: 0 } : { ofLoads })),
  ),
  sabotage('a log that counts no load', books, (r) => change(r, 'proxy-sample', () => ({ ofLoads: undefined }))),
  sabotage('a steady state of four seconds an answer', before, (r) => steady(r, () => ({ p99Ms: 4_000 }))),
  sabotage('a steady state without its p99', before, (r) => steady(r, () => ({ p99Ms: null }))),
  sabotage('a steady state that failed', before, (r) => steady(r, () => ({ failed: 3 }))),
  sabotage('a steady state of more requests', before, (r) => steady(r, ({ requests }) => ({ requests: requests * 2 }))),
  sabotage('a steady state of fewer requests', before, (r) =>
    steady(r, ({ requests }) => ({ requests: requests - 1 })),
  ),
  sabotage('steady while it was raised', before, (r) => move(r, is('steady-checked'), 50)),
  sabotage('steady at once', before, (r) => {
    const phase = factsOf(r.facts, 'phase-entered').find((one) => one.phase === 'steady')
    return phase && move(r, is('steady-checked'), phase.t + 1)
  }),
  sabotage('late in each second, and not in all', 'that the load was sound', (r) =>
    users(r, () => ({ scheduleLagP99Ms: 700 })),
  ),
  sabotage('nobody says how late', 'that the load was sound', (r) =>
    change(r, 'ledger-closed', () => ({ scheduleLagMs: null })),
  ),
  sabotage('a surge noted late', all, (r) => {
    const begin = factsOf(r.facts, 'load-changed').find(({ surge, ratePerS }) => surge !== undefined && ratePerS !== 0)
    return begin && move(r, ({ n }) => n === begin.n, begin.t + 4_000)
  }),
  sabotage('a surge noted early', all, (r) => {
    const begin = factsOf(r.facts, 'load-changed').find(({ surge, ratePerS }) => surge !== undefined && ratePerS !== 0)
    return begin && move(r, ({ n }) => n === begin.n, begin.t - 4_000)
  }),
  sabotage('a surge begun twice', all, (r) =>
    again(r, (fact) => fact.kind === 'load-changed' && fact.surge !== undefined && fact.ratePerS !== 0),
  ),
  sabotage('a surge never begun', all, (r) =>
    drop(r, (fact) => fact.kind === 'load-changed' && fact.surge !== undefined && fact.ratePerS !== 0),
  ),
]
