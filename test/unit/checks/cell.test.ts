import { describe, expect, it } from 'vitest'
import { changeFor } from '../../../src/checks/cell/change.ts'
import { figuresOf } from '../../../src/checks/cell/figures.ts'
import { cellRow } from '../../../src/checks/cell/row.ts'
import { sentenceFor } from '../../../src/checks/cell/sentence.ts'
import { faultTime } from '../../../src/checks/cell/window.ts'
import { judge } from '../../../src/checks/index.ts'
import { read } from '../../../src/checks/reading.ts'
import { type Fact, factsOf } from '../../../src/journal/index.ts'
import { cellJournal, handling, planned, rowFor } from '../../support/cell.ts'
import { changed, outageJournal, without } from '../../support/journal.ts'

const figures = () => {
  const { figures: found } = rowFor(cellJournal())
  if (!found) throw new Error('it was not measured')
  return found
}

const shareOf = (writes: { lost: number; sent: number } | null | undefined) => (writes?.lost ?? 0) / (writes?.sent ?? 0)

describe('the row of a cell', () => {
  it('is read from plan and journal alone', () => {
    const { status, verdict, figures: found, sentence } = rowFor(cellJournal())
    expect({ status, verdict }).toEqual({ status: 'measured', verdict: 'pass' })
    expect(found).toMatchObject({
      failedShare: expect.closeTo(1, 2),
      endedBy: 'with the fault',
      writes: null,
      hiddenRetries: null,
    })
    expect(found?.alert).toMatchObject({ name: expect.any(String) })
    expect(Object.keys(found?.byClass ?? {})).toEqual(['http_502'])
    expect(sentence).toMatch(
      /^One of 2 servers of api \(api-1\) refused connections, and > 99.9 % of requests failed \(most.* 502\)/,
    )
  })

  it('says that it did not end when service was not good again', () => {
    expect(rowFor(cellJournal({}, { servedAgainMs: null })).figures).toMatchObject({
      endedBy: 'not at all',
      failedAfterEndMs: null,
    })
  })

  it('did not end by itself where what was asked meanwhile was answered only when the cause was gone', () => {
    const record = cellJournal()
    const end = factsOf(record.facts, 'remedy-applied').find(({ changed }) => changed)
    const [toT, goneT] = [end?.startedT ?? 0, end?.t ?? 0]
    // As with a dependency that hangs: who gives up after 10 s does so after the end, who came later is answered then.
    const facts = record.facts.map((fact) => {
      if (fact.kind !== 'load-sample' || fact.fromT >= goneT || fact.fromT < toT - 9_000) return fact
      const isLate = fact.fromT >= toT - 7_000
      const latency = isLate ? goneT + 500 - fact.fromT : 10_000
      const latencyMs = {
        p50: latency,
        p75: latency,
        p90: latency,
        p95: latency,
        p99: latency,
        p999: latency,
        max: latency,
      }
      if (!isLate) return { ...fact, ledger: { timeout: fact.planned }, latencyMs, failedUntilT: fact.fromT + 10_999 }
      const none = { firstFailedT: null, lastFailedT: null, failedUntilT: null }
      return { ...fact, ledger: { http_200: fact.planned }, latencyMs, ...none }
    })
    const time = faultTime(facts) ?? expect.unreachable('it was in force')
    const found = figuresOf(read({ ...record, facts }), planned(), time)
    expect(found).toMatchObject({ endedBy: 'with the fault' })
    expect(found.failedAfterEndMs).toBeGreaterThan(1_000)
    expect(sentenceFor(planned(), found)).toContain('more when the cause was gone')
  })

  it('counts writes in the time in which it counts what was asked', () => {
    const record = cellJournal({ writes: true })
    const asked = { repeated: 9, hidden: 0, writes: 12, writesFailed: 7, writesRepeated: 2 }
    const facts = record.facts.map((fact): Fact => {
      if (fact.kind === 'proxy-sample') return { ...fact, asked }
      if (fact.kind !== 'load-sample' || fact.source !== 'users') return fact
      return { ...fact, writes: { sent: fact.planned / 5, failed: (fact.ledger['http_502'] ?? 0) / 5 } }
    })
    const { figures } = rowFor({ ...record, facts })
    expect(figures?.writes).toMatchObject({ lost: (figures?.failed ?? 0) / 5, twiceBy: 'log' })
    expect(shareOf(figures?.writes)).toBeCloseTo(figures?.failedShare ?? 0, 2)
    const older = facts.map((fact): Fact => (fact.kind === 'load-sample' ? { ...fact, writes: undefined } : fact))
    expect(shareOf(rowFor({ ...record, facts: older }).figures?.writes)).toBeCloseTo(7 / 12)
  })

  it.each([
    [0, { twice: 3, twiceBy: 'keys' }],
    [1, { twiceBy: 'log' }],
  ])('counts writes by their keys where no server beside is unseen (%i are)', (wellBeside, writes) => {
    const counted = { reached: 40, twice: 3 }
    const asked = { repeated: 9, hidden: 0, writes: 12, writesFailed: 7, writesRepeated: 2 }
    const seen = changed(cellJournal({ writes: true, wellBeside }), 'fault-witnessed', () => ({ writes: counted }))
    const record = changed(seen, 'proxy-sample', () => ({ asked }))
    expect(rowFor(record).figures?.writes).toMatchObject(writes)
  })

  it('has no figures where it was no experiment', () => {
    const row = rowFor(without(cellJournal(), ({ kind }) => kind === 'world-compared'))
    expect(row).toMatchObject({ status: 'inconclusive', figures: null, change: null })
    expect(row.sentence).not.toBe('')
  })

  it('is none where the plan has no cell', () => {
    const record = outageJournal()
    expect(cellRow(record, judge(record))).toBeUndefined()
  })
})

