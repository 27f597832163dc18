import { expect, test } from 'vitest'
import type { CommandIo } from '../../../src/commands/io.ts'
import { pendingOf } from '../../../src/commands/pending.ts'
import { interrupted, type RunFlags, repeated } from '../../../src/commands/run-action.ts'
import type { Fact } from '../../../src/journal/index.ts'
import { fanOut, type LiveReporter } from '../../../src/reporters/index.ts'

const flags: RunFlags = { variant: [], timeScale: '1s', out: 'runs', image: [] }

test('what is typed to repeat a run has all that made it, quoted for a shell', () => {
  expect(repeated('misconfigured-upstream', flags)).toBe('npx badgateway run misconfigured-upstream --time-scale 1s')
  const whole: RunFlags = {
    ...flags,
    variant: ['a', 'b'],
    image: ['proxy=nginx:1.30'],
    rules: "./it's mine",
    port: '8088',
    disarm: true,
  }
  expect(repeated('./my file.yaml', whole)).toBe(
    "npx badgateway run './my file.yaml' --variant a --variant b --time-scale 1s --image proxy=nginx:1.30 " +
      "--rules './it'\\''s mine' --port 8088 --disarm",
  )
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
