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

const own = (commands: object, env = {}) =>
  ownCommands({ file, project: { commands: commandsSchema.parse(commands) }, env, description })

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
  [{ flag: { fault: { ...fault, run: 'touch x' } } }, 'array'],
  [{ 'Not-Me': { fault } }, 'no name'],
  [{ flag: { fault, limit: '11m' } }, '10 minutes'],
  [{ flag: { probe: { run: ['x'] }, check: { run: ['y'] } } }, 'both looks'],
])('%j is refused', (commands, why) => {
  expect(commandsSchema.safeParse(commands).error?.message).toMatch(why)
})
