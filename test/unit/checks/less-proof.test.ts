import { describe, expect, it } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import { type Fact, type FactKind, factSchema } from '../../../src/journal/facts.ts'
import { guardedJournal, outageJournal, without, withoutKind } from '../../support/journal.ts'
import { awaited } from './rows/events.ts'
import { kept } from './rows/own.ts'
import { surged } from './rows/surges.ts'

const good = outageJournal()
const stopped = guardedJournal('config-validation', 'rejected')

/** For the reader of a report, or of what went wrong; no pass rests on them. */
const decoration: readonly FactKind[] = [
  'pace-measured',
  'log-noticed',
  'resource-sample',
  'machine-sample',
  'problem',
  'stack-given-up',
  // Of their own monitoring: what counts as told is an alert that changed.
  'alert-routed',
]
const allKinds = factSchema.options.map((option) => option.shape.kind.value)
/** Of some runs only. */
const rare: readonly FactKind[] = ['measure-acted', 'load-changed', 'event-awaited', 'data-seen']
const proof = allKinds.filter((kind) => !decoration.includes(kind) && !rare.includes(kind))

describe('a verdict with less proof', () => {
  it.each(proof)('is not a pass without any %s', (kind) => {
    expect(good.facts.some((fact) => fact.kind === kind)).toBe(true)
    expect(judge(withoutKind(good, kind)).status).not.toBe('pass')
  })

  it('is not a pass without what the measure did', () => {
    expect(judge(stopped).status).toBe('pass')
    expect(judge(withoutKind(stopped, 'measure-acted')).status).not.toBe('pass')
  })

  it('is not a pass without what changed the load', () => {
    expect(judge(surged).status).toBe('pass')
    expect(judge(withoutKind(surged, 'load-changed')).status).not.toBe('pass')
  })

  it('is not a pass without what their data said', () => {
    expect(judge(kept).status).toBe('pass')
    expect(judge(withoutKind(kept, 'data-seen')).status).toBe('inconclusive')
  })

  it('is not a pass without the event that a step waits for', () => {
    expect(judge(awaited(true)).status).toBe('pass')
    expect(judge(awaited(false)).status).toBe('inconclusive')
    expect(judge(withoutKind(awaited(true), 'event-awaited')).status).toBe('inconclusive')
  })

  it.each(decoration)('does not rest on %s', (kind) => {
    expect(judge(withoutKind(good, kind)).status).toBe('pass')
  })

  it.each<[string, (fact: Fact) => boolean]>([
    ['second of the users', (fact) => fact.kind === 'load-sample' && fact.source === 'users'],
    ['witness', (fact) => fact.kind === 'fault-witnessed' && fact.moment !== 'after'],
    ['promise of an undo', (fact) => fact.kind === 'undo-promised'],
    ['undo', (fact) => fact.kind === 'undo-done'],
    ['step', (fact) => fact.kind === 'step-entered' || fact.kind === 'step-ended'],
    ['look', (fact) => fact.kind === 'observed'],
    ['remedy', (fact) => fact.kind === 'remedy-applied'],
    ['closed ledger', (fact) => fact.kind === 'ledger-closed'],
  ])(
    'is not a pass when any single %s is missing',
    (_name, matches) => {
      const candidates = good.facts.filter(matches)
      expect(candidates.length).toBeGreaterThan(0)
      const passed = candidates.filter((one) => judge(without(good, (fact) => fact.n === one.n)).status === 'pass')
      expect(passed).toEqual([])
    },
    30_000,
  )

  it('is not a pass when a line of the journal is lost, whichever it is', () => {
    const places = [0, 40, 200, 400, good.facts.length - 1]
    for (const place of places) {
      const facts = good.facts.filter((_fact, index) => index !== place)
      expect(judge({ ...good, facts }).status).not.toBe('pass')
    }
    expect(judge({ ...good, torn: 1 }).status).not.toBe('pass')
  })
})
