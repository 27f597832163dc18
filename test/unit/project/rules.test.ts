import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseProject, rulesOf } from '../../../src/project/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const ruled = (name: string) => JSON.stringify({ groups: [{ name: 'g', rules: [{ alert: name, expr: 'up == 0' }] }] })

async function folderWith(files: readonly string[]): Promise<string> {
  const folder = await temporaryFolder('rules')
  for (const name of files) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), ruled(name.replaceAll(/\W/g, '')))
  }
  return folder
}
const projectWith = (rules: string[]) =>
  parseProject(
    { proxy: { service: 'edge' }, upstreams: { a: { servers: ['a'], port: 1 } }, monitoring: { rules } },
    'x',
  )

test('the files that the globs name are read, each once, as they are', async () => {
  const folder = await folderWith(['project/alerts/a.yml', 'project/alerts/b.yml', 'project/c.yml', 'shared/d.yml'])
  const project = projectWith(['alerts/*.yml', 'alerts/a.yml', '../shared/d.yml'])
  const found = await rulesOf(project, join(folder, 'project'))
  expect(found?.files.map(({ source, text }) => [source, text])).toEqual([
    ['alerts/a.yml', ruled('projectalertsayml')],
    ['alerts/b.yml', ruled('projectalertsbyml')],
    ['../shared/d.yml', ruled('shareddyml')],
  ])
})

test('without a glob there are none, and one that no file has is a mistake', async () => {
  const folder = await folderWith(['a.yml'])
  expect(await rulesOf(projectWith([]), folder)).toBeUndefined()
  await expect(rulesOf(projectWith(['a.yml', 'alerts/*.yml']), folder)).rejects.toMatchObject({
    code: 'RULES_MISSING',
    message: expect.stringContaining('alerts/*.yml'),
  })
})
