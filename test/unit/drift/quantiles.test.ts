import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { compareQuantiles, type PlayedSeconds } from '../../../src/drift/quantiles.ts'
import { Spread } from '../../../src/kit/thresholds/spread.ts'

const file = new URL('../../support/recorded-seconds.json', import.meta.url)
const recorded = z
  .array(z.strictObject({ encoded: z.string(), maxMs: z.number() }))
  .parse(JSON.parse(readFileSync(file, 'utf8')))
/** Seconds of a gate on examples/express-redis, on two cores that had much else to do. */
const seconds = recorded.map((one) => Spread.of([one]).buckets())

/** Lehmer's generator with another multiplier than the one under test. */
function numbersFrom(seed: number): () => number {
  let state = seed + 1
  return () => {
    state = (state * 16_807) % (2 ** 31 - 1)
    return state / (2 ** 31 - 1)
  }
}

/** A play of seconds as they followed each other, three at a time: what one met, the next may meet as well. */
function play(random: () => number, length: number): PlayedSeconds {
  const chunks = Array.from({ length: length / 3 }, () => Math.floor(random() * (seconds.length - 2)))
  return chunks.flatMap((at) => seconds.slice(at, at + 3))
}

const slower = (by: number) => (all: PlayedSeconds) =>
  all.map((second) => second.map(({ ms, count }) => ({ ms: ms * by, count })))

function verdicts(by: number, runs = 100) {
  return Array.from({ length: runs }, (_, run) => {
    const random = numbersFrom(run * 7_919)
    const [a, b, c, d] = [play(random, 15), play(random, 15), play(random, 15), play(random, 15)]
    const sides = [[a, d], [b, c].map(slower(by))] as const
    return compareQuantiles({ sides, shares: [0.95, 0.99], draws: 60, seed: run }) ?? expect.unreachable()
  })
}

const at = (share: number, found: ReturnType<typeof verdicts>) =>
  found.flatMap((all) => all.filter((one) => one.share === share))

describe('quantiles of two sides that were played in turn', () => {
  it('differ in at most 5 of 100 comparisons of equals', () => {
    const alarms = verdicts(1).filter((all) => all.some(({ verdict }) => verdict !== 'no difference seen'))
    expect(alarms.length).toBeLessThanOrEqual(5)
  })

  it('of which one has a p95 that is 10 % slower are told apart in at least 95 of 100', () => {
    const found = at(0.95, verdicts(1.1))
    expect(found.filter(({ verdict }) => verdict === 'slower').length).toBeGreaterThanOrEqual(95)
    expect(found.filter(({ verdict }) => verdict === 'quicker')).toEqual([])
  })

  it('tell the smallest difference that they could have seen', () => {
    const found = at(0.95, verdicts(1, 20))
    for (const { interval, smallestSeen, slowerBy } of found) {
      expect(interval[0]).toBeLessThan(slowerBy)
      expect(interval[1]).toBeGreaterThan(slowerBy)
      expect(smallestSeen).toBeGreaterThan(interval[1] - slowerBy)
    }
  })

  it('see what only a few seconds of all plays of one side had', () => {
    const calm = Array.from({ length: 15 }, () => [{ ms: 10, count: 100 }])
    const stalling = calm.map((second, at) => (at % 3 === 0 ? [{ ms: 500, count: 100 }] : second))
    const [found] =
      compareQuantiles({
        sides: [
          [calm, calm],
          [stalling, stalling],
        ],
        shares: [0.95],
      }) ?? []
    expect(found).toMatchObject({ of: 'all requests', verdict: 'slower', wasMs: 10, isMs: 500 })
  })

  it('take what one play alone met for no difference', () => {
    const calm: PlayedSeconds = Array.from({ length: 15 }, (_, at) => [{ ms: 10 + (at % 3) / 10, count: 100 }])
    const odd = calm.map((second) => second.map(({ ms, count }) => ({ ms: ms * 3, count })))
    const found =
      compareQuantiles({
        sides: [
          [calm, calm],
          [calm, odd],
        ],
        shares: [0.95],
      }) ?? []
    expect(found.map(({ verdict }) => verdict)).toEqual(['no difference seen'])
  })

  it('are the same for the same seed, and not known of plays of two seconds', () => {
    const random = numbersFrom(3)
    const [a, b] = [play(random, 15), play(random, 15)]
    const asked = { sides: [[a], [b]], shares: [0.5], draws: 30 } as const
    expect(compareQuantiles(asked)).toEqual(compareQuantiles(asked))
    expect(compareQuantiles({ ...asked, sides: [[a], [b.slice(0, 2)]] })).toBeUndefined()
  })
})
