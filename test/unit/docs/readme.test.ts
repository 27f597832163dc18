import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../../../src/kit/errors.ts'
import { planOf } from '../../../src/run/index.ts'
import { findScenario } from '../../../src/scenario/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const root = new URL('../../../', import.meta.url).pathname
const readme = await readFile(join(root, 'README.md'), 'utf8')

test('the scenario in docs/scenarios.md is valid, and can be planned', async () => {
  const page = await readFile(join(root, 'docs/scenarios.md'), 'utf8')
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const file = join(await temporaryFolder('scenario'), 'my-outage.yaml')
  await writeFile(file, yaml)
  const plan = planOf(await findScenario(file, root), { variant: 'plain' })
  expect(plan.story.map((step) => step.does)).toEqual(['fault', 'alert', 'look', 'remedy', 'recovered'])
})

test('the README tells every exit code', () => {
  for (const code of Object.values(exitCodes)) expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
})

test('every file and page that the README points to is there', async () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(3)
  for (const link of links) expect((await readFile(join(root, link))).length).toBeGreaterThan(0)
})
