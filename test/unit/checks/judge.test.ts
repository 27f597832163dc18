import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Check, defineCheck } from '../../../src/checks/check.ts'
import { checkSchema, checks, gates, judge, verdict, worst } from '../../../src/checks/index.ts'
import { judgeWith } from '../../../src/checks/judge.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { changed, guardedJournal, killedAt, outageJournal, replanned, storyT } from '../../support/journal.ts'

const good = outageJournal()

const withChecks = (record: RunRecord, asked: RunRecord['plan']['checks']): RunRecord =>
  replanned(record, { checks: asked })

describe('the verdict', () => {
  it('passes the incident as it happened, with its figures', () => {
    const opinion = verdict.parse(judge(good))
    expect(opinion.findings.filter((finding) => finding.status !== 'pass')).toEqual([])
    expect(opinion).toMatchObject({
      status: 'pass',
      outage: { seconds: 66, incidentMinutes: 66, failedRequests: 3_301, usersAffectedShare: 1 },
      detectedBy: 'SuccessRateDropped',
      timeToRecoverSeconds: 66,
      clean: true,
    })
    expect(opinion.timeToDetectSeconds).toBeCloseTo(4.41)
  })

  it.each([
    ['config-validation', 'rejected', 0],
    ['blue-green', 'kept-off', 0],
    ['automated-rollback', 'rolled-back', 2.38],
  ] as const)('passes %s: the deploy is %s', (measure, outcome, seconds) => {
    const opinion = judge(guardedJournal(measure, outcome))
    expect(opinion.status).toBe('pass')
    expect(opinion.outage.seconds).toBe(seconds)
  })

  it('fails a system that did not do as it should, in a valid run', () => {
    const opinion = judge(withChecks(good, [{ kind: 'outage-length', atMostMs: 5_000 }]))
    expect(opinion.status).toBe('fail')
    expect(opinion.findings.at(-1)).toMatchObject({ check: 'outage-length', status: 'fail', about: 'behaviour' })
  })

  it('answers every check of the plan, in its order, once', () => {
    const answered = judge(good).findings.filter((finding) => finding.about === 'behaviour')
    expect(answered.map((finding) => finding.check)).toEqual(good.plan.checks.map((check) => check.kind))
    expect(answered.map((finding) => finding.step)).toEqual(good.plan.checks.map((check) => check['step'] ?? null))
  })

  it('is inconclusive when nothing was asked', () => {
    const opinion = judge(withChecks(good, []))
    expect(opinion.status).toBe('inconclusive')
    expect(opinion.findings.find((finding) => finding.check === 'checks-asked')?.status).toBe('inconclusive')
  })

  it('is inconclusive about a question it does not know', () => {
    const opinion = judge(withChecks(good, [...good.plan.checks, { kind: 'is-it-nice' }]))
    expect(opinion.status).toBe('inconclusive')
    expect(opinion.findings.at(-1)).toMatchObject({ check: 'is-it-nice', status: 'inconclusive' })
  })

  it.each([
    ['a field it does not know', { kind: 'outage-length', atMostHours: 5 }],
    ['a threshold that is no number', { kind: 'outage-length', atMostMs: 'five' }],
    ['a field that is missing', { kind: 'look-finds', step: 2 }],
    ['a threshold that is not finite', { kind: 'outage-length', atMostMs: Number.NaN }],
  ])('is inconclusive about a question with %s', (_name, spec) => {
    const opinion = judge(withChecks(good, [spec]))
    expect(opinion.status).toBe('inconclusive')
    expect(opinion.findings.at(-1)?.because).toContain('could not be asked')
  })

  it('never lets a check that throws pass, and says what it threw', () => {
    const broken: Check = defineCheck({
      kind: 'broken',
      about: 'behaviour',
      time: 'none',
      asks: 'Does it break?',
      fields: {},
      title: () => 'Does it break?',
      judge: () => {
        throw new TypeError('no such thing')
      },
    })
    const opinion = judgeWith({ gates, checks: [broken] }, withChecks(good, [{ kind: 'broken' }]))
    expect(opinion.status).toBe('inconclusive')
    expect(opinion.findings.at(-1)?.because).toContain('no such thing')
  })

  it('is inconclusive without gates, and about a check without answers', () => {
    const mute: Check = defineCheck({
      kind: 'mute',
      about: 'behaviour',
      time: 'none',
      asks: 'Does it speak?',
      fields: {},
      title: () => 'Does it speak?',
      judge: () => [],
    })
    const asked = withChecks(good, [{ kind: 'mute' }])
    expect(judgeWith({ gates, checks: [mute] }, asked).status).toBe('inconclusive')
    expect(judgeWith({ gates: [], checks }, good).status).toBe('inconclusive')
  })
})

