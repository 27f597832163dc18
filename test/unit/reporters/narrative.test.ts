import { describe, expect, it } from 'vitest'
import { read, watchdog } from '../../../src/checks/index.ts'
import { factsOf } from '../../../src/journal/facts.ts'
import { incidentClockOf } from '../../../src/journal/index.ts'
import { isServed, lostClasses, total } from '../../../src/kit/ledger.ts'
import { marksOf } from '../../../src/reporters/charts/axis.ts'
import { memoryPicture, niceAbove } from '../../../src/reporters/charts/panels.ts'
import { stageOf } from '../../../src/reporters/charts/scale.ts'
import { factNumbers } from '../../../src/reporters/html/parts.ts'
import { explain, reasonsOf } from '../../../src/reporters/narrative/reasons.ts'
import { sentenceAfter, sentenceOf } from '../../../src/reporters/narrative/sentences.ts'
import { type Bucket, loadSeries, outcomeGroups, totalRate } from '../../../src/reporters/narrative/series.ts'
import { alertSpans, faultSpans, shopAlerts } from '../../../src/reporters/narrative/spans.ts'
import { stepsNotReached, timelineOf } from '../../../src/reporters/narrative/timeline.ts'
import { changed, guardedJournal, killedAt, outageJournal, storyT } from '../../support/journal.ts'
import { variantOf } from './hostile.ts'

/** Failed requests per second in a bucket: all that were not served. */
const failedRate = (bucket: Bucket) => totalRate(bucket) - (bucket.rates['served'] ?? 0)

const outage = variantOf(outageJournal())
const { facts } = outage.record

describe('the incident clock', () => {
  it('runs as fast as the plan says, goes round at midnight, and forgives a timer that is early', () => {
    const clock = incidentClockOf(outage.record.facts, outage.record.plan)
    expect(clock.clockAt(storyT)).toBe('14:30')
    expect(clock.clockAt(storyT + 19_990)).toBe('14:50')
    expect(clock.secondsAt(storyT - 5_000)).toBe(-5)
  })
})

describe('what clients got over time', () => {
  const buckets = loadSeries(facts)

  it('counts every request of users and pressure once', () => {
    const sent = factsOf(facts, 'load-sample').reduce((sum, sample) => sum + total(sample.ledger), 0)
    expect(Math.round(buckets.reduce((sum, bucket) => sum + totalRate(bucket), 0))).toBe(sent)
  })

  it('puts each class of the ledger into exactly one group', () => {
    const classes = ['http_200', 'http_304', 'http_404', 'http_499', 'http_500', 'http_502', 'http_503', 'http_504']
    for (const name of [...classes, 'http_599', 'http_999', ...lostClasses]) {
      const holding = outcomeGroups.filter((group) => group.holds(name))
      expect(holding, name).toHaveLength(1)
      expect(holding[0]?.name === 'served', name).toBe(isServed(name))
    }
  })

  it('keeps a steady rate steady when samples come with jitter', () => {
    const jittery = changed(outage.record, 'load-sample', (sample) => ({
      fromT: sample.fromT + (sample.n % 2 === 0 ? 90 : -90),
    }))
    const rates = loadSeries(jittery.facts).map(totalRate)
    expect(new Set(rates)).toEqual(new Set([250]))
  })

  it('takes longer buckets for a long run, and the worst second of each', () => {
    const long = changed(outage.record, 'load-sample', (sample) => ({ fromT: sample.fromT * 10 }))
    const wide = loadSeries(long.facts)
    expect(wide.length).toBeLessThanOrEqual(240)
    expect(wide[0]?.lengthMs).toBeGreaterThan(1_000)
    expect(wide[0]?.latencyMs?.p99).toBe(14)
  })

  it('knows what failed', () => {
    expect(Math.max(...buckets.map(failedRate))).toBe(250)
    expect(failedRate(buckets[0] ?? { fromT: 0, lengthMs: 1, rates: {}, latencyMs: null })).toBe(0)
  })
})

describe('what lasted', () => {
  it('a fault lasts from its injection until it is undone', () => {
    expect(faultSpans(outage)).toEqual([{ fault: 'the deploy', fromT: storyT + 140, toT: expect.closeTo(79_455, -2) }])
    expect(faultSpans(variantOf(guardedJournal('blue-green', 'kept-off')))).toEqual([])
  })

  it('an alert is one though Alertmanager adds labels', () => {
    const labelled = changed(outage.record, 'alert-changed', (fact) =>
      fact.state === 'delivered' ? { labels: { ...fact.labels, cluster: 'shop' } } : {},
    )
    expect(shopAlerts(labelled.facts).map((one) => alertSpans(one, 99_000))).toEqual([
      {
        pending: [{ fromT: storyT + 2_100, toT: storyT + 4_100 }],
        firing: [{ fromT: storyT + 4_100, toT: storyT + 70_600 }],
      },
    ])
  })

  it('an alert that never ends lasts until the end', () => {
    const [alert] = shopAlerts(killedAt(outage.record, storyT + 30_000).facts)
    expect(alert && alertSpans(alert, 50_000).firing).toEqual([{ fromT: storyT + 4_100, toT: 50_000 }])
  })

  it('an alert is shown as firing whenever the verdict says that it fired, and not longer', () => {
    const told = (...kept: string[]) => {
      const facts = outage.record.facts.filter((fact) => fact.kind !== 'alert-changed' || kept.includes(fact.state))
      const episodes = read({ ...outage.record, facts }).alerts.filter(({ alert }) => alert !== watchdog)
      const shown = shopAlerts(facts).flatMap((one) => alertSpans(one, 99_000).firing)
      expect(shown).toEqual(episodes.map(({ firingT, resolvedT }) => ({ fromT: firingT, toT: resolvedT ?? 99_000 })))
      return shown.length
    }
    // A look of Prometheus that was missed is made up for by what Alertmanager delivered.
    expect(told('pending', 'delivered', 'resolve-delivered')).toBe(1)
    expect(told('pending', 'firing', 'delivered', 'resolve-delivered')).toBe(1)
    expect(told('pending', 'firing', 'pending')).toBe(1)
    expect(told('pending')).toBe(0)
  })
})

