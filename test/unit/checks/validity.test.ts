import { describe, expect, it } from 'vitest'
import { gates, judge } from '../../../src/checks/index.ts'
import { type Fact, factsOf } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { changed, guardedJournal, plus, storyT, without, withoutKind } from '../../support/journal.ts'
import { ask, said } from './ask.ts'
import { boundsWell } from './rows/bounds.ts'
import { soundContainers } from './rows/containers.ts'
import { courseWell } from './rows/course.ts'
import { edgesWell } from './rows/edges.ts'
import { guarded, soundRows } from './rows/ends.ts'
import { awaited } from './rows/events.ts'
import { exactWell } from './rows/exact.ts'
import { exactToldWell } from './rows/exact-told.ts'
import { gateRows, type Moment, only } from './rows/gates.ts'
import { lateFrom } from './rows/instruments.ts'
import { good } from './rows/row.ts'
import { sightsWell } from './rows/sights.ts'
import { sumsWell } from './rows/sums.ts'
import { surged, surgeRows } from './rows/surges.ts'
import { toldWellRows } from './rows/told-well.ts'

/** An event for which nobody can have waited so long. */
const early = changed(awaited(true), 'event-awaited', () => ({ waitedMs: 999_999 }))
const [{ startedT: faultT } = { startedT: 0 }] = factsOf(good.facts, 'fault-injected')

describe('the gates', () => {
  it.each(gates.map((gate) => gate.kind))('%s passes a good run, and says why', (kind) => {
    const { status, because } = said(good, { kind })
    expect(status).toBe('pass')
    expect(because).not.toBe('')
  })

  it.each(gates.map((gate) => gate.kind))('%s passes a run with a surge in it', (kind) => {
    expect(said(surged, { kind })).toMatchObject({ status: 'pass' })
  })

  it.each([...gateRows, ...surgeRows])('%s does not pass: %s', (kind, _name, record, because) => {
    expect(said(record, { kind })).toEqual({ status: 'inconclusive', because: expect.stringMatching(because) })
  })

  it.each([
    ...soundRows,
    ...soundContainers,
    ...toldWellRows,
    ...courseWell,
    ...sumsWell,
    ...sightsWell,
    ...edgesWell,
    ...boundsWell,
    ...exactWell,
    ...exactToldWell,
  ])('%s passes: %s', (kind, _name, record, because) => {
    expect(said(record, { kind })).toEqual({ status: 'pass', because: expect.stringMatching(because) })
  })

  it.each([
    ['incident-clock', 'clock-set'],
    ['load-as-planned', 'load-sample'],
    ['load-healthy', 'ledger-closed'],
    ['steady-before', 'steady-checked'],
    ['journal-whole', 'run-started'],
  ])('%s names the first %s that it rests on', (kind, of) => {
    const [finding] = ask(good, { kind })
    expect(finding?.facts).toEqual([good.facts.find((fact) => fact.kind === of)?.n])
  })

  it('name what they refuse', () => {
    const rest = without(good, (fact) => fact.kind === 'undo-promised' && fact.id === 'u4')
    const later = factsOf(rest.facts, 'undo-promised').find(({ id }) => id === 'u5')
    expect(ask(rest, { kind: 'undo-first' })).toMatchObject([{ status: 'inconclusive', facts: [later?.n] }])
    const [wait] = factsOf(early.facts, 'event-awaited')
    expect(ask(early, { kind: 'events-came' })).toMatchObject([{ status: 'inconclusive', facts: [wait?.n] }])
  })

  it('each have a row above', () => {
    expect(new Set(gateRows.map(([kind]) => kind))).toEqual(new Set(gates.map((gate) => gate.kind)))
  })

  it('allow an answer that was explained: a worker died between sending and logging', () => {
    const because = 'one answer not logged, within 1 s of the death of worker 31'
    const lost = changed(good, 'proxy-reconciled', (fact) => ({
      matched: fact.matched - 1,
      answeredUnlogged: 1,
      because,
    }))
    expect(said(lost, { kind: 'ledger-balanced' }).status).toBe('pass')
  })

  it('do not hold it against the load that it was late while containers started, before the story', () => {
    expect(said(lateFrom(storyT, false), { kind: 'load-healthy' }).status).toBe('pass')
  })

  it.each([
    [6, 7, 'pass'],
    [200, 300, 'pass'],
    [200, 7, 'inconclusive'],
    [50, 7, 'pass'],
    [51, 7, 'inconclusive'],
  ])('%i ms before the fault, where answers take %i ms, a failure is put down to it: %s', (early, p90, status) => {
    const hit = changed(good, 'load-sample', ({ fromT, latencyMs, firstFailedT }) => {
      const waited = latencyMs && { latencyMs: { ...latencyMs, p90 } }
      return { ...waited, ...(fromT <= faultT && firstFailedT !== null ? { firstFailedT: faultT - early } : {}) }
    })
    expect(said(hit, { kind: 'steady-before' }).status).toBe(status)
  })

  it('are not moved by what a guard mends once the harness has said that it is not clean', () => {
    const failed = changed(good, 'undo-done', (fact) => (fact.id === 'u4' ? { ok: false, because: 'no answer' } : {}))
    const unclean = changed(failed, 'world-compared', () => ({ clean: false, differences: ['web-1'] }))
    const { n = 0, t = 0, at = '' } = unclean.facts.at(-1) ?? {}
    const late: Fact[] = [
      { n: n + 1, t, at, kind: 'undo-done', id: 'u4', ok: true, by: 'guard', because: 'it is gone' },
      { n: n + 2, t, at, kind: 'world-compared', clean: true, differences: [] },
    ]
    const record = { ...unclean, facts: [...unclean.facts, ...late] }
    expect(said(record, { kind: 'restored' })).toMatchObject({ status: 'inconclusive' })
  })

  it('call it clean what the guard undid and compared when the harness had died', () => {
    expect(judge(guarded)).toMatchObject({ status: 'inconclusive', clean: true })
  })

  it('allow nothing to have been changed at all', () => {
    const plan = { ...good.plan, story: [] }
    const record = { plan, facts: [], torn: 0 }
    expect(said(record, { kind: 'restored' }).status).toBe('pass')
    expect(said(record, { kind: 'fault-witnessed' }).status).toBe('pass')
  })
})

