import { type Fact, type FactOf, factsOf, type NewFact } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { add, type Ledger, total } from '../../../src/kit/ledger.ts'
import { again, change, drop, dropKind, isUsers, move, put, type Sabotage, sabotage, story } from '../edit.ts'

type Sample = FactOf<'load-sample'>

/** Other seconds of the users, and a closed ledger that adds up to them: only what they mean has changed. */
function resampled(r: RunRecord, to: (sample: Sample) => Partial<Sample>): RunRecord | undefined {
  const changed = change(r, 'load-sample', (sample) => (isUsers(sample) ? to(sample) : {}))
  return changed && closedAnew(changed)
}

function closedAnew(r: RunRecord): RunRecord | undefined {
  const samples = factsOf(r.facts, 'load-sample').filter(isUsers)
  const ledger = samples.reduce<Ledger>((sum, sample) => add(sum, sample.ledger), {})
  return change(r, 'ledger-closed', ({ source }) => (source === 'users' ? { ledger, planned: total(ledger) } : {}))
}

/** And the proxy's log with them, where answers of another status were given. */
function relogged(r: RunRecord | undefined, status: string): RunRecord | undefined {
  if (!r) return undefined
  const given = factsOf(r.facts, 'ledger-closed').reduce(
    (sum, { ledger }) => sum + (ledger[`http_${Number(status)}`] ?? 0),
    0,
  )
  const [first] = factsOf(r.facts, 'proxy-sample')
  return change(r, 'proxy-sample', ({ n, byStatus }) =>
    n === first?.n ? { byStatus: { ...byStatus, [status]: given } } : {},
  )
}

const halved = (ledger: Ledger): Ledger =>
  Object.fromEntries(Object.entries(ledger).map(([name, count]) => [name, Math.floor((count ?? 0) / 2)]))

/** When service was good for good: the last step that waited for it. */
function goodT(r: RunRecord): number | undefined {
  const { step } = r.plan.story.findLast(({ does }) => does === 'recovered') ?? {}
  return factsOf(r.facts, 'step-entered').find((fact) => fact.step === step)?.t
}

/** Seconds after recovery changed, with books that agree. */
function afterwards(r: RunRecord, to: (sample: Sample) => Partial<Sample>): RunRecord | undefined {
  const fromT = goodT(r)
  return fromT === undefined
    ? undefined
    : resampled(r, (sample) => (sample.fromT >= fromT && total(sample.ledger) > 1 ? to(sample) : {}))
}

const failing = (sample: Sample, share: number): Partial<Sample> => {
  const all = total(sample.ledger)
  const failed = Math.max(1, Math.floor(all * share))
  const lastFailedT = sample.fromT + 990
  return {
    ledger: { http_200: all - failed, http_502: failed },
    firstFailedT: sample.fromT + 20,
    lastFailedT,
    usersFailed: [1],
  }
}

const slow = (p99: number, p50: number) => ({ p50, p75: p50, p90: p50, p95: p50, p99, p999: p99, max: p99 })
const books = 'that every request is accounted for'
const served = 'that users were served, and in time'
const asked = 'that users asked all along'
const mid = (r: RunRecord) => (fact: Fact) => isUsers(fact) && fact.fromT > story(r).midT

const reconciled = (r: RunRecord, to: (fact: FactOf<'proxy-reconciled'>) => Partial<FactOf<'proxy-reconciled'>>) =>
  change(r, 'proxy-reconciled', to)

