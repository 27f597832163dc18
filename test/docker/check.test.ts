// @group stack 120s
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CheckEnd, cellPool, check } from '../../src/check/index.ts'
import { ownCommands } from '../../src/check/own.ts'
import { openScope } from '../../src/cleanup/guarded-scope.ts'
import { factsOf } from '../../src/journal/index.ts'
import { commandsSchema } from '../../src/project/commands.ts'
import { rowOf } from '../../src/reporters/matrix/rows.ts'
import { raiseWithStaging } from '../../src/stack/raise/staging.ts'
import { freshFolder } from '../support/folder.ts'
import { quarry, quarryParts } from '../support/quarry.ts'

const only = [
  'refuse/granite',
  'drop/granite',
  'status-503/stone',
  'slow-answers/basalt',
  'kill/granite',
  'wrong-port/stone',
  'freeze/own',
]
const lent: (boolean | undefined)[] = []
let end: CheckEnd
const docker = createRequire(import.meta.url).resolve('dockerode')
/** What somebody's own program does, told by its environment which container is which. */
const program = `const Docker = require(${JSON.stringify(docker)})
const granite = new Docker().getContainer(process.env.BADGATEWAY_CONTAINER_GRANITE)
const [, how] = process.argv
granite.inspect().then(({ State: { Paused: isPaused } }) => {
  if (how === 'look') process.exitCode = isPaused ? 0 : 1
  else if (isPaused !== (how === 'pause')) return granite[how]()
})`
const node = (script: string, ...args: string[]) => [process.execPath, '-e', script, ...args]
const commands = {
  freeze: { fault: { run: node(program, 'pause'), undo: node(program, 'unpause'), witness: node(program, 'look') } },
  answers: { check: { run: node('fetch(process.env.BADGATEWAY_URL).then(({ ok }) => process.exit(ok ? 0 : 1))') } },
}

beforeAll(async () => {
  const { engine, stack, remove } = await quarryParts()
  const file = join(await freshFolder(), 'badgateway.yaml')
  await writeFile(file, '')
  const project = { commands: commandsSchema.parse(commands) }
  const own = await ownCommands({ file, project, env: {}, description: quarry('') })
  const pool = cellPool(() => openScope(engine))
  try {
    end = await check({
      description: quarry(''),
      raise: (place) => raiseWithStaging({ ...stack, ...place, define: quarry, defineStaging: undefined }),
      traffic: { users: 20, ratePerS: 40 },
      expect: {
        default: { recoveredWithin: 15_000 },
        modes: { 'status-503': { failedAtMost: 0.1 } },
        targets: { basalt: { p95AtMost: 500 } },
      },
      wanted: { only },
      own,
      engine,
      stack,
      pool,
      signal: new AbortController().signal,
      version: '0.0.0',
      command: 'test',
      folder: `${await freshFolder()}/check`,
      say: () => undefined,
      reporterFor: () => ({
        name: 'test',
        onPlan: () => undefined,
        onFact: (fact) => void (fact.kind === 'stack-ready' && lent.push(fact.used)),
        onEnd: () => undefined,
      }),
    })
  } finally {
    await pool.close()
    await remove()
  }
})
afterAll(() => expect(lent.length).toBeGreaterThan(0))

const row = (cell: string) => {
  const found = end.run.variants.map(rowOf).find((one) => one?.cell === cell)
  return found ?? expect.unreachable(`there is no ${cell}`)
}

test('every cell is an experiment of its own on one stack', () => {
  const told = end.run.variants.map(rowOf).map((one) => `${one?.cell}: ${one?.status} ${one?.because.join('; ')}`)
  expect(told.filter((line) => !line.includes(': measured'))).toEqual([])
  expect(end.run.variants.map(({ verdict }) => verdict.clean)).toEqual(only.map(() => true))
  expect(lent.every(Boolean)).toBe(true)
})

test('a cell fails for its budget, and for nothing else', () => {
  const verdicts = new Map(end.run.variants.map(rowOf).map((one) => [one?.cell, one?.verdict]))
  const over = ['status-503/stone', 'slow-answers/basalt']
  // A budget that is broken while the machine has no room is held against nobody.
  for (const cell of over) expect(['fail', 'inconclusive']).toContain(verdicts.get(cell))
  const failed = [...verdicts].flatMap(([cell, verdict]) => (verdict === 'fail' ? [cell] : []))
  expect(over).toEqual(expect.arrayContaining(failed))
  expect(end.exitCode).toBe(failed.length > 0 ? 1 : 2)
})

test("a command of the user's is a cell: promised, seen, taken back, and a look of theirs ends every cell", () => {
  const own = end.run.variants.find((one) => rowOf(one)?.cell === 'freeze/own')?.record.facts ?? []
  const promised = factsOf(own, 'undo-promised').filter(({ undo }) => undo.verb === 'run')
  expect(promised).toHaveLength(1)
  expect(factsOf(own, 'undo-done').find(({ id }) => id === promised[0]?.id)).toMatchObject({ ok: true })
  expect(factsOf(own, 'fault-witnessed').map(({ present }) => present)).toEqual(expect.arrayContaining([true, false]))
  const looks = end.run.variants.map(({ record }) => factsOf(record.facts, 'observed').map(({ finding }) => finding))
  expect(looks).toEqual(only.map(() => ['exit code 0']))
})

test('what is hidden behind good answers is told, with the directive that helps', () => {
  expect(row('refuse/granite').figures).toMatchObject({ failed: 0, endedBy: null })
  const dropped = row('drop/granite')
  expect(dropped.figures?.p95DuringMs).toBeGreaterThan(900)
  expect(dropped.change).toContain('`proxy_connect_timeout` is 1.0 s')
  expect(row('wrong-port/stone').figures).toMatchObject({ endedBy: 'with the fault', alert: 'not watched' })
})
