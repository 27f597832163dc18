import { describe, expect, it } from 'vitest'
import { backendsSeen } from '../../../src/checks/reading/backends.ts'
import { overheadOf } from '../../../src/checks/reading/overhead.ts'
import type { FactOf } from '../../../src/journal/facts.ts'
import { changed, JournalWriter, outageJournal, without } from '../../support/journal.ts'

const all = ['web-1', 'api-1']
/** Looks at two servers; who is ill, by the second of the look. */
function looks(ill: Readonly<Record<number, string>>, at = [10, 11, 12, 13, 14]) {
  const journal = new JournalWriter()
  for (const second of at) {
    const sick = ill[second]
    journal.at(second * 1_000 + 20, {
      kind: 'backends-seen',
      fromT: second * 1_000,
      well: all.filter((one) => one !== sick),
      ill: sick === undefined ? [] : [{ service: sick, because: `no answer in second ${second}` }],
    })
  }
  return journal.facts()
}
const seen = (facts: ReturnType<typeof looks>, fromT: number | null = 10_000, toT = 14_000) =>
  backendsSeen(facts, fromT, toT)

describe('the backends, past the proxy', () => {
  it('were not seen where there was no outage, or no observation was made', () => {
    expect(seen(looks({}), null)).toBeNull()
    expect(seen(looks({}), 14_001, 20_000)).toBeNull()
    expect(seen(looks({}), 1_000, 9_999)).toBeNull()
  })

  it('are looked at from the first failed request to the end of the story', () => {
    expect(seen(looks({}))).toMatchObject({ looks: 5, wellT: 10_000, unseen: null, facts: [1] })
    expect(seen(looks({ 10: 'web-1', 14: 'api-1' }), 10_001, 13_999)).toMatchObject({ looks: 3, wellT: 10_001 })
  })

  it('were well for good with the look after the last in which one was ill', () => {
    const told = seen(looks({ 10: 'web-1', 12: 'web-1' }))
    expect(told).toMatchObject({ wellT: 13_000, facts: [1, 3, 4] })
    expect([...(told?.ill ?? [])]).toEqual([['web-1', 'no answer in second 12']])
  })

  it('were not, when one was ill in the last', () => {
    expect(seen(looks({ 14: 'api-1' }))).toMatchObject({ wellT: null, facts: [5, 5, 1] })
  })

  it('prove nothing where no observation was made for more than ten seconds', () => {
    expect(seen(looks({}, [10, 20, 21]), 10_000, 30_000)?.unseen).toBeNull()
    expect(seen(looks({}, [10, 11, 21.001]), 10_000, 30_000)?.unseen).toBe('no observation for 10.0 s')
    expect(seen(looks({}, [21]), 10_999, 30_000)?.unseen).toBe('no observation for 10.0 s')
    expect(seen(looks({}, [11]), 1_000, 30_000)?.unseen).toBeNull()
  })

  it('nor where one of them was not looked at', () => {
    const facts = looks({ 12: 'web-1' }).map((fact) => (fact.n === 3 ? { ...fact, well: [] } : fact))
    expect(seen(facts)?.unseen).toBe('not every server was looked at 1 time')
  })
})

describe('what a run took besides its story', () => {
  const good = outageJournal()
  const at = (phase: FactOf<'phase-entered'>['phase'], t: number) => ({ phase, t })
  /** 5 s of the steady state are the plan's. */
  const run = (times: readonly { phase: FactOf<'phase-entered'>['phase']; t: number }[], wallMs = 100_000) => {
    const told = changed(good, 'phase-entered', ({ phase, t }) => ({
      t: times.find((one) => one.phase === phase)?.t ?? t,
    }))
    return changed(told, 'run-ended', () => ({ t: wallMs, wallMs }))
  }
  const usual = [at('raise', 500), at('steady', 8_500), at('story', 16_500), at('undo', 90_000), at('lower', 96_000)]

  it('is each of its parts, without the steady state and the story', () => {
    const told = overheadOf(run(usual))
    expect(told).toEqual({
      openMs: 500,
      raiseMs: 8_000,
      steadyMs: 3_000,
      undoMs: 6_000,
      lowerMs: 4_000,
      totalMs: 21_500,
    })
  })

  it('is never less than nothing, though the steady state was cut short', () => {
    const short = overheadOf(run([...usual.slice(0, 1), at('steady', 14_500), ...usual.slice(2)]))
    expect(short).toMatchObject({ steadyMs: 0, raiseMs: 14_000, totalMs: 100_000 - 73_500 - 2_000 })
    expect(overheadOf(run([at('raise', 900), at('steady', 800), ...usual.slice(2)]))).toMatchObject({ raiseMs: 0 })
    expect(overheadOf(changed(run(usual), 'run-ended', () => ({ wallMs: 9 })))).toMatchObject({ totalMs: 0 })
  })

  it('is nothing of phases that it never came to', () => {
    const unlowered = without(run(usual), (fact) => fact.kind === 'phase-entered' && fact.phase === 'lower')
    expect(overheadOf(unlowered)).toMatchObject({ undoMs: 10_000, lowerMs: 0 })
  })

  it('is not known of a run that did not end by itself', () => {
    expect(overheadOf(changed(good, 'run-ended', () => ({ by: 'guard' })))).toBeNull()
    expect(overheadOf(without(good, ({ kind }) => kind === 'run-ended'))).toBeNull()
    expect(overheadOf(without(good, ({ kind }) => kind === 'phase-entered'))).toBeNull()
  })
})
