import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { builtInScenarios, findGroup, findScenario, groupsOf } from '../../../src/scenario/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const own = new URL('../../../scenarios', import.meta.url).pathname
const { default: input } = (await import(join(own, 'incidents/misconfigured-upstream.ts'))) as { default: object }

/** A folder of scenarios with these files; each is called as its file, or as is said. */
async function scenarios(files: Record<string, string | null>): Promise<string> {
  const folder = await temporaryFolder('scenarios')
  for (const [path, name] of Object.entries(files)) {
    const file = join(folder, `${path}.js`)
    await mkdir(dirname(file), { recursive: true })
    const scenario = { ...input, name: name ?? path.split('/').at(-1) }
    await writeFile(file, `export default ${JSON.stringify(scenario)}\n`)
  }
  return folder
}

const tree = {
  alone: null,
  'incidents/b-two': null,
  'incidents/a-one': null,
  'incidents/guide/firewall': null,
  'incidents/guide/a-offline': null,
  'drills/guides/easy': null,
  'incidents/guide/_shared': null,
}

test('a group is a folder: its own scenarios first, then those of the folders in it, each by name', async () => {
  const folder = await scenarios(tree)
  const group = await findGroup('incidents', folder)
  expect(group).toMatchObject({ name: 'incidents', path: 'incidents' })
  expect(group?.scenarios.map(({ name }) => name)).toEqual(['a-one', 'b-two', 'a-offline', 'firewall'])
  expect(groupsOf(await builtInScenarios(folder))).toEqual(['drills', 'drills/guides', 'incidents', 'incidents/guide'])
})

test.each(['incidents/guide', 'guide'])('an inner one is found as %s', async (name) => {
  const group = await findGroup(name, await scenarios(tree))
  expect(group).toMatchObject({ name: 'guide', path: 'incidents/guide' })
  expect(group?.scenarios).toHaveLength(2)
})

test('what is no folder is none; a scenario of that name goes first', async () => {
  const folder = await scenarios({ ...tree, 'drills/incidents': null })
  for (const name of ['incidents', 'nope', './incidents', 'cidents', 'alone', '']) {
    expect(await findGroup(name, folder)).toBeUndefined()
  }
  expect((await findScenario('incidents', folder)).name).toBe('incidents')
})

test('a name that may be two folders is refused, and so are two scenarios of one name', async () => {
  const twice = await scenarios({ 'a/guide/one': null, 'b/guide/two': null })
  await expect(findGroup('guide', twice)).rejects.toThrow("'guide' may be any of: a/guide, b/guide")
  const same = await scenarios({ 'a/one': 'same', 'a/two': 'same' })
  await expect(findGroup('a', same)).rejects.toThrow("more than one scenario called 'same'")
})

test('a scenario that is not known names the groups too', async () => {
  await expect(findScenario('nope', await scenarios({ 'a/one': null }))).rejects.toMatchObject({
    hint: expect.stringContaining('There are: one, a.'),
  })
})

test.each([
  ['incidents/a-one', 'a-one'],
  ['incidents/guide/firewall', 'firewall'],
  ['guide/firewall', 'firewall'],
  ['scenarios/incidents/a-one', 'a-one'],
  ['scenarios/incidents/a-one.ts', 'a-one'],
])('a scenario is found by its path below scenarios/: %s', async (path, name) => {
  expect((await findScenario(path, await scenarios(tree))).name).toBe(name)
})

test.each([
  ['a-onee', "Did you mean 'a-one'?"],
  ['incidents/b-tow', "Did you mean 'incidents/b-two'?"],
  ['incidnts', "Did you mean 'incidents'?"],
])('a near miss is told: %s', async (typed, hint) => {
  const unknown = { code: 'SCENARIO_UNKNOWN', hint: expect.stringContaining(hint) }
  await expect(findScenario(typed, await scenarios(tree))).rejects.toMatchObject(unknown)
})

test('what is far from everything is no near miss', async () => {
  const far = findScenario('zzz', await scenarios(tree))
  await expect(far).rejects.toMatchObject({ hint: expect.not.stringContaining('Did you mean') })
})
