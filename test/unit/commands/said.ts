import { Command } from 'commander'
import { expect } from 'vitest'
import type { CommandIo } from '../../../src/commands/io.ts'
import type { Fact } from '../../../src/journal/facts.ts'
import { lineOf, parseLines } from '../../../src/journal/lines.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { inert } from '../../../src/kit/inert.ts'

/** Everything that a command says, before any net. */
export async function said(make: (io: CommandIo) => Command, argv: readonly string[]): Promise<string> {
  let text = ''
  const hear = (more: string) => {
    text += more
  }
  const io = {
    out: hear,
    err: hear,
    setExit: () => undefined,
    isTty: false,
    columns: 100,
    color: false,
    env: {},
    cwd: '/',
  }
  const whole = { ...io, setEnv: () => undefined, onInterrupt: () => () => undefined } as unknown as CommandIo
  const program = new Command().exitOverride().addCommand(make(whole).exitOverride())
  await program.parseAsync(argv, { from: 'user' }).catch((thrown: unknown) => hear(inert(String(thrown))))
  return text
}

/** Some fields are of a shape, an id's, that a reader insists on: a fact that it would refuse stays as it was. */
export function readable(poisoned: RunRecord, sound: RunRecord | undefined): RunRecord {
  const facts = poisoned.facts.map((fact, index) => (isReadable(fact) ? fact : (sound?.facts[index] ?? fact)))
  expect(facts.filter((fact, index) => fact === poisoned.facts[index]).length).toBeGreaterThan(facts.length * 0.7)
  return { ...poisoned, facts }
}

function isReadable(fact: Fact): boolean {
  try {
    return parseLines(lineOf({ ...fact, n: 1 }), 'here').facts.length === 1
  } catch {
    return false
  }
}
