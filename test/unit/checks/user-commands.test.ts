import { expect, test } from 'vitest'
import { inUserCommand, replacedByUser } from '../../../src/checks/reading/user-commands.ts'
import type { Fact } from '../../../src/journal/facts.ts'
import type { Undo } from '../../../src/kit/undo.ts'

const at = (t: number) => ({ n: t, t, at: '2026-11-17T10:00:00.000Z' })
const undo: Undo = { verb: 'run', argv: ['true'], cwd: '/', vars: {}, withinMs: 1, hasSecrets: false }
const facts: Fact[] = [
  { kind: 'undo-promised', id: 'u1', undo, why: 'break it', ...at(10_000) },
  { kind: 'undo-promised', id: 'u2', undo: { verb: 'start', container: 'a'.repeat(64) }, why: 'stop', ...at(40_000) },
  { kind: 'undo-done', id: 'u1', ok: true, by: 'remedy', because: 'done', ...at(20_000) },
  {
    ...{ kind: 'remedy-applied', remedy: 'mend', remedyKind: 'mend', ok: true, changed: true, because: '' },
    ...{ startedT: 60_000, evidence: { run: ['true'] }, ...at(61_000) },
  },
]

test('what is done while a command of theirs is in force, or a remedy of theirs runs, may be theirs', () => {
  const seen = [9_000, 10_000, 19_000, 24_000, 26_000, 41_000, 60_500, 67_000]
  expect(seen.filter((t) => inUserCommand(facts)({ t }))).toEqual([10_000, 19_000, 24_000, 60_500])
  const notUndone = facts.filter(({ kind }) => kind !== 'undo-done')
  expect(inUserCommand(notUndone)({ t: 41_000 })).toBe(true)
})

test('what a command of theirs has put in places of the stack is known, and nothing else is', () => {
  const evidence = { run: [['true']], replaced: [{ service: 'one', container: 'c1' }] }
  const told = { kind: 'remedy-applied', remedy: 'mend', remedyKind: 'mend', ok: true, changed: true } as const
  const mend: Fact = { ...told, because: '', startedT: 70_000, evidence, ...at(71_000) }
  expect(replacedByUser([...facts, mend])).toEqual(['c1'])
  // What only says so, and is no command of theirs, put nothing there.
  expect(replacedByUser([{ ...mend, evidence: { replaced: evidence.replaced } }])).toEqual([])
  expect(replacedByUser(facts)).toEqual([])
})
