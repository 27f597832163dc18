import { describe, expect, it } from 'vitest'
import { budgetOf } from '../../../src/check/budgets.ts'
import { plannedCells } from '../../../src/check/cells.ts'
import { explained, listed } from '../../../src/check/explain.ts'
import { planned } from '../../../src/check/flow.ts'
import { lintCheck, trapsIn } from '../../../src/check/lint.ts'
import { cellsOf } from '../../../src/modes/index.ts'
import type { Rule } from '../../../src/rules/index.ts'
import { quarry } from '../../support/quarry.ts'

const description = quarry('')
const traffic = { users: 20, ratePerS: 40 }
const { cells } = cellsOf(description, { only: ['refuse'] })

describe('planned cells', () => {
  it('are variants of one scenario: steady, fault, hold, end, recovery that is only measured', () => {
    const [first] = plannedCells({ cells, description, traffic })
    const record = first?.plan.record
    expect(record).toMatchObject({ variant: 'refuse-granite', steadyMs: 1_000, cell: { name: 'refuse/granite' } })
    expect(record?.story.map(({ does }) => does)).toEqual(['fault', 'remedy', 'recovered'])
    expect(record?.story[1]).toMatchObject({ restMs: 3_000, detail: { remedy: { kind: 'end-fault' } } })
    expect(record?.checks.map(({ kind }) => kind)).toEqual(['fault-outcome'])
  })

  it('are held until there are enough requests, or an alert had its time', () => {
    const held = (more: Partial<Parameters<typeof plannedCells>[0]>) =>
      plannedCells({ cells, description, traffic, ...more })[0]?.cell.holdMs
    expect(held({ traffic: { users: 2, ratePerS: 5 } })).toBe(18_700)
    expect(held({ expect: { default: { failedAtMost: 0.1 } } })).toBe(3_000)
  })

  it('that are played several times have names of their own', () => {
    const { runs } = planned({ description, traffic }, { only: ['refuse/granite'] }, 2)
    expect(runs.map(({ plan }) => plan.record.variant)).toEqual(['refuse-granite', 'refuse-granite-2'])
  })

  it('have names that no variant has already', () => {
    const [first] = plannedCells({ cells, description, traffic, taken: ['refuse-granite', 'refuse-granite-2'] })
    expect(first?.plan.record.variant).toBe('refuse-granite-3')
  })

  it('are none where none of what is wanted can be played, and it is said why', () => {
    const attached = { ephemeral: [], siteMoves: false, unlimited: [] }
    const { runs, left } = planned(
      { description: { ...description, attached }, traffic },
      { only: ['recreate/granite'] },
    )
    expect(runs).toEqual([])
    expect(left).toMatchObject([{ cell: 'recreate/granite' }])
  })

  it('ask for what the budgets want: the default, or the stricter one of mode and target', () => {
    const budgets = {
      default: { failedAtMost: 0.5, recoveredWithin: 5_000 },
      modes: { refuse: { failedAtMost: 0.2 } },
      targets: { granite: { failedAtMost: 0.1 } },
    }
    const of = (at: number) => budgetOf(budgets, cells[at] ?? expect.unreachable())
    expect([of(0).failedAtMost, of(1).failedAtMost]).toEqual([0.1, 0.2])
    expect(of(1).recoveredWithinMs).toBe(5_000)
    const [first] = plannedCells({ cells, description, traffic, expect: budgets })
    expect(first?.plan.record.checks.map(({ kind }) => kind)).toEqual(['fault-outcome', 'failed-share', 'recovered'])
  })
})

const ruleOf = (name: string, expr: string, forMs = 0): Rule => ({
  ...{ kind: 'alert', name, file: 'own.yml', group: 'g', everyMs: null, expr, forMs, keepFiringForMs: 0 },
})