describe('a fault that a measure stopped', () => {
  const rejected = guardedJournal('config-validation', 'rejected')
  const rolledBack = guardedJournal('automated-rollback', 'rolled-back')
  const gate = { kind: 'fault-witnessed' }
  const [before] = factsOf(rejected.facts, 'fault-witnessed')
  if (!before) throw new Error('no observation was made')
  const lookAtEnd = { ...before, moment: 'end' } as const
  const noLook = (record: RunRecord, ...moments: Moment[]) =>
    without(record, (fact) => fact.kind === 'fault-witnessed' && moments.includes(fact.moment))

  it('passes when it was attempted, and seen absent at some moment after', () => {
    expect(said(noLook(rejected, 'start'), gate).status).toBe('pass')
    expect(said(plus(rejected, storyT + 900, lookAtEnd), gate).status).toBe('pass')
  })

  it.each<[string, RunRecord, RegExp]>([
    ['no measure says why', withoutKind(rejected, 'measure-acted'), /no measure says why/],
    ['a measure that acted in another step', changed(rejected, 'measure-acted', () => ({ n: 0 })), /no measure/],
    ['a measure that let it through', changed(rejected, 'measure-acted', () => ({ action: 'passed' })), /no measure/],
    ['seen there', only(rejected, 'start', { present: true }), /there although it was stopped/],
    ['never looked for', noLook(rejected, 'start', 'after'), /no observation was made after/],
    ['not looked for before', noLook(rejected, 'before'), /no observation was made before/],
    ['rolled back, but never there', only(rolledBack, 'start', { present: false }), /not there at its start/],
    ['rolled back, but still there', only(rolledBack, 'after', { present: true }), /there although/],
    ['rolled back, and no observation was made', noLook(rolledBack, 'after'), /no observation was made after/],
    ['never attempted', withoutKind(rejected, 'fault-injected'), /none was injected/],
  ])('does not pass: %s', (_name, record, because) => {
    expect(said(record, gate)).toEqual({ status: 'inconclusive', because: expect.stringMatching(because) })
  })

  it('does not pass when only one of two planned faults was injected', () => {
    const place = { step: 2, clock: '14:51', dueMs: 21_000, title: 'The second' }
    const second = { ...place, does: 'fault' as const, detail: { fault: { kind: 'other' } } }
    const record = { ...rejected, plan: { ...rejected.plan, story: [...rejected.plan.story, second] } }
    expect(said(record, gate).because).toContain('step 2 (The second): its fault was never injected')
  })
})
