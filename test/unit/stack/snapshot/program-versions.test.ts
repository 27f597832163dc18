import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { programVersion } from '../../../../src/stack/snapshot/program-versions.ts'
import { temporaryFolder } from '../../../support/folder.ts'

const question = ['nginx', '-v'] as const

/** A proxy that counts how often it is asked. */
function proxy(output = 'nginx version: nginx/1.22.1', code = 0) {
  const asked: (readonly string[])[] = []
  const exec = (argv: readonly string[]) => {
    asked.push(argv)
    return Promise.resolve({ code, output })
  }
  return { exec, asked }
}

const keptFile = async (folder: string) => {
  const [name = ''] = await readdir(join(folder, 'programs'))
  return join(folder, 'programs', name)
}

test('an image is asked once, also by who comes at the same moment', async () => {
  const folder = await temporaryFolder('programs')
  const one = proxy()
  const both = await Promise.all([
    programVersion(one, question, 'sha256:once', folder),
    programVersion(one, question, 'sha256:once', folder),
  ])
  expect(both).toEqual(['nginx 1.22.1', 'nginx 1.22.1'])
  expect(one.asked).toEqual([['nginx', '-v']])
  expect(await readFile(await keptFile(folder), 'utf8')).toBe('nginx 1.22.1')
})

test('another image is asked, and what it says is its own', async () => {
  const folder = await temporaryFolder('programs')
  await programVersion(proxy(), question, 'sha256:old', folder)
  const next = proxy('nginx version: nginx/1.26.3')
  expect(await programVersion(next, question, 'sha256:new', folder)).toBe('nginx 1.26.3')
  expect(next.asked).toHaveLength(1)
})

test('what a run before was told is not asked again, unless somebody has spoilt it', async () => {
  const [first, second] = [await temporaryFolder('programs'), await temporaryFolder('programs')]
  await programVersion(proxy(), question, 'sha256:kept', first)
  const name = (await keptFile(first)).slice(first.length)
  await programVersion(proxy(), question, 'sha256:kept', second)
  await writeFile(join(second, name), 'what?')
  for (const [folder, times] of [
    [first, 0],
    [second, 1],
  ] as const) {
    const later = proxy()
    // A process of its own knows only what lies in the folder.
    const { programVersion: ofAnother } = await freshModule()
    expect(await ofAnother(later, question, 'sha256:kept', folder)).toBe('nginx 1.22.1')
    expect(later.asked).toHaveLength(times)
  }
})

test('one that does not answer is asked again', async () => {
  const folder = await temporaryFolder('programs')
  const broken = proxy('', 1)
  expect(await programVersion(broken, question, 'sha256:broken', folder)).toBeNull()
  expect(await programVersion(broken, question, 'sha256:broken', folder)).toBeNull()
  expect(broken.asked).toHaveLength(2)
})

async function freshModule(): Promise<{ programVersion: typeof programVersion }> {
  vi.resetModules()
  return await import('../../../../src/stack/snapshot/program-versions.ts')
}
