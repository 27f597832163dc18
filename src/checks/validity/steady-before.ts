import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { count, counted } from '../../kit/figures.ts'
import { add, type Ledger, servedOf, total } from '../../kit/ledger.ts'
import { defineGate, inconclusive, pass } from '../check.ts'
import { firedIn, watchdog } from '../reading/alerts.ts'
import { lagLimitMs, samplesOf } from '../reading/load.ts'
import { type Second, secondMs } from '../reading/seconds.ts'

export const steadyBefore = defineGate({
  kind: 'steady-before',
  asks: 'Was everything well before the fault?',
  judge: ({ facts, plan, seconds, alerts, faultT, storyFromT }) => {
    const looks = factsOf(facts, 'steady-checked').filter((fact) => storyFromT === null || fact.t <= storyFromT)
    const checked = looks.at(-1)
    if (!checked || faultT === null) return inconclusive('the steady state was not looked at before the story')
    if (!checked.steady) return inconclusive(`not steady: ${checked.because}`, [checked.n])
    if (checked.requests === 0) return inconclusive('the steady state rests on no request at all', [checked.n])
    const fromT = faultT - Math.max(plan.steadyMs, secondMs)
    const before = seconds.filter((second) => second.fromT >= fromT && second.fromT < faultT)
    if (!before.some((second) => second.requests > 0)) return inconclusive('no request was seen just before the fault')
    const struckT = faultT - underWayMs(before)
    const failing = before.filter((second) => second.failed > 0 && second.firstFailedT < struckT)
    if (failing.length > 0) {
      const numbers = failing.map((second) => second.n)
      return inconclusive(`requests failed before the fault, in ${counted(failing.length, 'second')}`, numbers)
    }
    const expected = [watchdog, ...(plan.cell ? (checked.standing ?? []) : [])]
    const early = alerts.filter((one) => !expected.includes(one.alert) && firedIn(one, fromT, faultT))
    if (early.length > 0) {
      const names = [...new Set(early.map((episode) => episode.alert))].join(', ')
      return inconclusive(
        `firing before the fault: ${names}`,
        early.flatMap((episode) => episode.facts),
      )
    }
    const other = countedAgain(facts, plan.steadyMs, checked)
    if (other) return inconclusive(`the seconds before say otherwise of the steady state: ${other}`, [checked.n])
    return pass(checked.because, [checked.n])
  },
})

/** What was said of the steady state, counted again from the seconds that were known then; undefined: the same. */
function countedAgain(facts: readonly Fact[], steadyMs: number, checked: FactOf<'steady-checked'>): string | undefined {
  const steadyN = factsOf(facts, 'phase-entered').find(({ phase }) => phase === 'steady')?.n ?? Infinity
  if (checked.n < steadyN) return 'it was looked at before its phase'
  const wanted = Math.max(1, Math.ceil(steadyMs / secondMs))
  const known = samplesOf(facts, 'users').filter(({ n }) => n < checked.n)
  const ledger = known.slice(-wanted).reduce<Ledger>((sum, sample) => add(sum, sample.ledger), {})
  const p99Ms = Math.max(0, ...known.slice(-wanted).map(({ latencyMs }) => latencyMs?.p99 ?? 0))
  const [requests, failed] = [total(ledger), total(ledger) - servedOf(ledger)]
  const isSame = requests === checked.requests && failed === checked.failed && failed === 0
  if (isSame && Math.abs(p99Ms - (checked.p99Ms ?? 0)) < 1) return undefined
  return `${counted(requests, 'request')}, ${count(failed)} failed, p99 ${Math.round(p99Ms)} ms`
}

/** A request that had left so shortly before the fault was still under way when it struck: it is one of its victims. */
function underWayMs(before: readonly Second[]): number {
  return Math.max(lagLimitMs, ...before.filter(({ failed }) => failed === 0).map(({ waitedMs }) => waitedMs))
}