/** What became of the requests. */
export const loadKinds: readonly Sabotage[] = [
  sabotage("half the users' classes lost", books, (r) =>
    change(r, 'ledger-closed', ({ source, ledger }) => (source === 'users' ? { ledger: halved(ledger) } : {})),
  ),
  sabotage("half the users' ledger and seconds lost", books, (r) =>
    resampled(r, ({ ledger }) => ({ ledger: halved(ledger), planned: total(halved(ledger)) })),
  ),
  sabotage('half of the seconds lost, though planned', books, (r) =>
    resampled(r, ({ ledger }) => ({ ledger: halved(ledger) })),
  ),
  sabotage('100,000 answers invented', books, (r) => {
    return change(r, 'ledger-closed', ({ ledger, planned }) => ({
      ledger: add(ledger, { http_200: 100_000 }),
      planned: planned + 100_000,
    }))
  }),
  sabotage('1 answer invented', books, (r) =>
    change(r, 'ledger-closed', ({ ledger, planned }) => ({
      ledger: add(ledger, { http_200: 1 }),
      planned: planned + 1,
    })),
  ),
  sabotage('answers matched that nobody got', books, (r) =>
    reconciled(r, ({ matched }) => ({ matched: matched + 40 })),
  ),
  sabotage('half of the answers matched', books, (r) =>
    reconciled(r, ({ matched }) => ({ matched: Math.floor(matched / 2) })),
  ),
  sabotage('requests lost that nobody lost', books, (r) => reconciled(r, () => ({ lostButLogged: 9_000_000 }))),
  sabotage('requests lost that nobody lost, and logged', books, (r) =>
    reconciled(r, ({ logged = 0 }) => ({ lostButLogged: 90_000, logged: logged + 90_000 })),
  ),
  sabotage('answers that the proxy never logged', books, (r) =>
    reconciled(r, ({ matched }) => {
      const answeredUnlogged = Math.max(90, Math.ceil(matched * 0.01))
      return { answeredUnlogged, matched: matched - answeredUnlogged }
    }),
  ),
  sabotage('logged requests that nobody sent', books, (r) => reconciled(r, () => ({ loggedUnknown: 90 }))),
  sabotage('the log not counted', books, (r) => reconciled(r, () => ({ logged: undefined }))),
  sabotage('a log of twice the size', books, (r) => reconciled(r, ({ logged = 0 }) => ({ logged: logged * 2 }))),
  sabotage('never compared with the log', books, (r) => dropKind(r, 'proxy-reconciled')),
  sabotage('compared twice with the log', books, (r) => again(r, ({ kind }) => kind === 'proxy-reconciled')),
  sabotage('no second of the log', books, (r) => dropKind(r, 'proxy-sample')),
  sabotage('half the seconds of the log', books, (r) =>
    drop(r, ({ kind, n }) => kind === 'proxy-sample' && n % 2 === 0),
  ),
  sabotage('a log that halves', books, (r) =>
    change(r, 'proxy-sample', ({ ofLoads = 0, byStatus }) => ({
      ofLoads: Math.floor(ofLoads / 2),
      byStatus: halvedStatus(byStatus),
    })),
  ),
  sabotage('other statuses in the log', books, (r) =>
    change(r, 'proxy-sample', ({ byStatus }) => ({
      byStatus: { '418': Object.values(byStatus).reduce((a, b) => a + b, 0) },
    })),
  ),
  sabotage('a second of the log twice', books, (r) => again(r, ({ kind }) => kind === 'proxy-sample')),
  sabotage('a ledger closed twice', books, (r) => again(r, ({ kind }) => kind === 'ledger-closed')),
  sabotage("the users' ledger never closed", books, (r) =>
    drop(r, (fact) => fact.kind === 'ledger-closed' && fact.source === 'users'),
  ),
  sabotage("the pressure's ledger never closed", books, (r) =>
    drop(r, (fact) => fact.kind === 'ledger-closed' && fact.source === 'pressure'),
  ),
  sabotage('more planned than there are classes', books, (r) =>
    change(r, 'ledger-closed', ({ planned }) => ({ planned: planned + 7 })),
  ),
  sabotage('classes shifted in all', books, (r) =>
    change(r, 'ledger-closed', ({ planned }) => ({ ledger: { http_201: planned } })),
  ),
  sabotage('requests still open', books, (r) =>
    change(r, 'ledger-closed', ({ planned }) => ({ ledger: { http_200: planned - 5, in_flight_at_end: 5 } })),
  ),
  sabotage('a load that nobody began', books, (r) =>
    change(r, 'load-sample', ({ source }) => (source === 'pressure' ? { surge: 3 } : {})),
  ),
  sabotage('a second told twice', asked, (r) => {
    const second = r.facts.find(mid(r))
    const twice = second && again(r, ({ n }) => n === second.n)
    return twice && closedAnew(twice)
  }),
  sabotage('a second missing', asked, (r) => {
    const second = r.facts.find(mid(r))
    const less = second && drop(r, ({ n }) => n === second.n)
    return less && closedAnew(less)
  }),
  sabotage('a second in which nobody asked', asked, (r) => {
    const second = r.facts.find(mid(r))
    return resampled(r, ({ n }) => (n === second?.n ? silent : {}))
  }),
  sabotage('nobody asked for the rest of the story', asked, (r) =>
    resampled(r, (sample) => (mid(r)(sample) ? silent : {})),
  ),
  sabotage('nobody asked before the story', asked, (r) =>
    resampled(r, ({ fromT }) => (fromT < story(r).fromT ? silent : {})),
  ),
  sabotage('one of twenty left out', asked, (r) => resampled(r, ({ ledger }) => lessOf(ledger, 0.05))),
  sabotage('one of twenty left out, for a while', asked, (r) =>
    resampled(r, (sample) => (mid(r)(sample) ? lessOf(sample.ledger, 0.05) : {})),
  ),
  sabotage('twice as many as planned', asked, (r) =>
    resampled(r, ({ ledger }) => ({ ledger: add(ledger, ledger), planned: 2 * total(ledger) })),
  ),
  sabotage('seconds shifted by half of one', asked, (r) =>
    change(r, 'load-sample', (sample) => (mid(r)(sample) ? { fromT: sample.fromT + 500 } : {})),
  ),
  sabotage('no second of the users', asked, (r) => drop(r, isUsers)),
  sabotage('the load changed, and nobody followed', asked, (r) => put(r, story(r).midT, changedLoad)),
  sabotage('late by itself', 'that the load was sound', (r) => {
    const late = change(r, 'ledger-closed', ({ source }) =>
      source === 'users' ? { scheduleLagMs: { p50: 60, p99: 400, max: 900 } } : {},
    )
    return late && change(late, 'load-sample', () => ({ scheduleLagP99Ms: 400 }))
  }),
  sabotage('overloaded', 'that the load was sound', (r) => change(r, 'load-sample', () => ({ loopUtilisation: 0.99 }))),
  sabotage('requests not sent', 'that the load was sound', (r) =>
    resampled(r, ({ ledger, planned }) => ({
      ledger: { ...lessOf(ledger, 0.2).ledger, not_sent: planned - total(lessOf(ledger, 0.2).ledger) },
    })),
  ),
  sabotage('failures before the fault', 'that all was well before', (r) =>
    resampled(r, (sample) => (sample.fromT < story(r).fromT - 1_500 ? failing(sample, 0.05) : {})),
  ),
  sabotage('the steady state never looked at', 'that all was well before', (r) => dropKind(r, 'steady-checked')),
  sabotage('not steady', 'that all was well before', (r) => change(r, 'steady-checked', () => ({ steady: false }))),
  sabotage('steady on nothing', 'that all was well before', (r) =>
    change(r, 'steady-checked', () => ({ requests: 0 })),
  ),
  sabotage('steady when it was too late', 'that all was well before', (r) =>
    move(r, ({ kind }) => kind === 'steady-checked', story(r).midT),
  ),
  sabotage('one of fifty fails for good, once restored', served, (r) =>
    relogged(
      afterwards(r, (sample) => failing(sample, 0.02)),
      '502',
    ),
  ),
  sabotage('one of twenty fails for good, once restored', served, (r) =>
    relogged(
      afterwards(r, (sample) => failing(sample, 0.05)),
      '502',
    ),
  ),
  sabotage('all fail again, once restored', served, (r) =>
    relogged(
      afterwards(r, (sample) => failing(sample, 1)),
      '502',
    ),
  ),
  sabotage('every answer takes nine seconds, once restored', served, (r) =>
    afterwards(r, () => ({ latencyMs: slow(9_000, 9_000) })),
  ),
  sabotage('two of a hundred take nine seconds, once restored', served, (r) =>
    afterwards(r, () => ({ latencyMs: slow(9_000, 6) })),
  ),
  sabotage('every answer is a redirect, once restored', served, (r) =>
    relogged(
      afterwards(r, ({ ledger }) => ({ ledger: { http_302: total(ledger) } })),
      '302',
    ),
  ),
  sabotage('one of fifty is a redirect, once restored', served, (r) =>
    relogged(
      afterwards(r, ({ ledger }) => ({ ledger: { http_302: 1, http_200: total(ledger) - 1 } })),
      '302',
    ),
  ),
  sabotage('answers cut short, once restored', served, (r) =>
    afterwards(r, (sample) => ({
      ...failing(sample, 0.1),
      ledger: { http_200: total(sample.ledger) - 4, truncated: 4 },
    })),
  ),
  sabotage('nobody there to be served, once restored', served, (r) => afterwards(r, () => silent)),
]

const silent = {
  planned: 0,
  ledger: {},
  firstFailedT: null,
  lastFailedT: null,
  latencyMs: null,
  usersActive: [],
  usersFailed: [],
}
const changedLoad: NewFact = {
  kind: 'load-changed',
  source: 'users',
  ratePerS: 400,
  users: 50,
  because: 'nobody knows',
}

function halvedStatus(byStatus: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(byStatus).map(([status, count]) => [status, Math.floor(count / 2)]))
}

function lessOf(ledger: Ledger, share: number): Pick<Sample, 'ledger' | 'planned'> {
  const [name, count = 0] = Object.entries(ledger).sort(([, a = 0], [, b = 0]) => b - a)[0] ?? ['http_200', 0]
  const left = { ...ledger, [name]: Math.max(0, count - Math.ceil(total(ledger) * share)) }
  return { ledger: left, planned: total(left) }
}
