import type { NewFact } from '../journal/index.ts'
import { type Clock, pollUntil } from '../kit/clock.ts'
import { add, isAnswered, isServed, type Ledger } from '../kit/ledger.ts'
import type { OwnLog } from '../stack/index.ts'
import type { LogBook } from '../watch/index.ts'
import type { Ended } from './loads.ts'

const settleMs = 2_000
/** Of a log that is not ours: a file is read once a second, a buffer is written when it is full or its time is over. */
const ownSettleMs = 4_000
const bufferedMs = 10_000

/**
 * Compares what clients got with the proxy's own access log, request by request: an answer that the proxy never logged,
 * or a logged request that nobody sent, means that one of the two books is wrong.
 */
export async function reconcile(
  ended: readonly Ended[],
  logs: LogBook,
  clock: Clock,
  ownLog?: OwnLog,
): Promise<NewFact> {
  const tally = () => tallyOf(ended, logs.answered)
  const settled = await pollUntil(
    () => {
      const now = tally()
      return Promise.resolve(now.answeredUnlogged === 0 ? now : undefined)
    },
    { withinMs: ownLog ? lateOf(ownLog) : settleMs, everyMs: 50, clock },
  )
  const counts = settled ?? tally()
  const { matched, answeredUnlogged, loggedUnknown, lostButLogged } = counts
  const because =
    `${matched} answers are in both books, ${answeredUnlogged} only with the clients, ` +
    `${loggedUnknown} only in the proxy's log, ${lostButLogged} were answered but did not arrive`
  return { kind: 'proxy-reconciled', ...counts, because }
}

const lateOf = ({ isBuffered }: OwnLog) => (isBuffered ? bufferedMs : ownSettleMs)

/** Waits until the proxy's own log has as many answers of each status as clients got, as long as its lines may take. */
export async function untilLogged(
  ended: readonly Ended[],
  { statuses }: LogBook,
  { clock, ownLog }: { clock: Clock; ownLog: OwnLog },
): Promise<void> {
  const got = ended.reduce<Ledger>((all, { summary }) => add(all, summary.ledger), {})
  const wanted = Object.entries(got).filter(([name]) => name.startsWith('http_'))
  const isThere = () => wanted.every(([name, count]) => (statuses.get(name.slice('http_'.length)) ?? 0) >= (count ?? 0))
  await pollUntil(() => Promise.resolve(isThere() || undefined), { withinMs: lateOf(ownLog), everyMs: 50, clock })
}

/** Could the client have this class from an answer of this status? What is of wrong content may have any good one. */
const mayBe = (className: string, status: number | string) =>
  className === 'wrong_content' ? isServed(`http_${status}`) : className === `http_${status}`

function tallyOf(ended: readonly Ended[], answered: ReadonlyMap<string, number>) {
  const counts = { matched: 0, answeredUnlogged: 0, loggedUnknown: 0, lostButLogged: 0, logged: 0 }
  const known = new Set<string>()
  for (const { prefix, summary } of ended) {
    for (let k = 0; k < summary.planned; k += 1) {
      const id = `${prefix}-${k}`
      const status = answered.get(id)
      known.add(id)
      const className = summary.classOf(k)
      const gotAnswer = className !== undefined && isAnswered(className)
      if (gotAnswer && status !== undefined && mayBe(className, status)) counts.matched += 1
      else if (gotAnswer) counts.answeredUnlogged += 1
      else if (status !== undefined) counts.lostButLogged += 1
    }
  }
  const prefixes = ended.map((one) => `${one.prefix}-`)
  for (const id of answered.keys()) {
    if (!prefixes.some((prefix) => id.startsWith(prefix))) continue
    counts.logged += 1
    if (!known.has(id)) counts.loggedUnknown += 1
  }
  return counts
}
