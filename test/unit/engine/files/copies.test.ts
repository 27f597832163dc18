import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeCopies } from '../../../../src/engine/files/copies.ts'
import { guardFiles } from '../../../../src/engine/guard-files.ts'
import { runLabels } from '../../../../src/engine/labels.ts'
import { temporaryFolder } from '../../../support/folder.ts'
import { putOnRecord } from '../../../support/on-record.ts'

async function copiesOf(runId: string) {
  const folder = await temporaryFolder('copies')
  const journalFile = join(folder, 'journal.jsonl')
  await putOnRecord(runLabels({ runId, journalFile }), 'container', ['c1'])
  return { folder, journalFile, copies: guardFiles(journalFile).copies }
}

test('copies of a run go, and what their links lead to stays', async () => {
  const { folder, journalFile, copies } = await copiesOf('r1')
  await mkdir(join(copies, 'data'), { recursive: true })
  await writeFile(join(folder, 'theirs'), 'kept')
  await symlink(join(folder, 'theirs'), join(copies, 'data', 'link'))
  expect(removeCopies(journalFile, 'r1')).toBeUndefined()
  expect(existsSync(copies)).toBe(false)
  expect(await readFile(join(folder, 'theirs'), 'utf8')).toBe('kept')
})

test('a folder beside the record of another run, or that is a link, is nobody’s to remove', async () => {
  const { folder, journalFile, copies } = await copiesOf('r1')
  await mkdir(join(folder, 'theirs'))
  await writeFile(join(folder, 'theirs', 'file'), '')
  await symlink(join(folder, 'theirs'), copies)
  removeCopies(journalFile, 'r1')
  removeCopies(journalFile, 'r2')
  expect(existsSync(join(folder, 'theirs', 'file'))).toBe(true)
  const other = await copiesOf('r1')
  await mkdir(other.copies)
  removeCopies(other.journalFile, 'r2')
  expect(existsSync(other.copies)).toBe(true)
})
