import { AssertionError } from 'node:assert'
import { describe, expect, it } from 'vitest'
import { questions } from '../../../src/suite/index.ts'
import { cellJournal } from '../../support/cell.ts'
import { outageAlert } from '../../support/journal.ts'
import { metOf, outage, unproven, unwatched } from '../../support/met.ts'

describe('what users met', () => {
  it('is told with the figure, the budget, what happened and where the report lies', () => {
    const met = metOf(outage)
    const told =
      /^refuse\/api-1: \d+ of [\d,]+ requests failed, > 99\.9 %: 0\.5 % allowed\n {2}One of 2 servers .*502.*\n/
    expect(() => met.mustFailAtMost('0.5%')).toThrow(AssertionError)
    expect(() => met.mustFailAtMost(0.005)).toThrow(told)
    expect(() => met.mustFailAtMost('0.5%')).toThrow('\n  Report: /runs/x/matrix.html')
    expect(met.mustFailAtMost(1)).toBe(met)
  })

  it('names the change that is most likely to help, where the facts name one', () => {
    const met = metOf(cellJournal({ wellBeside: 0 }))
    expect(() => met.mustFailAtMost(0)).toThrow('\n  Most likely to help: api has no second server')
  })

  it.each([
    ['answers', questions.answerWithin('10s'), 'pass'],
    ['answers that are late', questions.answerWithin(0.001), 'fail'],
    ['an alert', questions.alert(outageAlert, { within: '15s' }), 'pass'],
    ['an alert while the fault is there', questions.alert(outageAlert), 'pass'],
    ['an alert that comes too late', questions.alert(outageAlert, { within: '1s' }), 'fail'],
    ['silence', questions.staySilent(), 'fail'],
    ['writes that nobody counted', questions.loseNoWrites(), 'inconclusive'],
    ['writes twice that nobody counted', questions.repeatNoWrites(), 'inconclusive'],
    ['budgets where there are none', questions.keepBudgets(), 'inconclusive'],
  ] as const)('%s is answered by the question of `expect` that is the same', (_, question, status) => {
    expect(metOf(outage).answerTo(question)).toMatchObject({ status })
  })

  it.each([
    ['in time', undefined, 'pass'],
    ['never', null, 'fail'],
  ])('recovery is asked of the step that awaits it, wherever that stands: %s', (_, servedAgainMs, status) => {
    const record = cellJournal({}, servedAgainMs === null ? { servedAgainMs } : {})
    expect(metOf(record).answerTo(questions.recoverWithin('1s'))).toMatchObject({ status })
  })

  it('says nothing about an alert while no monitoring is there', () => {
    for (const question of [questions.alert(outageAlert), questions.staySilent()]) {
      const answer = metOf(unwatched).answerTo(question)
      expect(answer).toMatchObject({ status: 'inconclusive', because: expect.stringContaining('has no monitoring') })
    }
  })

  it('says nothing of an alert that had less time than it was given, and how it gets it', () => {
    const { status, because } = metOf(outage).answerTo(questions.alert('Other', { within: '10m' }))
    expect(status).toBe('inconclusive')
    expect(because).toContain("Hold the fault as long: { hold: '600s' }")
  })

  it('passes no question, and fails none, when it is not measured', () => {
    const met = metOf(unproven)
    expect(met.figures).toBeNull()
    expect(met.inconclusive).not.toBe('')
    const all = [questions.failAtMost(1), questions.failAtMost(0), questions.keepBudgets(), questions.staySilent()]
    for (const question of all) expect(met.answerTo(question).status).toBe('inconclusive')
    expect(() => met.mustFailAtMost(1)).toThrow(/^Inconclusive: refuse\/api-1: /)
  })

  it.each([
    [() => questions.failAtMost('0.5'), 'toFailAtMost: (top): no share: write 0.5%, or a number from 0 to 1'],
    [() => questions.failAtMost(5), 'toFailAtMost'],
    [() => questions.recoverWithin('5'), "'5' is no duration"],
    [() => questions.alert('Down', { within: 'soon' }), "toAlert: within: (top): 'soon' is no duration"],
  ])('refuses what is no share and no duration', (ask, message) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }))
  })
})
