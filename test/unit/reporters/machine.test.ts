import { describe, expect, it } from 'vitest'
import { judge, overheadOf } from '../../../src/checks/index.ts'
import type { NewFact } from '../../../src/journal/facts.ts'
import { fileReporters } from '../../../src/reporters/index.ts'
import { overheadSentence, roomSentence, starvedSpans } from '../../../src/reporters/narrative/machine.ts'
import { Progress } from '../../../src/reporters/terminal/progress.ts'
import { outageJournal, plus, storyT, without } from '../../support/journal.ts'

type Sample = Extract<NewFact, { kind: 'machine-sample' }>

const sample = (fromT: number, cpuPressure: number): Sample => ({
  kind: 'machine-sample',
  fromT,
  spanMs: 1_000,
  cpuBusy: 0.5,
  cpuPressure,
  steal: 0,
  loopDelayMs: { p99: 2, max: 9 },
  enginePingMs: 2,
  execMs: null,
  source: 'psi',
})

/** The outage with a machine whose tasks waited like this, a second each from the story's begin. */
const told = (pressures: readonly number[]) => {
  const record = pressures.reduce((sum, pressure, second) => {
    const fromT = storyT + second * 1_000
    return plus(sum, fromT + 1_001, sample(fromT, pressure))
  }, outageJournal())
  return { record, verdict: judge(record) }
}

const roomy = told([0.1, 0.3])
const crowded = told([0.1, 0.95, 0.97, 0.2, 0.99])

describe('how much room the machine had', () => {
  it('is one sentence with figures', () => {
    expect(roomSentence(roomy)).toBe(
      'The machine had room all 2.0 s that it was watched: tasks waited for a core 30 % of a second at most.',
    )
    expect(roomSentence(crowded)).toMatch(/^The machine had no room for 3\.0 s of 5\.0 s: .+ waited for a core 99 %\.$/)
    const record = outageJournal()
    expect(roomSentence({ record, verdict: judge(record) })).toBeUndefined()
  })

  it('is a band where there was none: seconds that follow each other are one', () => {
    expect(starvedSpans(crowded.record.facts)).toEqual([
      { fromT: storyT + 1_000, toT: storyT + 3_000 },
      { fromT: storyT + 4_000, toT: storyT + 5_000 },
    ])
    expect(starvedSpans(roomy.record.facts)).toEqual([])
  })

  it('stands in the verdict for programs', () => {
    expect(crowded.verdict.machine).toMatchObject({ watchedSeconds: 5, starvedSeconds: 3 })
    expect(judge(outageJournal()).machine).toBeUndefined()
  })

  it('is said on the live line while it lasts', () => {
    const progress = new Progress(roomy.record.plan)
    for (const fact of crowded.record.facts.filter(({ kind }) => kind === 'machine-sample')) progress.take(fact)
    expect(progress.isStarved).toBe(true)
    for (const fact of roomy.record.facts.filter(({ kind }) => kind === 'machine-sample')) progress.take(fact)
    expect(progress.isStarved).toBe(false)
  })
})

describe('the overhead', () => {
  it('is told by part, and is what was neither story nor steady state', () => {
    const overhead = overheadOf(roomy.record)
    const { openMs = 0, raiseMs = 0, steadyMs = 0, undoMs = 0, lowerMs = 0, totalMs = 0 } = overhead ?? {}
    expect(openMs + raiseMs + steadyMs + undoMs + lowerMs).toBeCloseTo(totalMs, 3)
    expect(overheadSentence(roomy)).toMatch(
      /^Overhead [\d.]+ s: open .+, start .+, wait until steady .+, undo .+, tear down /,
    )
    expect(roomy.verdict.overhead?.totalSeconds).toBeCloseTo(totalMs / 1_000, 6)
  })

  it('of a run that never ended is not known', () => {
    const record = without(roomy.record, ({ kind }) => kind === 'run-ended')
    expect(overheadSentence({ record, verdict: judge(record) })).toBeUndefined()
  })

  it.each(['report.html', 'postmortem.md'])('stands in %s, and so does the room', async (file) => {
    const reporter = fileReporters.find((one) => one.file === file)
    const text = await reporter?.write({ variants: [crowded] })
    expect(text).toContain('Overhead ')
    expect(text).toContain('The machine had no room for 3.0 s of 5.0 s')
  })
})
