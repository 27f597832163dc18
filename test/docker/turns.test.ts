// @group full 90s
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { badgateway } from '../support/badgateway.ts'
import { filesIn } from '../support/compose-project.ts'
import { thingsOf } from '../support/killed-check.ts'
import { commitAll } from '../support/repository.ts'
import { type SmallProject, smallSite, writeSmall } from '../support/small-project.ts'

/** Whoever cannot connect is answered from a file: users meet 200 in place of 502. */
const kinder = smallSite()
  .replace('proxy_pass', 'error_page 502 =200 /sorry; proxy_pass')
  .replace('server { listen 80;', 'server { listen 80; location = /sorry { return 200 "later"; }')

let project: SmallProject
beforeAll(async () => {
  project = await writeSmall()
  commitAll(project.folder)
})

const asked = ['--only', 'refuse/api', '--hold', '2s', '--json']

test('a commit is played beside the folder: what has become better is told, and nothing is left', async () => {
  await writeFile(join(project.folder, 'nginx.conf'), kinder)
  const before = filesIn(project.folder)
  const { code, out, err } = await badgateway(
    ['check', project.folder, '--against', 'HEAD', ...asked, '--out', project.out],
    project.env,
  )
  expect({ code, cells: JSON.parse(out).cells }, err).toMatchObject({
    code: 0,
    cells: [{ cell: 'refuse/api', state: 'better', changes: [{ figure: 'failed', direction: 'better' }] }],
  })
  expect(await thingsOf(project)).toEqual([])
  expect(filesIn(project.folder)).toEqual(before)
})

test('two files of a configuration are played in turn: the newer one is worse', async () => {
  const [older, newer] = [join(project.out, 'kind.conf'), join(project.out, 'plain.conf')]
  await writeFile(older, kinder)
  await writeFile(newer, smallSite())
  const { code, out, err } = await badgateway(
    ['what-if', older, newer, '--project', project.folder, ...asked, '--out', project.out],
    project.env,
  )
  const { cells, folder } = JSON.parse(out)
  expect({ code, cells }, err).toMatchObject({ code: 1, cells: [{ cell: 'refuse/api', state: 'worse' }] })
  expect(await readFile(join(folder, 'turns.md'), 'utf8')).toContain('1 cell beside kind.conf: 1 worse.')
  expect(await thingsOf(project)).toEqual([])
})
