import { type Fact, type FactOf, factsOf } from '../../journal/facts.ts'
import { add, type Ledger, total } from '../../kit/ledger.ts'
import { type Answer, defineGate, pass, unsure } from '../check.ts'
import { loadOf, samplesOf } from '../reading/load.ts'
import { counted } from '../words.ts'

/** Answers that only one of the two books knows: a worker killed between sending and logging loses a line. */
const unmatchedAtMost = 2
const unmatchedShare = 0.001

export const ledgerBalanced = defineGate({
  kind: 'ledger-balanced',
  asks: 'Does every request appear exactly once, and do client and proxy agree?',
  judge: ({ facts }) => {
    const closed = factsOf(facts, 'ledger-closed')
    if (!closed.some((fact) => fact.source === 'users')) return unsure("the users' ledger was never closed")
    const begun = factsOf(facts, 'load-changed').filter((change) => change.surge !== undefined)
    const loads = new Set([...factsOf(facts, 'load-sample'), ...begun].map(loadOf))
    const open = [...loads].find((load) => !closed.some((fact) => loadOf(fact) === load))
    const stray = closed.find((fact) => fact.surge !== undefined && !begun.some((one) => one.surge === fact.surge))
    if (stray) return unsure(`nobody noted that ${loadOf(stray)} began`, [stray.n])
    if (open) return unsure(`the ledger of ${open} was never closed`)
    const wrong = closed.map((fact) => bookError(facts, fact)).find((error) => error !== undefined)
    return wrong ?? judgeBooks(facts, closed)
  },
})

function bookError(facts: readonly Fact[], closed: FactOf<'ledger-closed'>): Answer | undefined {
  const { source, planned, ledger, n } = closed
  const load = loadOf(closed)
  const sum = total(ledger)
  if (planned === 0) return unsure(`${load}: no request was planned`, [n])
  if (planned !== sum) return unsure(`${load}: ${planned} planned, but the classes add up to ${sum}`, [n])
  const open = source === 'users' ? (ledger.in_flight_at_end ?? 0) : 0
  if (open > 0) return unsure(`${load}: ${counted(open, 'request')} still open at the end`, [n])
  const samples = samplesOf(facts, load)
  const torn = samples.find((sample) => sample.planned !== total(sample.ledger))
  if (torn) return unsure(`${load}: a second of ${torn.planned} planned has ${total(torn.ledger)}`, [torn.n])
  const added = samples.reduce<Ledger>((all, sample) => add(all, sample.ledger), {})
  const names = Object.keys({ ...added, ...ledger }) as (keyof Ledger)[]
  const differs = names.find((name) => (added[name] ?? 0) !== (ledger[name] ?? 0))
  if (!differs) return undefined
  const says = `${load}: ${differs} is ${ledger[differs] ?? 0} in all, ${added[differs] ?? 0} by the second`
  return unsure(says, [n])
}

function judgeBooks(facts: readonly Fact[], closed: readonly FactOf<'ledger-closed'>[]): Answer {
  const books = factsOf(facts, 'proxy-reconciled').at(-1)
  if (!books) return unsure("the clients' book was never compared with the proxy's log")
  const { matched, answeredUnlogged, loggedUnknown, lostButLogged } = books
  const unmatched = answeredUnlogged + loggedUnknown
  const only = `${answeredUnlogged} not logged, ${loggedUnknown} logged and unknown`
  const figures = `${matched} answers in both books, ${only}`
  const numbers = [books.n, ...closed.map((fact) => fact.n)]
  const allowed = Math.max(unmatchedAtMost, matched * unmatchedShare)
  if (unmatched > allowed) return unsure(`the books differ: ${figures}`, numbers)
  if (unmatched > 0 && books.because === '') return unsure(`the books differ and nobody says why: ${figures}`, numbers)
  const users = closed
    .filter((fact) => fact.source === 'users')
    .reduce<Ledger>((sum, fact) => add(sum, fact.ledger), {})
  const answered = Object.entries(users).reduce(
    (sum, [name, n]) => (name.startsWith('http_') ? sum + (n ?? 0) : sum),
    0,
  )
  if (matched + answeredUnlogged < answered) return unsure(`of ${answered} answers only ${figures}`, numbers)
  const planned = closed.reduce((sum, fact) => sum + fact.planned, 0)
  return pass(`${planned} requests, each in one class; ${figures}, ${lostButLogged} lost on the way`, numbers)
}
