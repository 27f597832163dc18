import { z } from 'zod'
import { factsOf } from '../../journal/index.ts'
import { counted, percent } from '../../kit/figures.ts'
import { isFailed, isServed } from '../../kit/ledger.ts'
import { defineCheck, fail, inconclusive, late, pass, share, stepNumber } from '../check.ts'
import { isAtWork } from '../reading/at-work.ts'
import { secondMs } from '../reading/seconds.ts'
import type { Reading } from '../reading.ts'

/** A connection that Nginx closes as it reloads is told from a service that fails. */
const strayShare = 0.002

/** Not how few errors there are, but how many users are served well: refusing everybody would be no error at all. */
export const goodput = defineCheck({
  kind: 'goodput',
  about: 'behaviour',
  time: 'system',
  asks: 'How many users were served well, all their requests, while more came than usual?',
  fields: {
    /** Share of the users who asked for something, 0 … 1. */
    usersAtLeast: share,
    /** Served requests of users, on average. */
    requestsPerSAtLeast: z.number().nonnegative(),
    /** Only this status may be refused with, whoever asks: 429 says that it is about the asking. */
    refusedWith: z.number().int().min(400).max(599).optional(),
    step: stepNumber.optional(),
  },
  needs: ['requests'],
  title: ({ usersAtLeast, requestsPerSAtLeast, refusedWith }) => {
    const only = refusedWith === undefined ? '' : `, the rest refused with ${refusedWith}`
    return `At least ${percent(usersAtLeast)} of users are served well, ${requestsPerSAtLeast} requests/s${only}`
  },
  judge: (reading, { usersAtLeast, requestsPerSAtLeast, refusedWith }) => {
    const samples = inSpike(reading)
    const seconds = samples.filter(({ source }) => source === 'users')
    if (seconds.length === 0) return inconclusive('there was no additional load, or its outcome was not recorded')
    const active = new Set(seconds.flatMap((sample) => sample.usersActive))
    const failed = new Set(seconds.flatMap((sample) => sample.usersFailed))
    if (active.size === 0) return inconclusive('the load does not tell its users apart')
    const atWork = isAtWork(reading.facts)
    const ends = samples.flatMap((sample) => {
      const { source, ledger } = sample
      const closing = atWork(sample)
      return Object.entries(ledger).map(([how, count = 0]) => ({ source, how, count, closing }))
    })
    const sum = (which: (end: (typeof ends)[number]) => boolean) =>
      ends.filter(which).reduce((total, { count }) => total + count, 0)
    const served = sum(({ source, how }) => source === 'users' && isServed(how)) / seconds.length
    const well = 1 - failed.size / active.size
    const refused = sum(({ how }) => how === `http_${refusedWith}`)
    const isOther = (how: string) => isFailed(how) && how !== `http_${refusedWith}`
    const isClosing = ({ how, closing }: (typeof ends)[number]) => closing && how === 'closed_without_response'
    // A reload closes each connection once: of hundreds at the same moment more than a stray one.
    const closed = Math.min(sum(isClosing), active.size + pressureOf(reading))
    const other = sum(({ how }) => isOther(how)) - closed
    const facts = seconds.map((sample) => sample.n)
    const because = [
      `${active.size - failed.size} of ${active.size} users (${percent(well)}) were served well in ${seconds.length} s`,
      `${served.toFixed(1)} requests/s`,
      ...(refusedWith === undefined ? [] : [`${counted(refused, 'request')} refused with ${refusedWith}`]),
    ].join(', ')
    if (well < usersAtLeast || served < requestsPerSAtLeast) {
      const share = Math.max(missing(well, usersAtLeast), missing(served, requestsPerSAtLeast))
      const [fromT, toT] = [Math.min(...seconds.map(startOf)), Math.max(...seconds.map(startOf)) + secondMs]
      return late(`${because}: less than expected`, facts, { fromT, toT, over: { share } })
    }
    if (refusedWith === undefined) return pass(because, facts)
    if (other > sum(() => true) * strayShare)
      return fail(`${because}, and ${counted(other, 'request')} failed otherwise`, facts)
    return refused === 0 ? fail(`${because}: no request was refused`, facts) : pass(because, facts)
  },
})

const startOf = ({ fromT }: { fromT: number }) => fromT
/** Share of what was expected that is not there. */
const missing = (is: number, expected: number) => Math.max(0, (expected - is) / Math.max(expected, Number.EPSILON))

/** The most connections of pressure at the same time. */
function pressureOf({ facts }: Reading): number {
  const changes = factsOf(facts, 'load-changed').filter(({ source }) => source === 'pressure')
  return Math.max(0, ...changes.map(({ users }) => users))
}

/** What was seen of the load from the first rise in the story on, whole seconds. */
function inSpike({ facts, faultT, storyToT }: Reading) {
  const began = factsOf(facts, 'load-changed').find(({ t, ratePerS }) => t >= (faultT ?? 0) && ratePerS !== 0)
  if (!began) return []
  return factsOf(facts, 'load-sample').filter(({ fromT }) => fromT >= began.t && fromT + secondMs <= storyToT)
}
