import { type FactOf, factsOf } from '../../src/journal/facts.ts'
import type { RunRecord } from '../../src/journal/record.ts'
import { add, type Ledger, total } from '../../src/kit/ledger.ts'
import { change } from './edit.ts'

const loadOf = ({ source, surge }: Pick<FactOf<'load-sample'>, 'source' | 'surge'>) => `${source} ${surge ?? ''}`
const statusesIn = (ledger: Ledger) =>
  Object.entries(ledger).flatMap(([name, count = 0]) =>
    name.startsWith('http_') ? [[name.slice(5), count] as const] : [],
  )

function sumOf(record: RunRecord): Ledger {
  return factsOf(record.facts, 'load-sample').reduce<Ledger>((sum, { ledger }) => add(sum, ledger), {})
}

/** The books of a record whose seconds were changed or left out: ledgers and the proxy's log agree with them again. */
export function rebooked(before: RunRecord, record: RunRecord | undefined): RunRecord | undefined {
  if (!record) return undefined
  const sums = new Map<string, Ledger>()
  for (const sample of factsOf(record.facts, 'load-sample')) {
    sums.set(loadOf(sample), add(sums.get(loadOf(sample)) ?? {}, sample.ledger))
  }
  const closed = change(record, 'ledger-closed', (fact) => {
    const ledger = sums.get(loadOf(fact)) ?? {}
    return { ledger, planned: total(ledger) }
  })
  if (!closed) return undefined
  const left = new Map(statusesIn(sumOf(closed)))
  for (const [status, count] of statusesIn(sumOf(before))) left.set(status, (left.get(status) ?? 0) - count)
  const more = [...left.values()].reduce((sum, count) => sum + count, 0)
  const logged = change(closed, 'proxy-sample', ({ byStatus, ofLoads = 0 }) => {
    const told = { ...byStatus }
    let taken = 0
    for (const [status, count] of left) {
      const own = Math.max(count, -(told[status] ?? 0))
      told[status] = (told[status] ?? 0) + own
      left.set(status, count - own)
      taken += own
    }
    return { byStatus: told, ofLoads: Math.max(0, ofLoads + taken) }
  })
  const counts = (one: number | undefined) => Math.max(0, (one ?? 0) + more)
  return (
    logged &&
    change(logged, 'proxy-reconciled', (fact) => ({ matched: counts(fact.matched), logged: counts(fact.logged) }))
  )
}
