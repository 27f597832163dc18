import { describe, expect, it } from 'vitest'
import { judge, read } from '../../../src/checks/index.ts'
import { findOutages } from '../../../src/checks/reading/outages.ts'
import { goodStretches, type Second } from '../../../src/checks/reading/seconds.ts'
import { type FactOf, factsOf, type NewFact } from '../../../src/journal/facts.ts'
import {
  changed,
  guardedJournal,
  killedAt,
  outageJournal,
  plus,
  storyT,
  wallOf,
  without,
} from '../../support/journal.ts'

/** Seconds of 50 requests from the failures of each: `[failed, first, last]`, offsets in ms; null: nobody asked. */
function seconds(pattern: readonly (number | [number, number, number] | null)[]): Second[] {
  return pattern.map((one, index) => {
    const [failed, first, last] = Array.isArray(one) ? one : [one ?? 0, 0, 980]
    const fromT = index * 1_000
    return {
      n: index + 1,
      fromT,
      requests: one === null ? 0 : 50,
      failed,
      share: failed / 50,
      firstFailedT: fromT + first,
      lastFailedT: fromT + last,
      waitedMs: 7,
      slow: false,
      usersActive: Array.from({ length: 50 }, (_, user) => user),
      usersFailed: Array.from({ length: failed }, (_, user) => user),
    }
  })
}

const spans = (pattern: Parameters<typeof seconds>[0], faultT = 0, holdMs = 3_000) =>
  findOutages(seconds(pattern), faultT, holdMs).map(({ fromT, toT, recoveredT }) => [fromT, toT, recoveredT])

describe('outages', () => {
  it('run from the first failed request to the last one before service held', () => {
    expect(spans([0, [20, 600, 980], 50, [10, 0, 180], 0, 0, 0])).toEqual([[1_600, 3_180, 3_180]])
  })

  it('are one when service was good for less than the hold time between them', () => {
    expect(spans([0, 50, 0, 0, 50, 0, 0, 0, 0])).toEqual([[1_000, 4_980, 4_980]])
  })

  it('are two when service held between them', () => {
    expect(spans([0, 50, 0, 0, 0, 50, 0, 0, 0])).toEqual([
      [1_000, 1_980, 1_980],
      [5_000, 5_980, 5_980],
    ])
  })

  it('have not ended when the load ends before service held', () => {
    expect(spans([0, 50, 0, 0])).toEqual([[1_000, 1_980, null]])
    expect(spans([0, 50, 0, 0], 0, 2_000)).toEqual([[1_000, 1_980, 1_980]])
  })

  it('do not end in seconds in which nobody asked', () => {
    expect(spans([0, 50, null, null, null, null, 0])).toEqual([[1_000, 1_980, null]])
    expect(spans([0, 50, null, 0, 0, 0])).toEqual([[1_000, 1_980, 3_000]])
  })

  it('take the few failures of the second before and after with them', () => {
    expect(spans([0, [1, 980, 980], 50, [2, 0, 20], 0, 0, 0])).toEqual([[1_980, 3_020, 3_020]])
  })

  it('are not made of single failures below 5 % of a second', () => {
    expect(spans([0, 2, 2, 2, 0])).toEqual([])
    expect(spans([0, 3, 0, 0, 0])).toHaveLength(1)
  })

  it('count only what failed after the fault was injected', () => {
    expect(spans([50, 50, 0, 0, 0, 0], 2_000)).toEqual([])
    expect(spans([0, [50, 0, 980], 0, 0, 0], 1_500)).toEqual([[1_500, 1_980, 1_980]])
    expect(spans([0, [10, 0, 300], 0, 0, 0], 1_500)).toEqual([])
  })

  it('end at the last failure even when that is the first instant of a second', () => {
    expect(spans([0, 50, [5, 0, 0], 0, 0, 0])).toEqual([[1_000, 2_000, 2_000]])
  })

  it('there are none without samples', () => {
    expect(findOutages([], 0)).toEqual([])
  })
})

describe('good stretches', () => {
  it('begin at the last failure, end with a bad second or one that nobody saw', () => {
    const found = goodStretches(seconds([[9, 0, 200], 0, 0, 50, 0, null, 0]))
    expect(found.map(({ fromT, toT }) => [fromT, toT])).toEqual([
      [200, 3_000],
      [3_980, 5_000],
      [6_000, 7_000],
    ])
  })

  it('are broken where seconds are missing', () => {
    const found = goodStretches(seconds([0, 0, 0, 0, 0]).filter((second) => second.n !== 3))
    expect(found.map(({ fromT, toT }) => [fromT, toT])).toEqual([
      [0, 2_000],
      [3_000, 5_000],
    ])
  })
})

type State = FactOf<'alert-changed'>['state']
const alert = (name: string, state: State, afterMs: number, labels: Record<string, string> = {}): NewFact => {
  const seenT = storyT + afterMs
  const seenAt = wallOf(seenT)
  const told = { alert: name, labels, summary: '', state, promAt: null, seenAt, seenT, receiver: null }
  return { kind: 'alert-changed', ...told }
}

