import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { bundleProgram, keptProgram } from '../../../src/images/bundle.ts'
import { writeTree } from '../../support/docker-folder.ts'

let folder: string
let kept: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  kept = join(folder, 'kept')
  await writeTree(folder, {
    'main.ts': "import { a } from './a.ts'\nconsole.log(a)",
    'a.ts': 'export const a = 1',
  })
})
afterEach(() => rm(folder, { recursive: true }))

const program = async () => (await keptProgram(folder, kept)).toString()
const keptFile = async () => join(kept, (await readdir(kept))[0] ?? '')
const changeKept = async (change: (text: string) => string) => {
  const file = await keptFile()
  await writeFile(file, change(await readFile(file, 'utf8')))
}

it('is what the bundler makes, kept or not', async () => {
  const made = (await bundleProgram(folder)).toString()
  expect([await program(), await program()]).toEqual([made, made])
  expect(await readdir(kept)).toHaveLength(1)
})

it('is not made again while nothing has changed', async () => {
  await program()
  await changeKept((text) => text.replace('console.log', 'console.warn'))
  expect(await program()).toContain('console.warn')
})

it.each([
  ['a file it imports has changed', () => writeFile(join(folder, 'a.ts'), 'export const a = 2')],
  ['its own text has changed', () => writeFile(join(folder, 'main.ts'), 'console.log(2)')],
  ['it was made by another bundler', () => changeKept((text) => text.replace('esbuild ', 'esbuild 0.'))],
  ['what was kept is broken', () => changeKept((text) => text.slice(0, -20))],
])('is made again when %s', async (_, change) => {
  await program()
  await changeKept((text) => text.replace('console.log', 'console.warn'))
  await change()
  expect(await program()).toContain('console.log')
})

it('is made all the same where nothing can be kept', async () => {
  await writeFile(kept, 'no folder')
  expect(await program()).toContain('console.log')
})
