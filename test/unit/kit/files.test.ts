import { execFileSync } from 'node:child_process'
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entriesOf, readPlain, writePlain } from '../../../src/kit/files.ts'
import { temporaryFolder } from '../../support/folder.ts'

test('a file is read whole, and nothing else is', async () => {
  const folder = await temporaryFolder('files')
  const file = join(folder, 'a')
  await writeFile(file, 'grüße')
  await symlink(file, join(folder, 'link'))
  execFileSync('mkfifo', [join(folder, 'fifo')])
  expect(await readPlain(file, 100)).toBe('grüße')
  await expect(readPlain(join(folder, 'link'), 100)).rejects.toThrow('it is a link, and none is followed')
  await expect(readPlain(join(folder, 'fifo'), 100)).rejects.toThrow('it is no regular file')
  await expect(readPlain('/dev/zero', 100)).rejects.toThrow('it is no regular file')
  await expect(readPlain(folder, 100)).rejects.toThrow(/no regular file|EISDIR/)
  await expect(readPlain(file, 6)).rejects.toThrow('it has 7 bytes; 6 are the most there can be')
  await expect(readPlain(join(folder, 'none'), 6)).rejects.toThrow('ENOENT')
})

test('a file is written beside its place and moved there: a link is replaced, not written through', async () => {
  const folder = await temporaryFolder('files')
  const victim = join(folder, 'victim')
  await writeFile(victim, 'mine')
  await mkdir(join(folder, 'run'))
  await symlink(victim, join(folder, 'run', 'report.html'))
  await symlink(join(folder, 'nowhere'), join(folder, 'run', 'verdict.json'))
  execFileSync('mkfifo', [join(folder, 'run', 'junit.xml')])
  for (const name of ['report.html', 'verdict.json', 'junit.xml', 'new/deep.md']) {
    await writePlain(join(folder, 'run'), name, name)
    expect(await readFile(join(folder, 'run', name), 'utf8')).toBe(name)
    expect((await lstat(join(folder, 'run', name))).isFile()).toBe(true)
  }
  expect(await readFile(victim, 'utf8')).toBe('mine')
  expect((await readdir(folder)).sort()).toEqual(['run', 'victim'])
  expect((await readdir(join(folder, 'run'))).sort()).toEqual(['junit.xml', 'new', 'report.html', 'verdict.json'])
})

test('a folder on the way that is a link is refused, and nothing half is left', async () => {
  const folder = await temporaryFolder('files')
  const run = join(folder, 'run')
  await mkdir(join(folder, 'elsewhere'))
  await mkdir(join(run, 'charts.svg'), { recursive: true })
  await symlink(join(folder, 'elsewhere'), join(run, 'charts'))
  await expect(writePlain(run, 'charts/a.svg', 'x')).rejects.toThrow('none is followed')
  await expect(writePlain(run, 'charts.svg', 'x')).rejects.toThrow()
  expect(await readdir(join(folder, 'elsewhere'))).toEqual([])
  expect((await readdir(run)).sort()).toEqual(['charts', 'charts.svg'])
})

test('a folder that is not there holds nothing; one that cannot be looked into is told', async () => {
  const folder = await temporaryFolder('files')
  await writeFile(join(folder, 'a'), '')
  await symlink('loop', join(folder, 'loop'))
  expect((await entriesOf(folder)).map(({ name }) => name).sort()).toEqual(['a', 'loop'])
  for (const name of ['none', 'a']) expect(await entriesOf(join(folder, name))).toEqual([])
  await expect(entriesOf(join(folder, 'loop'))).rejects.toMatchObject({
    code: 'RUN_DIR_INVALID',
    message: expect.stringMatching(/loop cannot be looked into: ELOOP/),
  })
})