describe('the timeline', () => {
  const rows = timelineOf(outage)

  it('has all steps with what was expected and what came of it, in order of time', () => {
    const steps = rows.filter(({ number }) => number !== null)
    expect(steps.map(({ clock }) => clock)).toEqual(outage.record.plan.story.map(({ clock }) => clock))
    expect(steps.map(({ expected }) => expected)).toEqual([
      'takes hold',
      'SuccessRateDropped fires within 15.0 s',
      'finds: healthy',
      'finds: none',
      'finds: connect-refused',
      'fails',
      'cures it',
      'served again within 10.0 s, and holding for 5.0 s',
    ])
    expect(steps.every(({ status }) => status === 'pass')).toBe(true)
    expect(rows.map(({ t }) => t)).toEqual(rows.map(({ t }) => t).toSorted((a, b) => a - b))
  })

  it('has what happened by itself between them', () => {
    const titles = rows.filter(({ number }) => number === null).map(({ title }) => title)
    expect(titles).toEqual([
      'The first request fails',
      'Alert SuccessRateDropped is pending',
      'Alert SuccessRateDropped is firing',
      'Alert SuccessRateDropped was delivered to on-call',
      'Requests are served again, 66.0 s after the first failure',
      'the deploy is gone (remedy): configuration 41d0 is served',
      'Alert SuccessRateDropped is resolved',
      'Alert SuccessRateDropped was reported as resolved to on-call',
    ])
  })

  it('knows the steps that were never reached', () => {
    const killed = variantOf(killedAt(outage.record, storyT + 25_000))
    expect(stepsNotReached(killed).map(({ step }) => step)).toEqual([3, 4, 5, 6, 7])
    expect(stepsNotReached(outage)).toEqual([])
  })
})

describe('sentences', () => {
  const [undone] = factsOf(facts, 'fault-undone')

  it('do not say a reason twice in a row', () => {
    if (!undone) throw new Error('the sample undoes its fault')
    expect(sentenceAfter(undone, '')).toBe('the deploy is gone (remedy): configuration 41d0 is served')
    expect(sentenceAfter(undone, undone.because)).toBe('the deploy is gone (remedy)')
  })

  it('exist for every kind of fact that is no mere figure', () => {
    const silent = new Set(facts.filter((fact) => sentenceOf(fact) === '').map(({ kind }) => kind))
    for (const kind of ['fault-injected', 'remedy-applied', 'observed', 'alert-changed', 'log-noticed'] as const) {
      expect(silent).not.toContain(kind)
    }
  })
})

describe('the memory chart', () => {
  const series = (limitBytes: number) => [
    { service: 'proxy', limitBytes, points: [{ t: storyT, bytes: 40 * 1_048_576 }] },
  ]
  const drawn = (mebibytes: number[]) => {
    const memory = mebibytes.flatMap((limit) => series(limit * 1_048_576))
    return JSON.stringify(memoryPicture(memory, stageOf(outage).backdrop).option)
  }

  it('shows limits that are near, and leaves out those that would squash the rest', () => {
    expect(drawn([64, 24_000])).toContain('limit 64 MiB: proxy')
    expect(drawn([64, 24_000])).not.toContain('24,000')
    expect(drawn([24_000])).toContain('limit 24,000 MiB: proxy')
  })
})

describe('small print', () => {
  it('why requests failed, with the first line and a meaning', () => {
    const [reason] = reasonsOf(facts)
    expect(reason).toMatchObject({ reason: 'connect-refused', lines: 16_505, sample: { service: 'proxy-1' } })
    expect(explain('connect-refused')).toContain('nothing listens')
    expect(explain('constructor')).toBe('')
  })

  it('numbers of facts are short', () => {
    expect(factNumbers([9, 4, 7, 8, 7])).toBe('4, 7–9')
    expect(factNumbers([1, 3, 5, 7, 9, 11, 13])).toBe('1, 3, 5, 7, 9 …')
  })

  it('marks that would lie on each other become one, and axes end on round numbers', () => {
    const steps = [0, 0.2, 30].map((at, index) => ({ at, number: index + 1 }))
    expect(marksOf(steps, { from: 0, to: 60 })).toEqual([
      { at: 0, text: '1 2' },
      { at: 30, text: '3' },
    ])
    expect([1, 7, 250, 301].map(niceAbove)).toEqual([1, 8, 300, 400])
  })
})
