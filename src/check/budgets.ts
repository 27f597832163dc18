import type { Budget } from '../kit/matrix/cell.ts'
import { ownOf } from '../kit/own.ts'
import type { Cell } from '../modes/index.ts'

/** Budgets as somebody writes them: of every cell, of those of a mode, of those at a target. Durations are ms. */
export interface Expect {
  readonly default?: WrittenBudget | undefined
  readonly modes?: Readonly<Record<string, WrittenBudget>>
  readonly targets?: Readonly<Record<string, WrittenBudget>>
}

export interface WrittenBudget {
  readonly failedAtMost?: number | undefined
  readonly recoveredWithin?: number | undefined
  readonly alertWithin?: number | undefined
  readonly p95AtMost?: number | undefined
}

const fields = {
  failedAtMost: 'failedAtMost',
  recoveredWithin: 'recoveredWithinMs',
  alertWithin: 'alertWithinMs',
  p95AtMost: 'p95AtMostMs',
} as const satisfies Record<keyof WrittenBudget, keyof Budget>
type Field = keyof typeof fields
export const budgetFields: readonly Field[] = ['failedAtMost', 'recoveredWithin', 'alertWithin', 'p95AtMost']

/** What holds for a cell: the default, unless its mode or its target has another; of these two the stricter one. */
export function budgetOf(expect: Expect | undefined, { mode, target }: Pick<Cell, 'mode' | 'target'>): Budget {
  if (!expect) return {}
  const own = [ownOf(expect.modes ?? {}, mode.name), ownOf(expect.targets ?? {}, target.name)]
  const found = budgetFields.flatMap((field): [string, number][] => {
    const given = own.flatMap((one) => one?.[field] ?? [])
    const value = given.length > 0 ? Math.min(...given) : expect.default?.[field]
    return value === undefined ? [] : [[fields[field], value]]
  })
  return Object.fromEntries(found)
}

/** Checks that hold a cell to a budget, and the fields that ask for them. */
const fieldOfCheck: Readonly<Record<string, Field>> = {
  'failed-share': 'failedAtMost',
  recovered: 'recoveredWithin',
  'told-within': 'alertWithin',
  'answer-time': 'p95AtMost',
}

/** The path in badgateway.yaml of the budget that this check holds a cell to; undefined: none does. */
export function budgetPath(
  expect: Expect = {},
  { mode, target, check }: { readonly mode: string; readonly target: string; readonly check: string },
): string[] | undefined {
  const field = ownOf(fieldOfCheck, check)
  if (field === undefined) return undefined
  const { modes = {}, targets = {} } = expect
  const places = [
    { path: ['modes', mode], value: ownOf(modes, mode)?.[field] },
    { path: ['targets', target], value: ownOf(targets, target)?.[field] },
  ].flatMap(({ path, value }) => (value === undefined ? [] : [{ path, value }]))
  const [stricter] = places.toSorted((a, b) => a.value - b.value)
  if (stricter) return ['expect', ...stricter.path, field]
  return expect.default?.[field] === undefined ? undefined : ['expect', 'default', field]
}

interface Asked {
  kind: string
  [field: string]: string | number
}

/** Where a cell's recovery stands in its story, where there are no looks of the user's: after the fault and its end. */
const usualRecoveryStep = 2

/** The questions that hold a cell to its budget; `step` is that of its recovery. */
export function checksFor(budget: Budget, step = usualRecoveryStep): Asked[] {
  const { failedAtMost, recoveredWithinMs, alertWithinMs, p95AtMostMs } = budget
  return [
    ...(failedAtMost === undefined ? [] : [{ kind: 'failed-share', atMost: failedAtMost }]),
    ...(recoveredWithinMs === undefined
      ? []
      : [{ kind: 'recovered', step, withinMs: recoveredWithinMs, holdMs: goodForMs }]),
    ...(alertWithinMs === undefined ? [] : [{ kind: 'told-within', withinMs: alertWithinMs }]),
    ...(p95AtMostMs === undefined ? [] : [{ kind: 'answer-time', atMostMs: p95AtMostMs }]),
  ]
}

/** Service that is good for so long has recovered. */
export const goodForMs = 1_000