describe('rules of theirs', () => {
  const rule = ruleOf

  it('that cannot tell anything of a cell are named before it is played', () => {
    const all = [rule('Dead', 'pg_up == 0'), rule('Slow', 'nginx_up == 0', 60_000), rule('Good', 'nginx_up == 0')]
    const rules = { rules: all, files: [], leftOut: ['c.yml: left out, a dashboard'] }
    const told = { ...description, can: { ...description.can, instrumented: { port: 9_945 } } }
    const { notes } = planned(
      { description: told, traffic, expect: { modes: {} }, rules },
      { only: ['refuse/granite'] },
    )
    expect(notes).toEqual([
      'c.yml: left out, a dashboard',
      'own.yml: Dead can never fire: no metric pg_up here',
      expect.stringMatching(/^own.yml: Slow cannot fire while a fault is held for 3s: .*--hold 62s/),
    ])
  })

  it('are asked by a Prometheus of ours, and that is said where they have one', () => {
    const rules = { rules: [rule('Good', 'nginx_up == 0')], files: [], leftOut: [] }
    const told = { ...description, can: { ...description.can, instrumented: { port: 9_945 } } }
    const expectNothing = { modes: {} }
    const asked = { description: told, traffic, rules, passedOver: 'prometheus', expect: expectNothing }
    const { notes } = planned(asked, { only: ['refuse/granite'] })
    expect(notes).toEqual([expect.stringMatching(/on a Prometheus of ours.* Yours \(prometheus\) has other targets/)])
  })
})

describe('the lint', () => {
  it.each([
    [{ default: {} }, /expect.default: it asks nothing/],
    [{ default: { failedAtMost: 1 } }, /100 % cannot fail/],
    [{ modes: { refus: { failedAtMost: 0 } } }, /no 'refus'. Did you mean 'refuse'/],
    [{ targets: { graphite: { failedAtMost: 0 } } }, /expect.targets: there is no 'graphite'/],
    [{ default: { alertWithin: 5_000 } }, /no monitoring/],
  ])('refuses %j before anything starts', (budgets, message) => {
    expect(() => lintCheck({ description, traffic, expect: budgets })).toThrow(message)
  })

  it.each<[string, object, object]>([
    [
      'a write that nobody counts',
      { traffic: { ...traffic, mix: [{ path: '/' }, { path: '/orders', method: 'POST' }] } },
      { path: 'traffic.mix.1', value: 'POST /orders' },
    ],
    [
      'a budget beyond which nobody waits',
      { traffic: { ...traffic, timeout: 2_000 }, expect: { modes: { refuse: { p95AtMost: 2_000 } } } },
      { path: 'expect.modes.refuse.p95AtMost', value: '2.0 s' },
    ],
    [
      'a budget of a mode that applies nowhere',
      { expect: { modes: { spike: { failedAtMost: 0 } } } },
      { path: 'expect.modes.spike', what: expect.stringMatching(/no cell .* held to it: this stack has not/) },
    ],
    [
      'a command that no cell runs',
      { commands: { 'roll-back': { remedy: { run: ['./rollback.sh'] } } } },
      { path: 'commands.roll-back.remedy' },
    ],
  ])('names %s, with its path and value', (_what, more, trap) => {
    expect(trapsIn({ description, traffic, ...more })).toEqual([expect.objectContaining(trap)])
  })

  it.each([
    ['no rule is there', [], /no rule has an alert/],
    [
      'none can fire',
      [{ name: 'Dead', expr: 'pg_up == 0' }],
      /none of 1 alerts can fire here: own.yml: Dead can never/,
    ],
  ])('names a budget for alerts where %s', (_what, given, what) => {
    const rules = { rules: given.map(({ name, expr }) => ruleOf(name, expr)), files: [], leftOut: [] }
    const monitoring = { service: 'watchtower', prometheus: 9_090, rules: '/rules', metrics: {} }
    const watched = { ...description, monitoring, can: { ...description.can, instrumented: { port: 9_945 } } }
    const budgets = { default: { alertWithin: 30_000 } }
    expect(trapsIn({ description: watched, traffic, expect: budgets, rules })).toEqual([
      { path: 'expect.default.alertWithin', value: '30.0 s', what: expect.stringMatching(what) },
    ])
  })

  it('finds nothing in a file that asks for what can be', () => {
    const budgets = { default: { p95AtMost: 1_000 }, modes: { refuse: { failedAtMost: 0 } } }
    expect(trapsIn({ description, traffic, expect: budgets, commands: { slow: {} } })).toEqual([])
  })
})

it('the plan is told in words, and as a list', () => {
  const plan = planned({ description, traffic }, { only: ['refuse', 'drop/granite', 'spike'] })
  const text = explained(plan)
  for (const part of [
    '4 cells',
    'refuse/granite',
    'On the wire:',
    '1 waits for timeouts',
    'spike/gate: this stack has not',
  ]) {
    expect(text).toContain(part)
  }
  expect(listed(plan).split('\n')[0]).toMatch(/^refuse\/granite\s+network refused server http$/)
})
