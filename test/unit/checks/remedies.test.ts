import { describe, expect, it } from 'vitest'
import type { Outage } from '../../../src/checks/reading/outages.ts'
import {
  effectOf,
  type Judgement,
  remedyEffects,
  type Seen,
  servedAgain,
} from '../../../src/checks/reading/remedies.ts'
import type { Second } from '../../../src/checks/reading/seconds.ts'
import { type Fact, type FactOf, factsOf } from '../../../src/journal/facts.ts'
import { outageJournal } from '../../support/journal.ts'

type Applied = FactOf<'remedy-applied'>
const played = outageJournal()
const [sample] = factsOf(played.facts, 'remedy-applied')
if (!sample) throw new Error('no remedy was applied')

/** Begun at 10 s, done at 11 s, and it changed something. */
const applied: Applied = { ...sample, n: 50, ok: true, changed: true, startedT: 10_000, t: 11_000 }
const other = (n: number, startedT: number, to: Partial<Applied> = {}): Applied => {
  return { ...applied, n, startedT, t: startedT + 100, ...to }
}

/** Twenty seconds of a hundred requests; of each so many fail. */
function seen(failed: (second: number) => number, to: Partial<Seen> = {}, facts: readonly Fact[] = []): Seen {
  const seconds = Array.from({ length: 20 }, (_, index): Second => {
    const [fromT, count] = [index * 1_000, failed(index)]
    const told = { n: 100 + index, fromT, requests: 100, failed: count, share: count / 100, waitedMs: 10, slow: false }
    return { ...told, firstFailedT: fromT + 10, lastFailedT: fromT + 990, usersActive: [], usersFailed: [] }
  })
  const outages = [outage(5_000, 12_000)]
  return { facts: [applied, ...facts], seconds, outages, faultT: 5_000, storyToT: 20_000, ...to }
}
const outage = (fromT: number, recoveredT: number | null): Outage => {
  const toT = recoveredT ?? 20_000
  return { fromT, toT, recoveredT, failedRequests: 1, facts: [] } as unknown as Outage
}

const judged = (what: Seen, one = applied, settleMs = 2_000) => effectOf(what, one, settleMs).judgement
/** So many of a hundred fail before it, and after it. */
const shares = (before: number, after: number) => (second: number) => (second < 11 ? before : after)

const none: readonly Outage[] = []
describe('a remedy is judged by its users before and after it', () => {
  it.each<[before: number, after: number, Judgement | null]>([
    [100, 0, 'cured'],
    [100, 4, 'cured'],
    [100, 5, 'no effect'],
    [5, 0, 'cured'],
    [5, 5, 'no effect'],
    [25, 44, 'no effect'],
    [25, 45, 'made it worse'],
    [75, 87, 'no effect'],
    [75, 88, 'made it worse'],
    [90, 95, 'no effect'],
    [4, 5, 'made it worse'],
    [4, 4, 'pre-emptive'],
    [0, 0, 'pre-emptive'],
  ])('%i and %i of a hundred failed: %s', (before, after, judgement) => {
    expect(judged(seen(shares(before, after), { outages: before < 5 ? none : [outage(5_000, 12_000)] }))).toBe(
      judgement,
    )
  })

  it.each([
    ['was refused', { ok: false }],
    ['changed nothing', { changed: false }],
  ])('it cures nothing when it %s', (_name, to) => {
    const one = { ...applied, ...to }
    expect(judged(seen(shares(100, 0)), one)).toBe('recovered on its own')
    expect(judged(seen(shares(0, 0), { outages: none }), one)).toBeNull()
  })

  it.each([
    [10, 'enough', 'cured'],
    [9, 'too few', null],
  ])('%i requests before it are %s to tell by', (requests, _name, judgement) => {
    const what = seen(shares(100, 0))
    const seconds = what.seconds.map((one) => {
      const few = one.fromT === 9_000 ? requests : 0
      return one.fromT < 10_000 ? { ...one, requests: few, failed: few } : one
    })
    const effect = effectOf({ ...what, seconds }, applied, 2_000)
    expect(effect.judgement).toBe(judgement)
    expect(effect.because.includes('only 9 requests to tell')).toBe(judgement === null)
  })
})

