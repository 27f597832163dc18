import { type Fact, type FactOf, factsOf, type PlanRecord } from '../../journal/index.ts'
import { counted } from '../../kit/figures.ts'
import { add, isAnswered, type Ledger, total } from '../../kit/ledger.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import { loadOf, samplesOf } from '../reading/load.ts'
import { storyEndOf } from '../reading/story-clock.ts'

/** Answers that only one of the two books knows: a worker killed between sending and logging loses a line. */
const unmatchedAtMost = 2
const unmatchedShare = 0.001

export const ledgerBalanced = defineGate({
  kind: 'ledger-balanced',
  asks: 'Does every request appear exactly once, and do client and proxy agree?',
  judge: ({ facts, plan }) => {
    const closed = factsOf(facts, 'ledger-closed')
    if (!closed.some((fact) => fact.source === 'users')) return inconclusive("the users' ledger was never closed")
    const begun = factsOf(facts, 'load-changed').filter((change) => change.surge !== undefined)
    const loads = new Set([...factsOf(facts, 'load-sample'), ...begun].map(loadOf))
    const twice = closed.find((fact, index) => closed.findIndex((one) => loadOf(one) === loadOf(fact)) !== index)
    if (twice) return inconclusive(`the ledger of ${loadOf(twice)} was closed twice`, [twice.n])
    const open = [...loads].find((load) => !closed.some((fact) => loadOf(fact) === load))
    const stray = closed.find((fact) => fact.surge !== undefined && !begun.some((one) => one.surge === fact.surge))
    if (stray) return inconclusive(`the begin of ${loadOf(stray)} was not recorded`, [stray.n])
    if (open) return inconclusive(`the ledger of ${open} was never closed`)
    const surge = begun.find((change) => strangeSurge(facts, change))
    if (surge) return inconclusive(`${loadOf(surge)} was not noted when it began, or twice`, [surge.n])
    const wrong = closed.map((fact) => bookError(facts, fact)).find((error) => error !== undefined)
    return wrong ?? closedEarly(facts, closed) ?? bookFor(plan, facts)(facts, closed)
  },
})

function bookError(facts: readonly Fact[], closed: FactOf<'ledger-closed'>): Answer | undefined {
  const { source, planned, ledger, n } = closed
  const load = loadOf(closed)
  const sum = total(ledger)
  if (planned === 0) return inconclusive(`${load}: no request was planned`, [n])
  if (planned !== sum) return inconclusive(`${load}: ${planned} planned, but the classes add up to ${sum}`, [n])
  const open = source === 'users' ? (ledger.in_flight_at_end ?? 0) : 0
  if (open > 0) return inconclusive(`${load}: ${counted(open, 'request')} still open at the end`, [n])
  const samples = samplesOf(facts, load)
  const torn = samples.find((sample) => sample.planned !== total(sample.ledger))
  if (torn) return inconclusive(`${load}: a second of ${torn.planned} planned has ${total(torn.ledger)}`, [torn.n])
  const added = samples.reduce<Ledger>((all, sample) => add(all, sample.ledger), {})
  const names = Object.keys({ ...added, ...ledger }) as (keyof Ledger)[]
  const differs = names.find((name) => (added[name] ?? 0) !== (ledger[name] ?? 0))
  if (!differs) return undefined
  const says = `${load}: ${differs} is ${ledger[differs] ?? 0} in all, ${added[differs] ?? 0} by the second`
  return inconclusive(says, [n])
}

/** A surge is noted when it begins, ms later at most. */
const noticeMs = 2_000

/** Each surge begins once, with its first second, and is said to end after its ledger was closed. */
function strangeSurge(facts: readonly Fact[], change: FactOf<'load-changed'>): boolean {
  const own = factsOf(facts, 'load-changed').filter(({ surge }) => surge === change.surge)
  if (change.ratePerS === 0) {
    const closedN = factsOf(facts, 'ledger-closed').find(({ surge }) => surge === change.surge)?.n ?? 0
    return change.n < closedN || own[0]?.n === change.n
  }
  const firstT = Math.min(...samplesOf(facts, loadOf(change)).map(({ fromT }) => fromT))
  const isLate = Number.isFinite(firstT) && Math.abs(change.t - firstT) > noticeMs
  return own[0]?.n !== change.n || change.source !== 'pressure' || isLate
}

