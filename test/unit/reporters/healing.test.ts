import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/checks/index.ts'
import { factsOf } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { htmlReporter } from '../../../src/reporters/html/report.ts'
import { terminalReporter } from '../../../src/reporters/index.ts'
import { postmortemReporter } from '../../../src/reporters/markdown/postmortem.ts'
import { gapSentence, relapseSentence } from '../../../src/reporters/narrative/healing.ts'
import { causeSentence } from '../../../src/reporters/narrative/variant-words.ts'
import type { ReportedRun } from '../../../src/reporters/reporter.ts'
import { changed as changedFacts, outageJournal, outagePlan, plus, replanned, without } from '../../support/journal.ts'
import { sampleRun, variantOf } from './hostile.ts'

const [played] = sampleRun().variants
if (!played) throw new Error('the sample has variants')
const changed = (change: Partial<Verdict>): Verdict => ({ ...played.verdict, ...change })

describe('the sentences', () => {
  it('tell the two recoveries', () => {
    expect(gapSentence(changed({ backendsRecoveredSeconds: 0 }))).toMatch(/^The backends were well all the time/)
    const later = { backendsRecoveredSeconds: 40, recoveryGapSeconds: 26 }
    expect(gapSentence(changed(later))).toMatch(/well for good 40\.0 s after .* the users 26\.0 s later\.$/)
    expect(gapSentence(changed({ ...later, recoveryGapSeconds: -3 }))).toContain('the users 3.0 s earlier.')
    for (const close of [0.7, -0.7]) {
      const told = gapSentence(changed({ ...later, recoveryGapSeconds: close }))
      expect(told).toMatch(/, and the users with them, as far as a look a second tells\.$/)
    }
    expect(gapSentence(changed({ ...later, recoveryGapSeconds: null }))).toContain('the users were not.')
    expect(gapSentence(changed({ backendsRecoveredSeconds: null }))).toBe('')
  })

  it('tell a relapse', () => {
    expect(relapseSentence(changed({ relapses: [] }))).toBe('')
    const relapses = [{ fromT: 1, heldSeconds: 8, seconds: 2.5, failedRequests: 12 }]
    expect(relapseSentence(changed({ relapses }))).toBe(
      'Relapse: service held and broke again, 1 time: after 8.0 s for 2.5 s, 12 failed requests.',
    )
  })

  it('tell which alert named the cause, be it before anybody was failed', () => {
    const named = { causeNamedBy: 'MemoryHigh', causeNamedAfterSeconds: -4.2 }
    expect(causeSentence(changed(named))).toBe(
      'The cause was named by the alert MemoryHigh, 4.2 s before the first failed request.',
    )
    expect(causeSentence(changed({ ...named, causeNamedAfterSeconds: 3, causeNamedFrom: 'fault' }))).toMatch(
      /3\.0 s after the fault\.$/,
    )
    expect(causeSentence(changed({ causeNamedBy: null }))).toBe('')
  })
})

/** Nobody corrected anything: the proxy ran on, and the fault was there until it was undone. */
function uncorrected(): RunRecord {
  const whole = outageJournal({ servedAgainMs: null })
  const undoT = factsOf(whole.facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0
  const [began] = factsOf(whole.facts, 'stack-seen')
  const told = without(whole, (fact) => {
    const isStep = ('step' in fact && fact.step > 5) || (fact.kind === 'clock-set' && /step [78] /.test(fact.because))
    const isDeed = fact.kind === 'remedy-applied' && fact.remedy === 'correct-config'
    const isEnd = fact.kind === 'fault-undone' || (fact.kind === 'fault-witnessed' && fact.moment === 'end')
    return isStep || isDeed || isEnd || fact.kind === 'service-event' || fact.kind === 'engine-called'
  })
  const [fault, witness, because] = ['the deploy', 'config-hash over HTTP', 'it is served']
  const seen = plus(told, undoT + 20, {
    kind: 'fault-witnessed',
    fault,
    moment: 'end',
    present: true,
    witness,
    because,
  })
  const over = plus(seen, undoT + 2_290, { kind: 'fault-undone', fault, by: 'undo', because: 'its undo was done' })
  return changedFacts(over, 'stack-seen', () => ({ services: began?.services ?? [] }))
}

/** The sample with a control in which the outage stayed without the correction. */
function withControl(): ReportedRun {
  const leftOut = { without: 'correct-config', of: 'as-it-happened' }
  const question = { kind: 'outage-stays', step: 5, without: 'correct-config' }
  const story = outagePlan().story.slice(0, 6)
  const plan = outagePlan({ variant: 'control', variantTitle: 'Control', control: leftOut, story, checks: [question] })
  const control = changedFacts(uncorrected(), 'run-started', () => ({ variant: 'control' }))
  return { variants: [played as NonNullable<typeof played>, variantOf(replanned(control, plan))] }
}

describe('recovery attribution', () => {
  it('is told in the report, the post-mortem and on the terminal', async () => {
    const run = withControl()
    const words = 'cured, and without it the outage stayed'
    const page = await htmlReporter.write(run)
    expect(page).toContain('<h3>Recovery attribution</h3>')
    expect(page).toContain(words)
    const mortem = await postmortemReporter.write(run)
    expect(mortem).toMatch(/correct-config worked.*; \*\*cured, and without it the outage stayed\*\*/)
    expect(mortem).toMatch(/rollback failed.*; \*\*no effect\*\*/)
    let text = ''
    const out = (more: string) => {
      text += more
    }
    const io = { out, err: out, isTty: false, columns: 100, color: false }
    terminalReporter({ io, quiet: true, json: false }).onEnd({ run, folder: '/tmp/x' })
    expect(text).toContain('  Recovery attribution:\n    rollback: no effect\n    correct-config: cured, and without')
    expect(text).toContain('control: without correct-config')
  })
})