describe('it did not heal what was well', () => {
  /** Users were served again so long before it began. */
  const healed = (atS: number) => (second: number) => (second >= 5 && second < atS ? 100 : 0)
  it.each([
    [8, 'recovered on its own'],
    [10, 'cured'],
  ])('when service was good since second %i: %s', (atS, judgement) => {
    expect(judged(seen(healed(atS)))).toBe(judgement)
  })

  it('when the outage had ended before it, and nothing had been done', () => {
    const over = seen(() => 0, { outages: [outage(2_000, 6_000)], faultT: 2_000 })
    expect(judged(over)).toBe('recovered on its own')
    expect(judged({ ...over, outages: [outage(2_000, 10_000)] })).toBe('recovered on its own')
    expect(judged({ ...over, outages: [outage(2_000, 10_001)] })).toBe('pre-emptive')
  })

  it.each<[string, Applied, Judgement]>([
    ['another remedy in it', other(40, 4_000), 'pre-emptive'],
    ['another as it began', other(40, 2_000), 'pre-emptive'],
    ['another before it', other(40, 1_999), 'recovered on its own'],
    ['another that was refused', other(40, 4_000, { ok: false }), 'recovered on its own'],
    ['another that changed nothing', other(40, 4_000, { changed: false }), 'recovered on its own'],
    ['another as this one began', other(60, 10_000), 'recovered on its own'],
  ])('%s: %s', (_name, deed, judgement) => {
    expect(judged(seen(() => 0, { outages: [outage(2_000, 6_000)], faultT: 2_000 }, [deed]))).toBe(judgement)
  })
})

describe('a fault that passed by itself', () => {
  const undone = (t: number, by: 'itself' | 'remedy' | 'undo', n = 51): Fact => {
    return { n, t, at: '', kind: 'fault-undone', fault: 'a fault', by, because: 'it was over' }
  }
  const step: Fact = { n: 60, t: 12_000, at: '', kind: 'step-ended', step: 3, ok: true, because: 'done' }
  it.each<[string, Fact[], Judgement]>([
    ['three seconds before it', [undone(7_000, 'itself')], 'recovered on its own'],
    ['long before it', [undone(6_999, 'itself')], 'cured'],
    ['three seconds after it', [undone(14_000, 'itself')], 'recovered on its own'],
    ['long after it', [undone(14_001, 'itself')], 'cured'],
    ['by the undo', [undone(11_000, 'undo')], 'cured'],
    ['and was ended by it as well', [undone(11_000, 'itself'), undone(11_100, 'remedy', 52), step], 'cured'],
    [
      'and another was ended before it',
      [undone(11_000, 'itself'), undone(9_000, 'remedy', 49), step],
      'recovered on its own',
    ],
    [
      'and another was ended in a later step',
      [undone(11_000, 'itself'), step, undone(12_100, 'remedy', 61)],
      'recovered on its own',
    ],
  ])('%s', (_name, facts, judgement) => {
    expect(judged(seen(shares(100, 0), {}, facts))).toBe(judgement)
  })
})

