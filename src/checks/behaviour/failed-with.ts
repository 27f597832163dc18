import { factsOf } from '../../journal/facts.ts'
import { add, isServed, type Ledger, ledgerClass } from '../../kit/ledger.ts'
import { judgeBounds, showBounds } from '../bounds.ts'
import { defineCheck, share, stepNumber, unsure } from '../check.ts'
import { isAtWork } from '../reading/at-work.ts'
import type { Reading } from '../reading.ts'
import { counted, percent } from '../words.ts'

/** 502 and 504 are not the same outage: the one says that nobody was there, the other that nobody answered. */
export const failedWith = defineCheck({
  kind: 'failed-with',
  about: 'behaviour',
  asks: 'How did the requests of the outage end that were not served?',
  fields: { as: ledgerClass, atLeast: share.optional(), atMost: share.optional(), step: stepNumber.optional() },
  needs: ['requests'],
  title: ({ as, ...bounds }) => `Failed requests that ended ${nameOf(as)}: ${showBounds(bounds, percent)}`,
  judge: (reading, { as, atLeast, atMost }) => {
    const { failures, apart } = failuresIn(reading)
    const all = failures.reduce((sum, { count }) => sum + count, 0)
    if (all === 0) return unsure('no request failed, so none ended in any way')
    const each = failures.map(({ name, count }) => `${percent(count / all)} ${nameOf(name)}`)
    const which = apart ? ' (those not counted that failed while a remedy was at work)' : ''
    const because = `of ${counted(all, 'failed request')}${which} ${each.join(', ')}`
    const count = failures.find(({ name }) => name === as)?.count ?? 0
    return judgeBounds(reading, count / all, { atLeast, atMost }, because)
  },
})

const nameOf = (name: string) => name.replace(/^http_/, '').replaceAll('_', ' ')

/**
 * Requests in the outages that were not served, by class, the most first: those that a remedy failed while it was at
 * work only where there were no others, for how the outage failed is asked, and not how it was mended.
 */
function failuresIn({ facts, outages }: Reading): { failures: { name: string; count: number }[]; apart: boolean } {
  const inside = new Set(outages.flatMap((outage) => outage.facts))
  const all = factsOf(facts, 'load-sample').filter(({ n }) => inside.has(n))
  const atWork = isAtWork(facts)
  const others = all.filter((sample) => !atWork(sample))
  const samples = others.length > 0 ? others : all
  const apart = samples.length < all.length
  const sum = samples.reduce<Ledger>((so, { ledger }) => add(so, ledger), {})
  const failures = Object.entries(sum)
    .filter(([name]) => !isServed(name) && name !== 'in_flight_at_end')
    .map(([name, count]) => ({ name, count: count ?? 0 }))
    .sort((a, b) => b.count - a.count)
  return { failures, apart }
}