/** What is asked all through the story is counted up when it is over, and compared with the log when all is counted. */
function closedEarly(facts: readonly Fact[], closed: readonly FactOf<'ledger-closed'>[]): Answer | undefined {
  const endT = storyEndOf(facts)
  const early = closed.find(({ surge, t }) => surge === undefined && t < endT)
  if (early) return inconclusive(`the ledger of ${loadOf(early)} was closed before the story was over`, [early.n])
  const late = closed.find((fact) => samplesOf(facts, loadOf(fact)).some(({ n }) => n > fact.n))
  if (late) return inconclusive(`the ledger of ${loadOf(late)} was closed before its last second`, [late.n])
  const books = factsOf(facts, 'proxy-reconciled').at(-1)
  const open = closed.find(({ n }) => n > (books?.n ?? Infinity))
  return open && inconclusive(`the books were compared before that of ${loadOf(open)} was closed`, [open.n])
}

type Books = FactOf<'proxy-reconciled'>

function bookFor({ unlogged, ownLog }: PlanRecord, facts: readonly Fact[]) {
  const isRead = factsOf(facts, 'proxy-sample').some(({ byStatus }) => Object.keys(byStatus).length > 0)
  const isCompared = factsOf(facts, 'proxy-reconciled').length > 0
  if (unlogged || (ownLog && !isRead && !isCompared)) return judgeOne(isRead || !ownLog)
  return ownLog?.by === 'status' ? judgeStatuses : judgeBooks
}

/** Where the proxy's log is not ours to say there is the clients' book alone. */
const judgeOne =
  (isRead: boolean) =>
  (facts: readonly Fact[], closed: readonly FactOf<'ledger-closed'>[]): Answer => {
    const books = factsOf(facts, 'proxy-reconciled').at(-1)
    if (books) return inconclusive("the plan says that the proxy's log is not compared, and it was", [books.n])
    const planned = closed.reduce((sum, fact) => sum + fact.planned, 0)
    const numbers = closed.map(({ n }) => n)
    const why = isRead ? 'the proxy keeps a log of its own' : "no line of the proxy's own log could be read"
    return pass(`${planned} requests, each in one class; not compared: ${why}`, numbers)
  }

/** A log without ids has the answers of others among them: none of ours may be missing there. */
function judgeStatuses(facts: readonly Fact[], closed: readonly FactOf<'ledger-closed'>[]): Answer {
  const books = factsOf(facts, 'proxy-reconciled').at(-1)
  if (books)
    return inconclusive("the plan says that the proxy's log has no ids, and it was compared by them", [books.n])
  const numbers = closed.map(({ n }) => n)
  const all = closed.reduce<Ledger>((sum, fact) => add(sum, fact.ledger), {})
  const allowed = Math.max(unmatchedAtMost, countOf(all, isAnswered) * unmatchedShare)
  const wrong = shortStatus(facts, all, allowed)
  if (wrong) return inconclusive(wrong, numbers)
  const planned = closed.reduce((sum, fact) => sum + fact.planned, 0)
  return pass(`${planned} requests, each in one class; the proxy's own log has as many answers of each status`, numbers)
}

