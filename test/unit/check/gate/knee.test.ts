import { describe, expect, it } from 'vitest'
import { type KneeStep, kneeOf, nextRate, type Search, type StepStatus } from '../../../../src/check/gate/knee.ts'

const search: Search = { from: 100, least: 40, most: 10_000, within: 1.15 }

function sought(statusOf: (rate: number) => StepStatus, asked = search) {
  const steps: KneeStep[] = []
  for (let rate = nextRate(asked, steps); rate !== undefined; rate = nextRate(asked, steps)) {
    steps.push({ ratePerS: rate, status: statusOf(rate), because: `at ${rate}` })
    if (steps.length > 40) expect.unreachable('it never ends')
  }
  return { rates: steps.map(({ ratePerS }) => ratePerS), ...kneeOf(asked, steps) }
}

describe('the search for the knee', () => {
  it('doubles until budgets are broken, then goes between', () => {
    const found = sought((rate) => (rate <= 700 ? 'kept' : 'broken'))
    expect(found).toMatchObject({ rates: [100, 200, 400, 800, 566, 673, 734], ratePerS: 673, above: 'budgets' })
    expect(found.because).toBe('673/s keeps the budgets; 734/s does not: at 734')
  })

  it.each([1, 41, 77, 101, 350, 999, 4_321, 9_999])('comes within its precision of a knee at %d', (knee) => {
    const { ratePerS } = sought((rate) => (rate <= knee ? 'kept' : 'broken'))
    if (knee < search.least) expect(ratePerS).toBeNull()
    else expect(knee / (ratePerS ?? 0)).toBeLessThan(1.16)
  })

  it('never calls it the knee of the stack where nobody could tell', () => {
    const found = sought((rate) => (rate < 500 ? 'kept' : 'unclear'))
    expect(found).toMatchObject({ above: 'unclear', because: expect.stringContaining('is not known') })
    expect(sought(() => 'unclear')).toMatchObject({ ratePerS: null, above: 'unclear' })
  })

  it('says that the stack broke them where a rate below what nobody could tell of did', () => {
    const found = sought((rate) => (rate < 300 ? 'kept' : rate < 350 ? 'broken' : 'unclear'))
    expect(found).toMatchObject({ above: 'budgets' })
  })

  it('does not believe one lucky step above a rate that broke them', () => {
    const steps: KneeStep[] = [
      { ratePerS: 100, status: 'kept', because: '' },
      { ratePerS: 200, status: 'broken', because: 'p95' },
      { ratePerS: 400, status: 'kept', because: '' },
    ]
    expect(kneeOf(search, steps)).toMatchObject({ ratePerS: 100, above: 'budgets' })
  })

  it('tries no more than it is asked to', () => {
    expect(sought(() => 'kept', { ...search, most: 300 })).toMatchObject({
      rates: [100, 200, 300],
      ratePerS: 300,
      above: 'most',
    })
  })

  it('tries nothing lower than a step can tell of', () => {
    expect(sought(() => 'broken')).toMatchObject({ rates: [100, 50, 40], ratePerS: null, above: 'budgets' })
  })
})