describe('what is looked at', () => {
  it('ends where something else was done', () => {
    const cut = (deed: Fact) => judged(seen((second) => (second < 14 ? 0 : 100), { outages: none }, [deed]))
    expect(judged(seen((second) => (second < 14 ? 0 : 100), { outages: none }))).toBe('made it worse')
    expect(cut(other(60, 14_000))).toBe('pre-emptive')
    const [fault] = factsOf(played.facts, 'fault-injected')
    if (!fault) throw new Error('no fault was injected')
    expect(cut({ ...fault, n: 60, startedT: 14_000, t: 14_100 })).toBe('pre-emptive')
  })

  it('begins when the effect was due, and sooner where the next deed comes soon', () => {
    const late = (second: number) => (second < 13 ? 100 : 0)
    expect(judged(seen(late))).toBe('cured')
    expect(judged(seen(late), applied, 0)).toBe('no effect')
    expect(judged(seen(shares(100, 0), {}, [other(60, 13_000)]))).toBe('cured')
  })

  it('is of the outage alone, where a second of it was seen whole', () => {
    // The fault struck in second 7, and users met its outage from second 8 on.
    const what = seen((second) => (second < 8 ? 0 : second < 11 ? 10 : 0), {
      faultT: 5_000,
      outages: [outage(8_000, 12_000)],
    })
    expect(effectOf(what, applied, 2_000).because).toContain('10 % of requests failed before, 0 % after')
    const early = { ...what, outages: none }
    expect(effectOf(early, applied, 2_000).because).toContain('6.7 % of requests failed before')
  })

  it('is what was known when it began: of seconds in which users waited longer, earlier ones', () => {
    const what = seen((second) => (second < 8 ? 100 : 0))
    const waiting = what.seconds.map((one) =>
      one.fromT >= 8_000 && one.fromT < 10_000 ? { ...one, waitedMs: 5_000 } : one,
    )
    const effect = effectOf({ ...what, seconds: waiting }, applied, 2_000)
    expect(effect.because).toContain('100 % of requests failed before, 0 % after')
  })
})

describe('the share that failed before it', () => {
  /** As it is told; these seconds had users who waited beyond its begin. */
  const failedBefore = (failed: (second: number) => number, to: Partial<Seen>, waiting: readonly number[] = []) => {
    const what = seen(failed, to)
    const seconds = what.seconds.map((one) => (waiting.includes(one.fromT / 1_000) ? { ...one, waitedMs: 9_000 } : one))
    const { because } = effectOf({ ...what, seconds }, applied, 2_000)
    return /([\d.]+) % of requests failed before/.exec(because)?.[1]
  }
  const only =
    (...bad: number[]) =>
    (second: number) =>
      bad.includes(second) ? 90 : 0

  it('is that of three seconds since the fault, when the outage was over, or had not begun', () => {
    for (const outages of [[outage(8_000, 9_500)], [outage(8_000, 10_000)], [outage(10_001, 12_000)], none]) {
      expect(failedBefore(only(8, 9), { outages })).toBe('60')
    }
    expect(failedBefore(only(7, 8, 9), { outages: none, faultT: 8_000 })).toBe('90')
    expect(failedBefore(only(7), { outages: none, faultT: 8_000 })).toBe('0')
  })

  it('is that of the outage, when it went on, or never ended', () => {
    expect(failedBefore(only(8, 9), { outages: [outage(8_000, 10_001)] })).toBe('90')
    expect(failedBefore(only(8, 9), { outages: [outage(8_000, null)] })).toBe('90')
  })

  it('is that since the fault, when no whole second of the outage was seen', () => {
    expect(failedBefore(only(9), { outages: [outage(9_500, 12_000)] })).toBe('30')
    expect(failedBefore(only(7, 9), { outages: [outage(9_500, 12_000)], faultT: 8_000 })).toBe('45')
    const few = (requests: number) => {
      const what = seen(only(), { outages: [outage(9_000, 12_000)] })
      const seconds = what.seconds.map((one) => (one.fromT === 9_000 ? { ...one, requests, failed: requests } : one))
      return effectOf({ ...what, seconds }, applied, 2_000).because
    }
    expect(few(10)).toContain('100 % of requests failed before')
    expect(few(9)).not.toContain('100 % of requests failed before')
  })

  it('is that of earlier seconds where users waited beyond its begin', () => {
    const long = { outages: [outage(2_000, 12_000)], faultT: 2_000 }
    expect(failedBefore(only(7), long, [8, 9])).toBe('90')
    expect(failedBefore(only(4, 5), long, [7, 8, 9])).toBe('60')
    expect(failedBefore(only(6), { outages: [outage(6_000, 12_000)], faultT: 2_000 }, [7, 8, 9])).toBe('90')
  })
})