/** Equality over all loads, and with the proxy's own log by the second. */
function judgeBooks(facts: readonly Fact[], closed: readonly FactOf<'ledger-closed'>[]): Answer {
  const [books, more] = factsOf(facts, 'proxy-reconciled')
  if (!books) return inconclusive("the clients' book was never compared with the proxy's log")
  if (more) return inconclusive("the clients' book was compared twice with the proxy's log", [books.n, more.n])
  const { matched, answeredUnlogged, loggedUnknown, lostButLogged } = books
  const unmatched = answeredUnlogged + loggedUnknown
  const only = `${answeredUnlogged} not logged, ${loggedUnknown} logged and unknown`
  const figures = `${matched} answers in both books, ${only}`
  const numbers = [books.n, ...closed.map((fact) => fact.n)]
  const allowed = Math.max(unmatchedAtMost, matched * unmatchedShare)
  if (unmatched > allowed) return inconclusive(`the books differ: ${figures}`, numbers)
  if (unmatched > 0 && books.because === '')
    return inconclusive(`the books differ, for no recorded reason: ${figures}`, numbers)
  const all = closed.reduce<Ledger>((sum, fact) => add(sum, fact.ledger), {})
  const answered = countOf(all, isAnswered)
  if (matched + answeredUnlogged !== answered) return inconclusive(`of ${answered} answers only ${figures}`, numbers)
  const lost = countOf(all, (name) => onTheWay.includes(name))
  if (lostButLogged > lost) {
    return inconclusive(`${lostButLogged} were logged and did not arrive, but the clients lost only ${lost}`, numbers)
  }
  const wrong = logError(facts, books, all)
  if (wrong) return inconclusive(wrong, numbers)
  const planned = closed.reduce((sum, fact) => sum + fact.planned, 0)
  return pass(`${planned} requests, each in one class; ${figures}, ${lostButLogged} lost on the way`, numbers)
}

/** Classes of requests that the proxy may have answered although no client got the answer. */
const onTheWay: readonly string[] = ['reset', 'closed_without_response', 'truncated', 'timeout', 'in_flight_at_end']

function countOf(ledger: Ledger, isOne: (name: string) => boolean): number {
  return Object.entries(ledger).reduce((sum, [name, count]) => (isOne(name) ? sum + (count ?? 0) : sum), 0)
}

/** Lines that came after their second was told are in the whole, and in no second. */
const lateLines = { atMost: 20, share: 0.01 }

/** What the proxy's log, in all and by the second, says against the books; undefined when it bears them out. */
function logError(facts: readonly Fact[], books: Books, all: Ledger): string | undefined {
  const { logged, matched, answeredUnlogged, loggedUnknown, lostButLogged } = books
  if (logged === undefined) return "the loads' requests in the proxy's log were not counted"
  const told = matched + lostButLogged + loggedUnknown
  // An answer of another status than the client got is not matched, and logged all the same.
  if (logged < told || logged > told + answeredUnlogged) {
    return `the proxy logged ${logged} requests of the loads, the books know ${told}`
  }
  const seconds = factsOf(facts, 'proxy-sample')
  const twice = seconds.find((second, index) => seconds.findIndex(({ fromT }) => fromT === second.fromT) !== index)
  if (twice) return "a second of the proxy's log is recorded twice"
  const late = Math.max(lateLines.atMost, logged * lateLines.share)
  const bySecond = seconds.reduce((sum, second) => sum + (second.ofLoads ?? 0), 0)
  if (Math.abs(bySecond - logged) > late) {
    return `the proxy logged ${logged} requests of the loads, but ${bySecond} by the second`
  }
  return shortStatus(facts, all, late)
}

function shortStatus(facts: readonly Fact[], all: Ledger, allowed: number): string | undefined {
  const seconds = factsOf(facts, 'proxy-sample')
  const statuses = new Map<string, number>()
  for (const [status, count] of seconds.flatMap(({ byStatus }) => Object.entries(byStatus))) {
    statuses.set(status, (statuses.get(status) ?? 0) + count)
  }
  const short = Object.entries(all).find(([name, count]) => {
    return name.startsWith('http_') && (statuses.get(name.slice(5)) ?? 0) + allowed < (count ?? 0)
  })
  return short && `clients got ${short[1]} answers ${short[0].slice(5)}, the proxy logged fewer`
}