describe('a reading', () => {
  const good = outageJournal()

  it('knows outage, detection and recovery of the incident', () => {
    const reading = read(good)
    expect(reading.outages).toHaveLength(1)
    expect(reading.detection).toEqual({ alert: 'SuccessRateDropped', t: storyT + 4_600, afterMs: 4_410 })
    expect(reading.recoverMs).toBe(66_000)
    expect(reading.alerts.map((episode) => episode.alert)).toEqual(['Watchdog', 'SuccessRateDropped'])
    expect(reading.monitor.alive).toBe(true)
  })

  it('is not detected by an alert that wakes nobody, nor by one delivered before the first failure', () => {
    const early = plus(good, storyT + 100, alert('TooEarly', 'delivered', 100, { severity: 'critical' }))
    const info = plus(early, storyT + 900, alert('ConfigChanged', 'delivered', 900, { severity: 'info' }))
    expect(read(info).detection?.alert).toBe('SuccessRateDropped')
    const sooner = plus(info, storyT + 1_800, alert('UpstreamConnectionFailures', 'delivered', 1_800))
    expect(read(sooner).detection).toMatchObject({ alert: 'UpstreamConnectionFailures', t: storyT + 1_800 })
  })

  it('is detected by nobody when no alert is delivered', () => {
    const undelivered = without(good, (fact) => fact.kind === 'alert-changed' && fact.state === 'delivered')
    expect(read(undelivered).detection).toBeNull()
  })

  it('knows an alert again with the labels that Alertmanager adds, and not with other ones', () => {
    const both = [
      alert('BackendDown', 'firing', 20_000, { instance: 'api-1' }),
      alert('BackendDown', 'firing', 20_000, { instance: 'api-2' }),
      alert('BackendDown', 'delivered', 20_900, { instance: 'api-2', monitor: 'badgateway' }),
      alert('BackendDown', 'resolved', 29_000, { instance: 'api-1' }),
      alert('BackendDown', 'firing', 33_000, { instance: 'api-1' }),
    ]
    const record = both.reduce((sum, fact) => plus(sum, storyT + 20_000, fact), good)
    const own = read(record).alerts.filter((episode) => episode.alert === 'BackendDown')
    expect(own.map((one) => [one.labels['instance'], one.firingT - storyT, one.deliveredT, one.resolvedT])).toEqual([
      ['api-1', 20_000, null, storyT + 29_000],
      ['api-2', 20_000, storyT + 20_900, null],
      ['api-1', 33_000, null, null],
    ])
  })

  it('takes the ledger from the samples when a kill kept it open', () => {
    const reading = read(killedAt(good, storyT + 3_000))
    expect(reading.ledger['http_200']).toBeGreaterThan(200)
    expect(reading.recoverMs).toBeNull()
  })

  it('knows no outage when a measure stopped the fault', () => {
    const reading = read(guardedJournal('blue-green', 'kept-off'))
    expect(reading.outage).toEqual({
      seconds: 0,
      incidentMinutes: 0,
      failedRequests: 0,
      usersAffectedShare: 0,
      fromT: null,
      toT: null,
    })
    expect(reading.failedSinceFault).toBe(0)
  })
})

describe("the incident's clock", () => {
  const good = outageJournal()

  it('does not run when the story never began', () => {
    expect(read({ ...good, facts: [] }).clockAt(5)).toBe('--:--')
    expect(read(good).clockAt(storyT + 39_999)).toBe('15:10')
  })

  it('stands while the harness takes longer: no minute of the outage is its own', () => {
    const sets = [
      { kind: 'clock-set' as const, incidentMs: 0, runs: true, because: 'the story begins' },
      { kind: 'clock-set' as const, incidentMs: 60_000, runs: true, because: 'step 6 is entered' },
    ]
    const at = [storyT, storyT + 66_000]
    const noted = sets.map((set, index) => ({
      ...set,
      n: 9_000 + index,
      t: at[index] ?? 0,
      at: wallOf(at[index] ?? 0),
    }))
    const { outage } = read({ ...good, facts: [...good.facts, ...noted] })
    expect(outage.seconds - outage.incidentMinutes).toBeCloseTo(6, 3)
    expect(read(good).outage.incidentMinutes).toBeCloseTo(outage.seconds, 3)
  })
})

describe('a second that contradicts itself', () => {
  it('does not keep its reader for ever: told last, and failed first', () => {
    const [one] = factsOf(outageJournal().facts, 'load-sample').filter(({ firstFailedT }) => firstFailedT !== null)
    const strange = changed(outageJournal(), 'load-sample', ({ n }) => (n === one?.n ? { fromT: 1e6 } : {}))
    expect(judge(strange).status).toBe('inconclusive')
  })
})
