import { showMs } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { isWrite } from '../kit/ledger.ts'
import { didYouMean } from '../kit/near-miss.ts'
import type { Mistake } from '../kit/outlook.ts'
import { type Cell, cellsOf, type Mode, modes, ownTarget, targetsOf } from '../modes/index.ts'
import type { OwnCommand } from '../project/index.ts'
import { hereOf, impossibleIn, type RuleSet } from '../rules/index.ts'
import { measuredOf, type StackDescription } from '../stack/index.ts'
import { budgetFields, type Expect, type WrittenBudget } from './budgets.ts'
import { type Traffic, users } from './cells.ts'

export interface Linted {
  readonly description: StackDescription
  readonly traffic: Traffic
  readonly expect?: Expect | undefined
  /** Names of alerts that somebody may be told by; absent: not known. */
  readonly alerts?: readonly string[] | undefined
  readonly own?: { readonly modes: readonly Mode[] } | undefined
  readonly rules?: RuleSet | undefined
  /** As the file has them. */
  readonly commands?: Readonly<Record<string, Pick<OwnCommand, 'remedy' | 'probe'>>> | undefined
}

/** Longer than recovery is ever awaited without being asked for. */
const longMs = 10 * 60_000

/**
 * What is wrong with the budgets before anything starts. Throws USAGE for what could only be a mistake, all of them at
 * once; gives back what is worth a word.
 */
export function lintCheck(linted: Linted): string[] {
  const { expect = {}, description, own = { modes: [] } } = linted
  const mistakes = [
    ...strangers(
      'expect.modes',
      expect.modes,
      [...modes, ...own.modes].map(({ name }) => name),
    ),
    ...strangers(
      'expect.targets',
      expect.targets,
      [...targetsOf(description), ...(own.modes.length > 0 ? [ownTarget] : [])].map(({ name }) => name),
    ),
    ...budgetsIn(expect).flatMap(([path, one]) => mistakesIn(path, one, linted)),
  ]
  if (mistakes.length > 0) {
    const hint = 'Nothing was started. badgateway check --list shows modes and targets.'
    throw new BadgatewayError('USAGE', mistakes.map((one) => inert(one)).join('\n  '), hint)
  }
  return notesOn(linted)
}

/** Every budget that is written, with its path. */
function budgetsIn(expect: Expect = {}): (readonly [string, WrittenBudget])[] {
  return [
    ...(expect.default ? [['expect.default', expect.default] as const] : []),
    ...Object.entries(expect.modes ?? {}).map(([name, one]) => [`expect.modes.${name}`, one] as const),
    ...Object.entries(expect.targets ?? {}).map(([name, one]) => [`expect.targets.${name}`, one] as const),
  ]
}

function strangers(path: string, given: Readonly<Record<string, unknown>> = {}, known: readonly string[]): string[] {
  const unknown = Object.keys(given).filter((name) => !known.includes(name))
  return unknown.map(
    (name) => `${path}: there is no '${name}'. ${didYouMean(name, known)}There are: ${known.join(', ')}`,
  )
}

function mistakesIn(path: string, one: WrittenBudget, { description, alerts }: Linted): string[] {
  const { failedAtMost, recoveredWithin, alertWithin } = one
  const isEmpty = budgetFields.every((field) => one[field] === undefined)
  return [
    ...(isEmpty ? [`${path}: it asks nothing: one of ${budgetFields.join(', ')}`] : []),
    ...(failedAtMost !== undefined && failedAtMost >= 1
      ? [`${path}.failedAtMost: 100 % cannot fail: leave it out`]
      : []),
    ...(recoveredWithin !== undefined && recoveredWithin > longMs
      ? [`${path}.recoveredWithin: longer than 10 minutes is not awaited`]
      : []),
    ...(alertWithin !== undefined && !description.monitoring
      ? [`${path}.alertWithin: this stack has no monitoring, so no alert can come`]
      : []),
    ...(alertWithin !== undefined && alerts?.length === 0 ? [`${path}.alertWithin: no rule has an alert`] : []),
  ]
}

function notesOn({ expect }: Linted): string[] {
  return expect === undefined ? ['There is no `expect`: everything is told, and nothing is red.'] : []
}

/** What is valid in a badgateway.yaml and proves less than it seems to, with its path. */
export function trapsIn(linted: Linted): Mistake[] {
  return [...uncounted(linted), ...unmissable(linted), ...unmatched(linted), ...unheard(linted), ...unused(linted)]
}

/** Writes of which nobody knows whether they were done twice. */
function uncounted({ traffic, description }: Linted): Mistake[] {
  if (description.can.instrumented !== undefined) return []
  return (traffic.mix ?? []).flatMap(({ method = 'GET', path }, at): Mistake[] => {
    if (!isWrite(method)) return []
    const what = 'what this writes is not counted: the log of the proxy may not name its servers'
    return [{ path: `traffic.mix.${at}`, value: `${method} ${path}`, what }]
  })
}

/** Users give up before such a budget is over. */
function unmissable({ expect, traffic: { timeout = users.timeout } }: Linted): Mistake[] {
  return budgetsIn(expect).flatMap(([path, { p95AtMost = 0 }]): Mistake[] => {
    const what = `this budget cannot fail: no user waits longer than ${showMs(timeout)} (traffic.timeout)`
    return p95AtMost >= timeout ? [{ path: `${path}.p95AtMost`, value: showMs(p95AtMost), what }] : []
  })
}

/** A budget that holds for no cell of this stack. */
function unmatched({ expect, description, own }: Linted): Mistake[] {
  const { cells, left } = cellsOf(description, {}, [...modes, ...(own?.modes ?? [])])
  const names = (kind: 'modes' | 'targets') => Object.keys(expect?.[kind] ?? {})
  const of = (kind: 'modes' | 'targets', is: (name: string, cell: Cell) => boolean) =>
    names(kind).flatMap((name): Mistake[] => {
      if (cells.some((cell) => is(name, cell))) return []
      const because = left.find(({ cell }) => cell.split('/')[kind === 'modes' ? 0 : 1] === name)?.because
      const why = because === undefined ? '' : `: ${because}`
      return [{ path: `expect.${kind}.${name}`, what: `no cell of this stack is held to it${why}` }]
    })
  return [
    ...of('modes', (name, { mode }) => mode.name === name),
    ...of('targets', (name, { target }) => target.name === name),
  ]
}

/** An alert is asked for, and none can come. */
function unheard({ expect, rules, description }: Linted): Mistake[] {
  if (!rules || !description.monitoring) return []
  const alerts = rules.rules.filter(({ kind }) => kind === 'alert')
  const dead = impossibleIn(rules.rules, hereOf(measuredOf(description)))
  if (alerts.length > dead.length) return []
  const what =
    alerts.length === 0 ? 'no rule has an alert' : `none of ${alerts.length} alerts can fire here: ${dead[0]}`
  return budgetsIn(expect).flatMap(([path, { alertWithin }]): Mistake[] =>
    alertWithin === undefined ? [] : [{ path: `${path}.alertWithin`, value: showMs(alertWithin), what }],
  )
}

/** Commands that no cell runs. */
function unused({ commands = {} }: Linted): Mistake[] {
  return Object.entries(commands).flatMap(([name, roles]) =>
    (['remedy', 'probe'] as const).flatMap((role): Mistake[] => {
      const what = 'no cell runs it: a check runs faults and checks; this is for scenarios'
      return roles[role] === undefined ? [] : [{ path: `commands.${name}.${role}`, what }]
    }),
  )
}
