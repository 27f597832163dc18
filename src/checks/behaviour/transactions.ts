import { counted, percent } from '../../kit/figures.ts'
import { judgeBounds, showBounds } from '../bounds.ts'
import { defineCheck, fail, inconclusive, share, stepNumber } from '../check.ts'
import { wholeSecondsOf } from '../reading/outages.ts'
import type { Second } from '../reading/seconds.ts'

/**
 * A transaction is a page, a product and an order of one user: who has a failure in every second is kept from it, who
 * has none completes it. A user in between has incomplete ones, and is counted apart.
 */
export const transactions = defineCheck({
  kind: 'transactions',
  about: 'behaviour',
  time: 'none',
  asks: 'What share of the users could complete no transaction all through the outage, while the others all could?',
  fields: {
    atLeast: share.optional(),
    atMost: share.optional(),
    /** Share of users who were failed now and then. */
    tornAtMost: share.default(0),
    step: stepNumber.optional(),
  },
  needs: ['requests'],
  title: (bounds) => `Users kept from every transaction: ${showBounds(bounds, percent)}; the others from none`,
  judge: (reading, { tornAtMost, ...bounds }) => {
    const seconds = wholeSecondsOf(reading)
    if (seconds.length === 0) return inconclusive('no outage lasted a whole second')
    const often = seconds.find((second) => second.requests > second.usersActive.length)
    if (often) {
      const asked = `${counted(often.requests, 'request')} of ${counted(often.usersActive.length, 'user')}`
      return inconclusive(`${asked} in one second: the outcome of each user is unknown`, [often.n])
    }
    const { users, kept, incomplete } = told(seconds)
    if (users === 0) return inconclusive('no request was made during the outage')
    const share = `${kept} of ${users} users, ${percent(kept / users)}`
    const others = `${incomplete} now and then, ${users - kept - incomplete} never`
    const because = `in ${counted(seconds.length, 'second')} of outage ${share}, were failed every time, ${others}`
    if (incomplete / users > tornAtMost)
      return fail(`${because}: more of them incomplete than allowed`, [seconds[0]?.n ?? 0])
    return judgeBounds(reading, kept / users, bounds, because)
  },
})

function told(seconds: readonly Second[]) {
  const active = count(seconds.flatMap((second) => second.usersActive))
  const failed = count(seconds.flatMap((second) => second.usersFailed))
  const kept = [...active].filter(([user, times]) => failed.get(user) === times).length
  return { users: active.size, kept, incomplete: failed.size - kept }
}

function count(users: readonly number[]): Map<number, number> {
  const times = new Map<number, number>()
  for (const user of users) times.set(user, (times.get(user) ?? 0) + 1)
  return times
}
