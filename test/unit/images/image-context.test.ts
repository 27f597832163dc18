import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unpackFiles } from '../../../src/engine/files/archive.ts'
import { basesOf, contextHash, packContext, readContext } from '../../../src/images/image-context.ts'
import { standingOn, writeTree } from '../../support/docker-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

const write = (files: Record<string, string>) => writeTree(folder, files)

describe('what goes into a build', () => {
  const paths = async () => (await readContext(folder)).map(({ path }) => path)

  it('is every file but TypeScript and what .dockerignore names', async () => {
    const files = { Dockerfile: 'FROM x', 'conf/a.conf': '', 'rules/b.yml': '', 'x.test.ts': '', 'confused.txt': '' }
    await write({ ...files, '.dockerignore': '# not baked in\nconf/\n' })
    expect(await paths()).toEqual(['Dockerfile', 'confused.txt', 'rules/b.yml'])
  })

  it('is one program where there is a main.ts, made anew whatever lies there', async () => {
    await write({ Dockerfile: 'FROM x', 'main.ts': "import { a } from './a.ts'\nconsole.log(a)" })
    await write({ 'a.ts': 'export const a: number = 41 + 1', 'app.mjs': 'an old one' })
    const files = await readContext(folder)
    expect(files.map(({ path }) => path)).toEqual(['Dockerfile', 'app.mjs'])
    expect(files[1]?.content.toString()).toMatch(/41 \+ 1[\s\S]*console\.log/)
  })

  it('takes a program made beforehand where there is no source', async () => {
    await write({ Dockerfile: 'FROM x', 'app.mjs': 'made before' })
    expect(await paths()).toEqual(['Dockerfile', 'app.mjs'])
  })

  it('says what is wrong with a program', async () => {
    await write({ Dockerfile: 'FROM x', 'main.ts': "import '../stack/gone.ts'" })
    const failure = expect(readContext(folder)).rejects
    await failure.toMatchObject({ code: 'IMAGE_BUILD_FAILED', message: expect.stringMatching(/main\.ts.*gone\.ts/s) })
  })

  it('cannot be without a Dockerfile', async () => {
    await write({ 'app.mjs': '' })
    await expect(readContext(folder)).rejects.toMatchObject({
      message: expect.stringMatching(/Dockerfile is not there/),
    })
  })

  it('keeps the right to be run, in the archive too', async () => {
    await write({ Dockerfile: 'FROM x', run: '#!/bin/sh' })
    await chmod(join(folder, 'run'), 0o700)
    const files = await readContext(folder)
    expect(files.map(({ mode }) => mode)).toEqual([0o644, 0o755])
    const unpacked = await unpackFiles(await packContext(files))
    expect(unpacked.map(({ name, content }) => [name, content.toString()])).toEqual([
      ['Dockerfile', 'FROM x'],
      ['run', '#!/bin/sh'],
    ])
  })
})

describe('the hash of a build', () => {
  const file = { path: 'a', mode: 0o644, content: Buffer.from('1') }
  const first = contextHash([file], ['base'])

  it('stays', () => expect(contextHash([{ ...file }], ['base'])).toBe(first))

  it.each([
    ['a path', [{ ...file, path: 'b' }], ['base']],
    ['a mode', [{ ...file, mode: 0o755 }], ['base']],
    ['a content', [{ ...file, content: Buffer.from('2') }], ['base']],
    ['one file more', [file, { ...file, path: 'b' }], ['base']],
    ['the base', [file], ['other']],
  ])('changes with %s', (_, files, others) => {
    expect(contextHash(files, others)).not.toBe(first)
    expect(first).toMatch(/^[0-9a-f]{12}$/)
  })
})

it('reads from the Dockerfile what an image stands on', () => {
  const read = (text: string) => basesOf([{ path: 'Dockerfile', mode: 0o644, content: Buffer.from(text) }])
  expect(read(`# x\n${standingOn('BASE')}`)).toEqual([{ arg: 'BASE', image: 'base' }])
  expect(read('ARG NODE_BASE\nARG OTHER=1\n')).toEqual([{ arg: 'NODE_BASE', image: 'node' }])
  expect(read('FROM scratch')).toEqual([])
})