describe('the change that the facts name', () => {
  it.each<[string, Parameters<typeof planned>[0], Partial<ReturnType<typeof figures>>, RegExp | null]>([
    ['nothing where no user noticed', {}, { failed: 0, p95BeforeMs: 5, p95DuringMs: 6 }, null],
    ['a second server', { wellBeside: 0 }, {}, /no second server/],
    ['next_upstream off', { handling: { ...handling, nextUpstream: ['off'] } }, {}, /`proxy_next_upstream` is off/],
    ['a status that is passed on', { mode: 'status-503' }, {}, /does not name `http_503`/],
    ['a header that is passed on', { mode: 'big-header' }, {}, /does not name `invalid_header`/],
    ['writes', {}, { failed: 4, writes: { sent: 9, lost: 4, twice: 0, twiceBy: 'log' } }, /does not repeat POSTs/],
    ['max_fails', { handling: { ...handling, maxFails: { least: 0, most: 0 } } }, {}, /max_fails=0/],
    [
      'a default timeout',
      { waits: { for: 'connect', ms: 60_000 } },
      { p95BeforeMs: 5, p95DuringMs: 9_000 },
      /`proxy_connect_timeout` is 1 min 00 s \(Nginx's default\)/,
    ],
    [
      'its family',
      { handling: { ...handling, family: 'fastcgi', nextUpstream: ['off'] } },
      {},
      /`fastcgi_next_upstream` is off/,
    ],
    ['an address looked up once', { mode: 'recreate' }, { endedBy: 'not at all' }, /`resolver`/],
    [
      'a cache that keeps silent',
      { wellBeside: 0, kind: 'group', handling: { ...handling, caches: true } },
      {},
      /stale/,
    ],
    ['nothing where the facts name none', { kind: 'group', wellBeside: 0 }, {}, null],
    ['nothing without a configuration', { handling: null }, {}, null],
  ])('%s', (_, cell, more, expected) => {
    const { change } = changeFor(planned(cell), { ...figures(), ...more })
    if (expected === null) expect(change).toBeNull()
    else expect(change).toMatch(expected)
  })
})

describe('budgets', () => {
  const asked = (checks: { kind: string }[]) =>
    judge(cellJournal({}, { plan: { checks } }))
      .findings.filter(({ about }) => about === 'behaviour')
      .map(({ status }) => status)

  it('fail when they are not kept, and pass when they are', () => {
    const share = (atMost: number) => ({ kind: 'failed-share', atMost })
    const told = (withinMs: number) => ({ kind: 'told-within', withinMs })
    const time = (atMostMs: number) => ({ kind: 'answer-time', atMostMs })
    expect(asked([share(0.5), share(1), told(1_000), told(20_000), time(1), time(1_000)])).toEqual([
      ...['fail', 'pass', 'fail', 'pass', 'fail', 'pass'],
    ])
  })
})
