import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { planned } from '../../../src/check/flow.ts'
import { ownCommands } from '../../../src/check/own.ts'
import { commandKinds } from '../../../src/index.ts'
import { commandsSchema } from '../../../src/project/commands.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quarry } from '../../support/quarry.ts'

const description = quarry('')
const traffic = { users: 20, ratePerS: 40 }
const fault = { run: ['touch', 'x'], undo: ['rm', '-f', 'x'], witness: ['test', '-e', 'x'] }
let file: string

beforeEach(async () => {
  file = join(await temporaryFolder('own'), 'badgateway.yaml')
  await writeFile(file, '')
})

const own = (commands: object, env = {}, macros = {}) =>
  ownCommands({ file, project: { commands: commandsSchema.parse(commands), macros }, env, description })

test('commands become cells, and looks at the end of every cell', async () => {
  const commands = {
    flag: { fault },
    drill: { fault: { ...fault, at: ['granite'] } },
    orders: { check: { run: ['true'] } },
  }
  const mine = await own(commands)
  const { runs, notes } = planned({ description, traffic, own: mine }, { only: ['flag', 'drill', 'refuse/granite'] })
  expect(runs.map(({ cell }) => cell.name).toSorted()).toEqual(['drill/granite', 'flag/own', 'refuse/granite'])
  for (const { plan } of runs) {
    expect(plan.record.story.map(({ does }) => does)).toEqual(['fault', 'remedy', 'recovered', 'look'])
    expect(plan.record.checks).toContainEqual(expect.objectContaining({ kind: 'look-finds', finds: 'exit code 0' }))
  }
  expect(planned({ description, traffic, own: mine }, { tag: 'own' }).runs).toHaveLength(2)
  expect(notes.join('\n')).toContain("Your fault 'flag' runs on this machine: run: touch x; undo: rm -f x")
  const budget = { modes: { flag: { failedAtMost: 0.1 } }, targets: { own: { recoveredWithin: 5_000 } } }
  const held = planned({ description, traffic, own: mine, expect: budget }, { only: ['flag'] })
  expect(held.runs[0]?.plan.record.cell?.budget).toEqual({ failedAtMost: 0.1, recoveredWithinMs: 5_000 })
})

test('a remedy is played once more in place of the end of each fault that it is to cure', async () => {
  const remedy = { run: ['true'], cures: ['refuse/granite', 'kill'] }
  const mine = await own({ mend: { remedy } })
  const { runs } = planned({ description, traffic, own: mine }, { tag: 'own' })
  expect(runs.map(({ cell }) => cell.name)).toEqual(
    expect.arrayContaining(['refuse+mend/granite', 'kill+mend/granite', 'kill+mend/basalt']),
  )
  const { record } = runs.find(({ cell }) => cell.name === 'refuse+mend/granite')?.plan ?? expect.unreachable()
  expect(record.story.map((step) => [step.does, step.does === 'remedy' ? step.detail.remedy : undefined])).toEqual([
    ['fault', undefined],
    ['remedy', { kind: 'mend' }],
    ['recovered', undefined],
  ])
  expect(record.checks).toContainEqual(expect.objectContaining({ kind: 'fault-cured', step: 1 }))
  expect(record.checks).toContainEqual(expect.objectContaining({ kind: 'recovered', step: 2, withinMs: 15_000 }))
  // What comes without it is as it was.
  expect(planned({ description, traffic, own: mine }, { only: ['refuse/granite'] }).runs).toHaveLength(1)
  await expect(own({ mend: { remedy: { ...remedy, cures: ['refuse/marble'] } } })).rejects.toThrow(
    /commands.mend.remedy.cures: .*refuse\/marble/,
  )
})

test('a probe looks before a fault, while it is held, and after recovery', async () => {
  const mine = await own({ seen: { probe: { run: ['true'], when: ['before', 'during', 'after'] } } })
  const [{ plan } = expect.unreachable()] = planned(
    { description, traffic, own: mine },
    { only: ['refuse/granite'] },
  ).runs
  expect(plan.record.story.map(({ does }) => does)).toEqual([
    ...['look', 'fault', 'look', 'remedy', 'recovered', 'look'],
  ])
  expect(plan.story.map(({ restMs = 0 }) => restMs)).toEqual([0, 0, 1_500, 1_500, 0, 0])
})

test('a macro stands for its programs, wherever a command may', async () => {
  const macros = { up: [['docker', 'start', 'x'], 'wait'], wait: [['sleep', '1']] }
  const mine = await own({ flag: { fault: { ...fault, undo: 'up' } } }, {}, macros)
  expect(mine?.notes).toEqual([
    "Your fault 'flag' runs on this machine: run: touch x; undo: docker start x && sleep 1; witness: test -e x",
  ])
})

test('in a scenario of somebody they are kinds by their names', async () => {
  const stack = 'proxy: { service: edge }\nupstreams: { api: { servers: [api], port: 80 } }\n'
  const roll = "commands: { roll-back: { remedy: { run: ['true'] } }, orders: { probe: { run: ['true'] } } }\n"
  await writeFile(file, stack + roll)
  expect((await commandKinds(file)).map(({ is, kind }) => `${is} ${kind}`)).toEqual([
    'remedy roll-back',
    'probe orders',
  ])
})

test('a file without commands is no code, whoever may write it', async () => {
  await chmod(file, 0o666)
  expect(await own({})).toBeUndefined()
})

test('commands of a file or folder that anybody may write are refused', async () => {
  await chmod(file, 0o666)
  await expect(own({ flag: { fault } })).rejects.toThrow(/badgateway.yaml: anybody may write there/)
  await chmod(file, 0o644)
  await chmod(join(file, '..'), 0o777)
  await expect(own({ flag: { fault } })).rejects.toThrow(/anybody may write there/)
})

test('what is wrong is told before anything is started', async () => {
  await expect(own({ flag: { fault: { ...fault, at: ['graphite'] } } })).rejects.toThrow(/no 'graphite'.*granite/)
  await expect(own({ flag: { fault, secrets: ['TOKEN'] } })).rejects.toThrow('the environment has no TOKEN')
  await expect(own({ interpose: { fault } })).rejects.toThrow(/already/)
  expect(await own({ flag: { fault, secrets: ['TOKEN'] } }, { TOKEN: 'a-secret-of-theirs' })).toBeDefined()
})

test.each([
  [{ flag: {} }, 'no fault, remedy, probe, check'],
  [{ flag: { fault: { run: ['x'], witness: ['y'] } } }, 'undo'],
  [{ flag: { fault: { run: ['x'], undo: ['y'] } } }, 'witness'],
  [{ flag: { fault: { ...fault, run: 'touch x' } } }, 'no list of program and arguments, and no name of a macro'],
  [{ 'Not-Me': { fault } }, 'no name'],
  [{ flag: { fault, limit: '11m' } }, '10 minutes'],
  [{ flag: { probe: { run: ['x'] }, check: { run: ['y'] } } }, 'both looks'],
])('%j is refused', (commands, why) => {
  expect(commandsSchema.safeParse(commands).error?.message).toMatch(why)
})
