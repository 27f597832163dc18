import { factsOf } from '../../journal/index.ts'
import { counted, percent } from '../../kit/figures.ts'
import { isFailed, ledgerClass } from '../../kit/ledger.ts'
import { judgeBounds, showBounds } from '../bounds.ts'
import { defineCheck, inconclusive, share, stepNumber } from '../check.ts'
import { isOfRemedy } from '../reading/at-work.ts'
import type { Reading } from '../reading.ts'

/** 502 and 504 are not the same outage: the one says that nobody was there, the other that nobody answered. */
export const failedWith = defineCheck({
  kind: 'failed-with',
  about: 'behaviour',
  time: 'none',
  asks: 'How did the requests of the outage end that were not served?',
  fields: { as: ledgerClass, atLeast: share.optional(), atMost: share.optional(), step: stepNumber.optional() },
  needs: ['requests'],
  title: ({ as, ...bounds }) => `Failed requests that ended ${nameOf(as)}: ${showBounds(bounds, percent)}`,
  judge: (reading, { as, atLeast, atMost }) => {
    const { failures, apart } = failuresIn(reading)
    const all = failures.reduce((sum, { count }) => sum + count, 0)
    if (all === 0) return inconclusive('no request failed, so none ended in any way')
    const each = failures.map(({ name, count }) => `${percent(count / all)} ${nameOf(name)}`)
    const which = apart > 0 ? ` (beside ${apart} that a remedy refused or closed)` : ''
    const because = `of ${counted(all, 'failed request')}${which} ${each.join(', ')}`
    const count = failures.find(({ name }) => name === as)?.count ?? 0
    return judgeBounds(reading, count / all, { atLeast, atMost }, because)
  },
})

const nameOf = (name: string) => name.replace(/^http_/, '').replaceAll('_', ' ')

/**
 * Requests in the outages that were not served, by class, the most first. Apart: those that a remedy refused or closed
 * while it was at work, for how the outage failed is asked, and not how it was mended.
 */
function failuresIn({ facts, outages }: Reading): { failures: { name: string; count: number }[]; apart: number } {
  const inside = new Set(outages.flatMap((outage) => outage.facts))
  const ofRemedy = isOfRemedy(facts)
  let apart = 0
  const counts = new Map<string, number>()
  for (const sample of factsOf(facts, 'load-sample').filter(({ n }) => inside.has(n))) {
    for (const [name, count = 0] of Object.entries(sample.ledger).filter(([name]) => isFailed(name))) {
      if (ofRemedy(sample, name)) apart += count
      else counts.set(name, (counts.get(name) ?? 0) + count)
    }
  }
  const failures = [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count)
  return { failures, apart }
}
