import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ruleFilesIn } from '../../../src/project/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const rules = 'groups:\n  - name: a\n    rules: [{ alert: Down, expr: up == 0 }]\n'

it('finds what has rules in it, and nothing else', async () => {
  const folder = await temporaryFolder('rule-files')
  for (const name of ['monitoring/rules', 'node_modules/x', '.git', 'a/b/c/d/e/f']) {
    await mkdir(join(folder, name), { recursive: true })
  }
  const files = {
    'monitoring/rules/a.yml': rules,
    'monitoring/rules/b.yaml': rules,
    'monitoring/prometheus.yml': 'rule_files: [rules/*.yml]\n',
    'monitoring/groups.yml': 'groups: [admins]\n',
    'monitoring/broken.yml': 'groups: [\nexpr: x',
    'node_modules/x/rules.yml': rules,
    '.git/rules.yml': rules,
    'a/b/c/d/e/f/deep.yml': rules,
    'rules.txt': rules,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await symlink('/etc/passwd', join(folder, 'link.yml'))
  await symlink(folder, join(folder, 'circle'))
  expect(await ruleFilesIn(folder)).toEqual(['monitoring/rules/a.yml', 'monitoring/rules/b.yaml'])
  expect(await ruleFilesIn(join(folder, 'none'))).toEqual([])
})
