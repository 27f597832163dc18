import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { type Mode, modes, ownTarget, targetsOf } from '../modes/index.ts'
import type { StackDescription } from '../stack/index.ts'
import { budgetFields, type Expect, type WrittenBudget } from './budgets.ts'
import type { Traffic } from './cells.ts'

export interface Linted {
  readonly description: StackDescription
  readonly traffic: Traffic
  readonly expect?: Expect | undefined
  /** Names of alerts that somebody may be told by; absent: not known. */
  readonly alerts?: readonly string[] | undefined
  readonly own?: { readonly modes: readonly Mode[] } | undefined
}

/** Longer than recovery is ever awaited without being asked for. */
const longMs = 10 * 60_000

/**
 * What is wrong with the budgets before anything starts. Throws USAGE for what could only be a mistake, all of them at
 * once; gives back what is worth a word.
 */
export function lintCheck(linted: Linted): string[] {
  const { expect = {}, description, own = { modes: [] } } = linted
  const budgets = [
    ...(expect.default ? [['expect.default', expect.default] as const] : []),
    ...Object.entries(expect.modes ?? {}).map(([name, one]) => [`expect.modes.${name}`, one] as const),
    ...Object.entries(expect.targets ?? {}).map(([name, one]) => [`expect.targets.${name}`, one] as const),
  ]
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
    ...budgets.flatMap(([path, one]) => mistakesIn(path, one, linted)),
  ]
  if (mistakes.length > 0) {
    const hint = 'Nothing was started. badgateway check --list shows modes and targets.'
    throw new BadgatewayError('USAGE', mistakes.map((one) => inert(one)).join('\n  '), hint)
  }
  return notesOn(linted)
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

function notesOn({ traffic, description, expect }: Linted): string[] {
  const writes = (traffic.mix ?? []).filter(({ method = 'GET' }) => method !== 'GET' && method !== 'HEAD')
  const isCounted = description.can.instrumented !== undefined
  return [
    ...(writes.length > 0 && !isCounted
      ? ['The traffic has writes, and the log of the proxy may not name servers: then none is counted twice.']
      : []),
    ...(expect === undefined ? ['There is no `expect`: everything is told, and nothing is red.'] : []),
  ]
}
