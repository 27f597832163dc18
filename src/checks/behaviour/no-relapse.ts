import { counted, inSeconds } from '../../kit/figures.ts'
import { defineCheck, inconclusive, isAnswer, late, pass, spanOf, stepNumber } from '../check.ts'
import { secondMs } from '../reading/seconds.ts'
import type { Reading } from '../reading.ts'

export const noRelapse = defineCheck({
  kind: 'no-relapse',
  about: 'behaviour',
  time: 'system',
  asks: 'Did service stay good once it was restored?',
  fields: {
    /** Only outages that begin after the begin of this step; absent: of the whole run. */
    step: stepNumber.optional(),
  },
  needs: ['requests'],
  title: () => 'Once restored, service stays good',
  judge: (reading, { step }) => {
    const { outages } = reading
    const open = outages.at(-1)?.recoveredT === null
    if (step === undefined) return outages.length > 1 ? came(reading, 1) : steady(open, outages.length > 0)
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const later = outages.findIndex((outage) => outage.fromT > span.entered.t)
    return later >= 0 ? came(reading, later) : steady(open, outages.length > 0)
  },
})

function came(reading: Reading, from: number) {
  const again = reading.outages.slice(from)
  const said = again.map(({ fromT, recoveredT, failedRequests }, index) => {
    const heldT = reading.outages[from + index - 1]?.recoveredT ?? null
    const held = heldT === null ? '' : ` after service had held for ${inSeconds(fromT - heldT)}`
    const end = recoveredT === null ? ', not over when the load ended' : ''
    return `at ${reading.clockAt(fromT)}${held}: ${counted(failedRequests, 'failed request')}${end}`
  })
  const facts = again.flatMap((outage) => outage.facts)
  // A machine that stood still for a second fails those of that second: an outage of its own is longer.
  const ms = again.reduce((sum, { fromT, toT }) => sum + Math.max(secondMs, toT - fromT), 0)
  const [first, last] = [again[0]?.fromT ?? 0, again.at(-1)?.toT ?? 0]
  const miss = { fromT: first - secondMs, toT: last + secondMs, over: { ms } }
  return late(`users were failed again ${said.join('; ')}`, facts, miss)
}

function steady(isOpen: boolean, wasOut: boolean) {
  if (isOpen) return inconclusive('service was not restored, so nothing could come back')
  return pass(wasOut ? 'no outage came back' : 'there was no outage')
}