describe('validity before behaviour', () => {
  const dead = outageJournal({ inForce: false })

  it('never passes and never fails with an injector that did nothing', () => {
    const opinion = judge(dead)
    expect(opinion.status).toBe('inconclusive')
    expect(opinion.findings.map((finding) => finding.status)).not.toContain('fail')
    expect(opinion.findings.find((finding) => finding.check === 'outage-length')?.because).toMatch(
      /less than expected \(not held against the system: fault-witnessed did not pass\)/,
    )
  })

  it.each([1_000, 10_000, 30_000, 52_000, 66_000, 79_000, 83_000])('a run killed %i ms into the story', (ms) => {
    const opinion = judge(killedAt(good, storyT + ms))
    expect(opinion.status).toBe('inconclusive')
    expect(opinion.clean).toBe(false)
    expect(opinion.findings.map((finding) => finding.status)).not.toContain('fail')
  })

  it('a run that never came to its story', () => {
    const opinion = judge(killedAt(good, 5_000))
    expect(opinion).toMatchObject({ status: 'inconclusive', clean: false, ledger: {}, timeToDetectSeconds: null })
  })

  it('an empty journal', () => {
    const opinion = judge({ plan: good.plan, facts: [], torn: 0 })
    expect(opinion).toMatchObject({ status: 'inconclusive', outage: { seconds: 0, fromT: null } })
  })

  it('an interrupted run that was undone is inconclusive, and clean', () => {
    const interrupted = changed(good, 'run-ended', () => ({ reason: 'interrupted' }))
    expect(judge(interrupted)).toMatchObject({ status: 'inconclusive', clean: true })
  })

  it('a machine not proven to be as before is not clean', () => {
    const differences = ['network badgateway-7f3a is still there']
    const opinion = judge(changed(good, 'world-compared', () => ({ clean: false, differences })))
    expect(opinion).toMatchObject({ status: 'inconclusive', clean: false })
  })
})

describe('the schema of questions', () => {
  it('takes every check of the replayed incident, strictly', () => {
    for (const check of good.plan.checks) expect(checkSchema.parse(check)).toMatchObject({ kind: check.kind })
    expect(() => checkSchema.parse({ kind: 'recovered', step: 7, withinMs: 1, holds: 2 })).toThrow()
    expect(() => checkSchema.parse({ kind: 'is-it-nice' })).toThrow()
  })

  it('prints a JSON Schema that names every check', () => {
    const printed = JSON.stringify(z.toJSONSchema(checkSchema, { io: 'input' }))
    for (const check of checks) expect(printed).toContain(`"${check.kind}"`)
  })

  it('has no kind twice, and a sentence for each', () => {
    const all = [...gates, ...checks]
    expect(new Set(all.map((check) => check.kind)).size).toBe(all.length)
    for (const check of all) expect(check.asks).toMatch(/^[A-Z].*\?$/)
  })
})

describe('worst', () => {
  it('wins, and nothing is inconclusive', () => {
    expect(worst(['pass', 'fail', 'inconclusive'])).toBe('fail')
    expect(worst(['pass', 'inconclusive'])).toBe('inconclusive')
    expect(worst(['pass'])).toBe('pass')
    expect(worst([])).toBe('inconclusive')
  })
})
