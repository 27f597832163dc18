import { describe, expect, it } from 'vitest'
import { checks } from '../../../src/checks/index.ts'
import { changed, storyT } from '../../support/journal.ts'
import { ask, said } from './ask.ts'
import { alertRows } from './rows/alerts.ts'
import { cellRows } from './rows/cells.ts'
import { clockRows } from './rows/clock.ts'
import { deedRows } from './rows/deeds.ts'
import { impactRows } from './rows/impact.ts'
import { leakRows } from './rows/leaks.ts'
import { ownRows } from './rows/own.ts'
import { ownTimeRows } from './rows/own-time.ts'
import { good, stopped } from './rows/row.ts'
import { ruleRows } from './rows/rules.ts'

const rows = [
  ...alertRows,
  ...cellRows,
  ...ownRows,
  ...clockRows,
  ...deedRows,
  ...impactRows,
  ...leakRows,
  ...ownTimeRows,
  ...ruleRows,
]

describe('the checks', () => {
  it.each(rows.map(([status, name, record, spec, because]) => ({ status, name, record, spec, because })))(
    '$spec.kind says $status: $name',
    ({ status, record, spec, because }) => {
      expect(said(record, spec)).toEqual({ status, because: expect.stringMatching(because) })
    },
  )

  it.each(checks)('$kind is shown to pass, to be inconclusive, and to fail by what is not our own time', (check) => {
    const statuses = new Set(rows.filter(([, , , spec]) => spec.kind === check.kind).map(([status]) => status))
    expect(statuses).toEqual(new Set(['pass', 'inconclusive', ...(check.time === 'harness' ? [] : ['fail'])]))
  })

  it('count a failure outside of any outage: nobody shall see anything', () => {
    const t = storyT + 4_850
    const one = changed(stopped, 'load-sample', (fact) =>
      fact.source === 'users' && fact.fromT === t
        ? { ledger: { http_200: 49, http_502: 1 }, firstFailedT: t + 20, lastFailedT: t + 20, usersFailed: [1] }
        : {},
    )
    expect(said(one, { kind: 'outage-length', atMostMs: 0 }).status).toBe('pass')
    expect(said(one, { kind: 'failed-requests', atMost: 0 })).toMatchObject({ status: 'fail' })
  })

  it('name the facts they rest on, and the step they belong to', () => {
    const [finding] = ask(good, { kind: 'remedy-effect', step: 6, expect: 'cures' })
    expect(finding).toMatchObject({ check: 'remedy-effect', about: 'behaviour', step: 6, title: 'The remedy cures' })
    const kinds = new Set(finding?.facts.map((n) => good.facts[n - 1]?.kind))
    expect(kinds).toEqual(new Set(['remedy-applied', 'load-sample']))
  })

  it('see an outage of one instant although it has no length', () => {
    const t = storyT + 4_850
    const blip = changed(stopped, 'load-sample', (fact) =>
      fact.source === 'users' && fact.fromT === t
        ? { planned: 10, ledger: { http_200: 9, http_502: 1 }, firstFailedT: t + 20, lastFailedT: t + 20 }
        : {},
    )
    expect(said(blip, { kind: 'outage-length', atMostMs: 0 })).toMatchObject({ status: 'fail' })
  })
})
