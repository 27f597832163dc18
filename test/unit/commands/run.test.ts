import { expect, test } from 'vitest'
import { interrupted, pendingOf } from '../../../src/commands/check/pending.ts'
import type { CommandIo } from '../../../src/commands/io.ts'
import { type RunFlags, repeated, runCommand } from '../../../src/commands/run.ts'
import type { Fact } from '../../../src/journal/index.ts'
import { shellWords } from '../../../src/kit/shell.ts'
import { fanOut, type LiveReporter } from '../../../src/reporters/index.ts'
import { said } from './said.ts'

const flags: RunFlags = { variant: [], timeScale: '1s', out: 'runs', image: [], kinds: [] }

const hostile = "./it's $(touch x) `id`;\n::error::mine"

/** The options of `run`, as the command that is printed gives them to it. */
function readBack(what: string, given: Partial<RunFlags>): unknown {
  const command = runCommand({} as CommandIo)
  const [npx, badgateway, run, ...argv] = shellWords(repeated(what, { ...flags, ...given })) ?? []
  expect([npx, badgateway, run]).toEqual(['npx', 'badgateway', 'run'])
  const { operands, unknown } = command.parseOptions(argv)
  return { what: operands, unknown, ...command.opts() }
}

test.each<[Partial<RunFlags>]>([
  [{ variant: ['a', hostile] }],
  [{ timeScale: '500ms' }],
  [{ image: ['proxy=nginx:1.30', 'web=a/b@sha256:00'] }],
  [{ kinds: ['./own.ts', hostile] }],
  [{ rules: hostile }],
  [{ rules: '-r' }],
  [{ port: '8088' }],
  [{ disarm: true }],
  [{ repeats: '0' }],
  [{ out: hostile }],
  [{ variant: ['a'], image: ['web=x'], rules: 'r', port: '1', disarm: true, repeats: '2', timeScale: '2s', out: 'o' }],
])('what is typed to repeat a run has all that made it: %j', (given) => {
  for (const what of ['misconfigured-upstream', hostile, '-x.yaml']) {
    expect(readBack(what, given)).toEqual({ what: [what], unknown: [], ...flags, ...given })
  }
})

test('every option of run is in it, but for those that change nothing of one scenario', () => {
  const names = runCommand({} as CommandIo).options.map(({ long }) => long)
  const whole = {
    rules: 'r',
    port: '1',
    disarm: true,
    strict: true,
    repeats: '1',
    out: 'o',
    variant: ['a'],
    image: ['web=x'],
    kinds: ['k'],
    stack: 'b',
  }
  const command = repeated('x', { ...flags, ...whole })
  // A scenario of a group is repeated alone, with the variants that it ran.
  expect(names.filter((name) => !command.includes(`${name} `) && !command.endsWith(`${name}`))).toEqual([
    ...['--all', '--jobs', '--shard', '--times', '--list', '--quiet', '--json'],
  ])
})

test('a second Ctrl-C lists what this run has still to undo, and names no other run', () => {
  const { reporter, told } = pendingOf()
  expect(told()).toContain('Nothing has been started yet')
  const base = { n: 1, t: 0, at: '2026-03-01T14:22:00.000Z' }
  const undo = { verb: 'start', container: 'a'.repeat(64) }
  for (const fact of [
    { kind: 'run-started', runId: 'abc123' },
    { kind: 'undo-promised', id: 'u1', undo, why: 'web-1 was stopped' },
    { kind: 'undo-promised', id: 'u2', undo, why: 'web-2 was stopped\n::error::x' },
    { kind: 'undo-promised', id: 'u3', undo, why: 'web-3 was stopped' },
    { kind: 'undo-done', id: 'u1', ok: true },
    { kind: 'undo-done', id: 'u3', ok: false },
  ]) {
    reporter.onFact({ ...base, ...fact } as unknown as Fact)
  }
  let said = ''
  const io = { err: (text: string) => (said += text) } as unknown as CommandIo
  interrupted(2, new AbortController(), io, told)
  expect(said).toContain('start: web-3 was stopped\n  start: web-2 was stopped\\n::error::x\n')
  expect(said).not.toContain('web-1')
  expect(said).toContain('badgateway clean --run abc123')
  expect(said).toContain('docker ps -aq --filter label=badgateway=abc123')
  expect(said).not.toMatch(/label=badgateway(?!=abc123)/)
})

test('of scenarios that are played side by side each is listed, and none that has ended clean', () => {
  const { reporter, told } = pendingOf()
  const base = { n: 1, t: 0, at: '2026-03-01T14:22:00.000Z' }
  const undo = { verb: 'start', container: 'a'.repeat(64) }
  const whole = fanOut([reporter], () => undefined)
  const tell = (to: LiveReporter | undefined, fact: object) => to?.onFact({ ...base, ...fact } as unknown as Fact)
  const [one, other] = [whole.beside?.('one'), whole.beside?.('other')]
  for (const [to, runId] of [
    [one, 'run-one'],
    [other, 'run-other'],
  ] as const) {
    tell(to, { kind: 'run-started', runId })
    tell(to, { kind: 'undo-promised', id: 'u1', undo, why: `a change of ${runId}` })
  }
  for (const runId of ['run-one', 'run-other']) {
    expect(told()).toContain(`start: a change of ${runId}`)
    expect(told()).toContain(`badgateway clean --run ${runId}`)
  }
  tell(one, { kind: 'undo-done', id: 'u1', ok: true })
  tell(one, { kind: 'world-compared', clean: true, differences: [] })
  tell(one, { kind: 'run-ended' })
  expect(told()).not.toContain('run-one')
  tell(other, { kind: 'world-compared', clean: false, differences: ['network x is left'] })
  tell(other, { kind: 'run-ended' })
  expect(told()).toContain('badgateway clean --run run-other')
})

test('a stack that several runs share is named, while one of them is on and between two', () => {
  const { reporter, told } = pendingOf()
  const tell = (fact: object) => reporter.onFact({ n: 1, t: 0, at: '', ...fact } as unknown as Fact)
  tell({ kind: 'run-started', runId: 'run-one' })
  tell({ kind: 'stack-ready', tookMs: 1, services: [], ward: 'w4rd' })
  expect(told()).toMatch(/clean --run run-one\n[\s\S]*clean --run w4rd\n/)
  tell({ kind: 'world-compared', clean: true, differences: [] })
  tell({ kind: 'run-ended' })
  expect(told()).toContain('badgateway clean --run w4rd')
  expect(told()).not.toContain('run-one')
})

test('kinds are for one scenario: those of a group bring theirs along', async () => {
  const file = new URL('../../../examples/own-kinds/kinds.ts', import.meta.url).pathname
  expect(await said(runCommand, ['run', 'incidents', '--kinds', file])).toContain('--kinds is for one scenario')
})

test('all mistakes in the figures of a command line are told at once', async () => {
  const flags = ['--time-scale', '5x', '--port', '99999', '--repeats', '9', '--jobs', '0', '--image', 'foo=bar']
  const told = await said(runCommand, ['run', 'incidents', ...flags])
  expect(told).toContain('BadgatewayError: 5 mistakes:')
  for (const flag of flags.filter((word) => word.startsWith('--'))) expect(told).toContain(`${flag}: `)
})