describe('service that was good when it began', () => {
  const until = (lastFailedT: number) => {
    const what = seen((second) => (second >= 5 && second < 9 ? 100 : 0))
    const seconds = what.seconds.map((one) => (one.fromT === 8_000 ? { ...one, lastFailedT } : one))
    return judged({ ...what, seconds })
  }
  it('had recovered on its own when it was so for a second', () => {
    expect([until(9_000), until(9_001)]).toEqual(['recovered on its own', 'cured'])
  })

  it('and ended as it began, was not', () => {
    expect(judged(seen((second) => (second < 8 || second === 10 || second === 11 ? 100 : 0)))).toBe('cured')
  })

  it.each([
    ['remedy', 'pre-emptive'],
    ['measure', 'pre-emptive'],
    ['undo', 'recovered on its own'],
    ['itself', 'recovered on its own'],
  ] as const)('and whose fault was ended before by %s: %s', (by, judgement) => {
    const undone: Fact = { n: 40, t: 4_000, at: '', kind: 'fault-undone', fault: 'a fault', by, because: 'over' }
    expect(judged(seen(() => 0, { outages: [outage(2_000, 6_000)], faultT: 2_000 }, [undone]))).toBe(judgement)
  })
})

it('what it did is told in words, and its effect is looked for over four seconds', () => {
  const refused = effectOf(seen(shares(100, 0)), { ...applied, ok: false }, 2_000)
  expect(refused.because).toContain(' was refused (')
  expect(effectOf(seen(shares(100, 0)), applied, 2_000).because).toContain(' was done (')
  expect(judged(seen((second) => (second < 11 || second === 16 ? 100 : 0)))).toBe('no effect')
  expect(judged(seen((second) => (second < 11 || second === 17 ? 100 : 0)))).toBe('cured')
})

describe('users are served again', () => {
  const again = (what: Seen) => servedAgain(what, applied, 2_000)
  it('with the first whole good second after it', () => {
    const slowly = seen((second) => (second < 12 ? 100 : 0))
    expect(again(slowly)).toEqual({ dueT: 13_000, untilT: 20_000, againT: 11_990 })
  })

  const from = (lastFailedT: number, ...bad: number[]) => {
    const what = seen((second) => (second < 12 || bad.includes(second) ? 100 : 0), {}, [other(60, 15_000)])
    const seconds = what.seconds.map((one) => (one.fromT === 11_000 ? { ...one, lastFailedT } : one))
    return again({ ...what, seconds }).againT
  }
  it('for a whole second, and not before it was done', () => {
    expect(from(12_000, 13, 14, 15)).toBe(12_000)
    expect(from(12_001, 13, 14, 15)).toBeNull()
    expect([from(11_000), from(10_999)]).toEqual([11_000, null])
    expect([from(15_000), from(15_001)]).toEqual([15_000, null])
  })

  it('or never, before something else was done', () => {
    const late = seen((second) => (second < 15 ? 100 : 0), {}, [other(60, 14_000)])
    expect(again(late)).toEqual({ dueT: 13_000, untilT: 14_000, againT: null })
    expect(again(seen(() => 100)).againT).toBeNull()
  })
})

it('each remedy of a run has its own step, and the settling time of its check', () => {
  const asked: (number | null)[] = []
  const { facts } = played
  const effects = remedyEffects({ ...seen(() => 0), facts }, (step) => {
    asked.push(step)
    return 2_000
  })
  expect([asked, effects.map(({ step }) => step)]).toEqual([
    [5, 6],
    [5, 6],
  ])
  const outside = remedyEffects(
    seen(() => 0),
    () => 2_000,
  )
  expect(outside.map(({ step }) => step)).toEqual([null])
})
