// @group full 120s
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { badgateway } from '../support/badgateway.ts'
import { thingsOf } from '../support/killed-check.ts'
import { commitAll } from '../support/repository.ts'
import { type SmallProject, writeSmall } from '../support/small-project.ts'

let project: SmallProject
beforeAll(async () => {
  project = await writeSmall()
  commitAll(project.folder)
})

test('deploys are played at a rate, then one load on a commit and the folder in turn', async () => {
  const typed = [
    '--threshold',
    'http_req_failed=rate<0.5',
    '--rate',
    '60',
    '--step',
    '2s',
    '--against',
    'HEAD',
    '--json',
  ]
  const { out, err } = await badgateway(['gate', project.folder, ...typed, '--json', '--out', project.out], project.env)
  const { knee, stages, left, comparison, folder } = JSON.parse(out)
  const told = { knee, stages: stages.map(({ name }: { name: string }) => name), left, comparison }
  expect(told, err).toMatchObject({
    knee: null,
    stages: ['reload', 'spike'],
    left: [{ name: 'rolling-api', because: expect.stringContaining('one server') }],
    comparison: { names: ['HEAD', 'this folder'], ratePerS: 60, differences: [{ share: 0.95 }] },
  })
  expect(comparison.differences[0].smallestSeen).toBeGreaterThan(0)
  expect(await readFile(join(folder, 'gate.md'), 'utf8')).toContain('this run could have seen')
  expect(await thingsOf(project)).toEqual([])
})
