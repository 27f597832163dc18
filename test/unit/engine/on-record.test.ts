import { appendFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { guardFiles } from '../../../src/engine/guard-files.ts'
import { agree, containerName, intend, onRecordOf, readOnRecord } from '../../../src/engine/on-record.ts'
import { temporaryFolder } from '../../support/folder.ts'

let journal: string
let labels: Record<string, string>
beforeEach(async () => {
  journal = join(await temporaryFolder('on-record'), 'journal.jsonl')
  labels = { badgateway: 'r1', 'badgateway.journal': journal }
})

const container = (id: string, name: string) => ({ kind: 'container' as const, id, name })

test('a name counts while its id is not known, and the id alone from then on', async () => {
  expect(onRecordOf(labels).has(container('a', 'web'))).toBe(false)
  const made = await intend(labels, { kind: 'container', name: 'web' })
  expect(onRecordOf(labels).has(container('a', 'web'))).toBe(true)
  expect(onRecordOf(labels).has({ kind: 'network', id: 'a', name: 'web' })).toBe(false)
  made('a')
  expect(onRecordOf(labels).has(container('a', 'renamed'))).toBe(true)
  expect(onRecordOf(labels).has(container('b', 'web'))).toBe(false)
})

test('a network that is made a second time under its name is waited for again', async () => {
  const first = await intend(labels, { kind: 'network', name: 'internal' })
  first('one')
  await intend(labels, { kind: 'network', name: 'internal' })
  const has = (id: string) => onRecordOf(labels).has({ kind: 'network', id, name: 'internal' })
  expect([has('one'), has('another')]).toEqual([true, true])
})

test('names are of the run, and no two are the same', () => {
  const names = [1, 2].map(() => containerName(labels, 'web-1'))
  for (const name of names) expect(name).toMatch(/^badgateway-r1-web-1-[0-9a-f]{6}$/)
  expect(new Set(names).size).toBe(2)
})

test('the record of one run is none of another', async () => {
  await intend(labels, container('', 'web'))
  expect(onRecordOf({ ...labels, badgateway: 'r2' }).has(container('a', 'web'))).toBe(false)
  expect(readOnRecord(journal, 'r2')).toBeUndefined()
})

test('what was agreed to is on record beside what was made, and is not of our making', async () => {
  await agree(labels, [
    { id: 'a', name: '/theirs-1' },
    { id: 'b', name: '/theirs-2' },
  ])
  await agree({ ...labels, badgateway: 'r2' }, [{ id: 'c', name: '/theirs-3' }])
  const found = onRecordOf(labels)
  expect(found.agreed).toEqual(new Set(['a', 'b']))
  expect([found.has(container('a', '/theirs-1')), found.has(container('x', '/theirs-1'))]).toEqual([false, false])
})

test('what was torn, or written by others, is passed over', async () => {
  const made = await intend(labels, { kind: 'volume', name: 'logs' })
  made('logs')
  await appendFile(
    guardFiles(journal).made,
    '{"did":"made","run":"r1","kind":"image","id":"x"}\nnoise\n{"did":"intend","ki',
  )
  expect(readOnRecord(journal, 'r1')?.has({ kind: 'volume', id: 'logs', name: 'logs' })).toBe(true)
})

test('nothing can be made where it cannot be put on record, or has no place for one', async () => {
  const { made } = guardFiles(journal)
  await mkdir(dirname(dirname(made)), { recursive: true })
  await writeFile(dirname(made), 'a file in the place of the folder')
  await expect(intend(labels, container('', 'web'))).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
  await expect(intend({}, container('', 'web'))).rejects.toMatchObject({ code: 'INTERNAL' })
})

test('no link is followed to a record', async () => {
  const elsewhere = join(await temporaryFolder('elsewhere'), 'journal.jsonl')
  await intend({ ...labels, 'badgateway.journal': elsewhere }, container('', 'web'))
  expect(await readFile(guardFiles(elsewhere).made, 'utf8')).toContain('"web"')
  await mkdir(dirname(guardFiles(journal).made))
  await symlink(guardFiles(elsewhere).made, guardFiles(journal).made)
  expect(readOnRecord(elsewhere, 'r1')).toBeDefined()
  expect(readOnRecord(journal, 'r1')).toBeUndefined()
})
