import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rescue } from '../../../src/cleanup/rescue.ts'
import { executeUndo } from '../../../src/cleanup/undo.ts'
import { type Undo, undo as undoSchema } from '../../../src/kit/undo.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quickClock } from '../../support/quick-clock.ts'

let engine: FakeEngine
let cwd: string
beforeEach(async () => {
  engine = await fakeEngine()
  cwd = await temporaryFolder('undo-run')
})
afterEach(() => engine.close())

const undoOf = (argv: string[], more: object = {}): Undo =>
  undoSchema.parse({ verb: 'run', argv, cwd, vars: {}, withinMs: 30_000, hasSecrets: false, ...more })
const touch = () =>
  undoOf(['sh', '-c', 'echo "$BADGATEWAY_CONTAINER_API" > undone'], { vars: { BADGATEWAY_CONTAINER_API: 'abc' } })
const isThere = () =>
  access(join(cwd, 'undone')).then(
    () => true,
    () => false,
  )
const promised = { runId: 'r1', withinMs: 1, isPromised: true }

test('what was promised is run in its folder, with a limit of its own', async () => {
  expect(await executeUndo(engine.docker, touch(), promised)).toEqual({ ok: true, because: 'done: exit code 0' })
  expect(await isThere()).toBe(true)
})

test('what is found in the journal of a dead run is not run, and told for people', async () => {
  const { docker } = engine
  const entry = { id: 'u1', undo: touch(), why: 'break it' }
  const options = {
    docker,
    runId: 'r1',
    promised: [entry],
    isOurs: () => true,
    log: () => undefined,
    clock: quickClock(),
  }
  const { undone } = await rescue(options)
  expect(undone).toEqual([{ id: 'u1', ok: false, because: expect.stringContaining(`UNDO_REFUSED`) }])
  expect(undone[0]?.because).toContain(`cd ${cwd} && sh -c `)
  expect(await isThere()).toBe(false)
  await rescue({ ...options, isPromised: true })
  expect(await isThere()).toBe(true)
})

test('one that fails says how, and nothing of what it said where it knows secrets', async () => {
  const failing = ['sh', '-c', 'echo no luck >&2; exit 7']
  const told = await executeUndo(engine.docker, undoOf(failing), promised)
  expect(told).toEqual({ ok: false, because: expect.stringMatching(/KIND_FAILED.*exit code 7: no luck/) })
  const kept = await executeUndo(engine.docker, undoOf(failing, { hasSecrets: true }), promised)
  expect(kept.because).toMatch(/exit code 7$/)
})

test.each([
  [['A=b', 'true'], {}],
  [[], {}],
  [['a\0b'], {}],
  [['true'], { cwd: 'relative' }],
  [['true'], { vars: { PATH: '/tmp' } }],
  [['true'], { withinMs: 3_600_000 }],
])('%j %j is no undo', (argv, more) => {
  expect(() => undoOf(argv, more)).toThrow()
})
