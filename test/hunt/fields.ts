import { type Fact, type FactKind, factSchema } from '../../src/journal/facts.ts'
import type { RunRecord } from '../../src/journal/record.ts'
import { renumbered } from './edit.ts'
import { judge } from './judge.ts'

/**
 * Every field of every kind of fact is changed, and every kind taken away: what no verdict notices is named, with its
 * reason, in `harmless.ts`. A field that is new is noticed, or it is named.
 */
const own: ReadonlySet<string> = new Set(['n', 't', 'at', 'kind'])

const words = [
  'another',
  '',
  'users',
  'pressure',
  'undo',
  'measure',
  'guard',
  'failed',
  'start',
  'after',
  'ready',
  'end',
]
const options = [
  'rejected',
  'in-force',
  'firing',
  'resolved',
  'killed',
  'rename',
  'passed',
  'stat',
  'environment',
  'lower',
]

/** Other values that might stand there as well. */
function othersOf(value: unknown): unknown[] {
  if (typeof value === 'number') return [0, value * 3 + 1, value * 10 + 70_000, -1 - value, 1e7, null]
  if (typeof value === 'boolean') return [!value, undefined]
  if (typeof value === 'string') return [...words, ...options, '2001-01-01T00:00:00.000Z', 'f'.repeat(64), null]
  if (Array.isArray(value))
    return [[], value.slice(1), [...value, ...value.slice(0, 1)], [...value, 'another'], [99_999]]
  if (typeof value === 'object' && value !== null) return [{}, null, { ...value, another: 'x' }, { http_418: 7 }]
  return [7, 70_000, true, 'another', '2001-01-01T00:00:00.000Z', null]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `services.*.container`: one level into what has fields of its own. */
function pathsOf(fact: Fact): string[][] {
  return Object.entries(fact).flatMap(([name, value]) => {
    if (own.has(name)) return []
    const [first] = Array.isArray(value) ? value : []
    if (isObject(first)) return [[name], ...Object.keys(first).map((inner) => [name, '*', inner])]
    const isShape = isObject(value) && ['latencyMs', 'scheduleLagMs', 'loopDelayMs', 'undo'].includes(name)
    return isShape ? [[name], ...Object.keys(value).map((inner) => [name, inner])] : [[name]]
  })
}

/** The value with one place in it changed; the value itself where there is no such place. */
function withOther(value: unknown, [name, ...rest]: readonly string[], to: (old: unknown) => unknown): unknown {
  if (name === undefined) return to(value)
  if (name === '*') return Array.isArray(value) ? value.map((one) => withOther(one, rest, to)) : value
  if (!isObject(value) || !(name in value)) return value
  const { [name]: old, ...others } = value
  const changed = withOther(old, rest, to)
  return changed === undefined ? others : { ...others, [name]: changed }
}

const at = (value: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined) return value
  if (name === '*') return Array.isArray(value) ? at(value[0], rest) : undefined
  return isObject(value) ? at(value[name], rest) : undefined
}

/** The facts of one kind with another value at one place: each way to do so that a journal could hold. */
function* spoilt(record: RunRecord, kind: FactKind, path: readonly string[]): Generator<RunRecord> {
  const facts = record.facts.filter((fact) => fact.kind === kind)
  const sample = facts.find((fact) => at(fact, path) !== null) ?? facts[0]
  for (const which of ['all', 'first', 'last'] as const) {
    const chosen = which === 'all' ? facts : facts.slice(...(which === 'first' ? [0, 1] : [-1]))
    const numbers = new Set(chosen.map(({ n }) => n))
    for (const index of othersOf(at(sample, path)).keys()) {
      let changes = 0
      const others = record.facts.map((fact) => {
        if (!numbers.has(fact.n)) return fact
        const checked = factSchema.safeParse(withOther(fact, path, (old) => othersOf(old)[index]))
        if (checked.success) changes += 1
        return checked.success ? checked.data : fact
      })
      if (changes > 0) yield { ...record, facts: others }
    }
  }
}

/** One by one: what is noticed at once need not be spoilt again. */
function isAny(records: Iterable<RunRecord>, isOne: (record: RunRecord) => boolean): boolean {
  for (const record of records) if (isOne(record)) return true
  return false
}

/** What can be changed, or taken away, in all of these records without any verdict noticing. */
export function unnoticed(records: readonly RunRecord[]): string[] {
  const kinds = factSchema.options.map((option) => option.shape.kind.value)
  return kinds.flatMap((kind) => {
    const having = records.filter(({ facts }) => facts.some((fact) => fact.kind === kind))
    if (having.length === 0) return []
    const isNoticed = (record: RunRecord) => judge(record).status !== 'pass'
    const isGone = having.some((r) =>
      isNoticed(
        renumbered(
          r,
          r.facts.filter((fact) => fact.kind !== kind),
        ),
      ),
    )
    const paths = new Map(
      having.flatMap(({ facts }) =>
        facts
          .filter((fact) => fact.kind === kind)
          .flatMap((fact) => pathsOf(fact).map((path) => [path.join('.'), path])),
      ),
    )
    const bare = [...paths].flatMap(([name, path]) => {
      const isProof = having.some((record) => isAny(spoilt(record, kind, path), isNoticed))
      return isProof ? [] : [`${kind}.${name}`]
    })
    return [...(isGone ? [] : [kind]), ...bare]
  })
}
