import { spawnSync } from 'node:child_process'
import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Stack } from '../../../src/stack/index.ts'
import { followFiles } from '../../../src/watch/own-files.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quickClock } from '../../support/quick-clock.ts'

/** The root of a proxy's container, and what is done there behind each look. */
async function followed(path: string, deeds: ((root: string) => Promise<unknown>)[], before = 'old\n') {
  const root = await temporaryFolder('own-files')
  await mkdir(join(root, 'logs'))
  await writeFile(join(root, 'logs', 'shop.log'), before)
  await symlink('/logs/shop.log', join(root, 'absolute.log'))
  await symlink('shop.log', join(root, 'logs', 'relative.log'))
  await symlink('/dev/stdout', join(root, 'output.log'))
  const over = new AbortController()
  let looks = 0
  const ended = Promise.withResolvers<void>()
  const exec = async (argv: readonly string[]) => {
    const [program = '', ...args] = argv.map((word) => word.replaceAll('/proc/1/root', root))
    const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' })
    const deed = deeds[looks++]
    await deed?.(root)
    if (!deed || status === 3) ended.resolve()
    return { code: status ?? -1, output: stdout }
  }
  const stack = { proxy: () => ({ name: 'edge' }), inside: () => ({ exec }) } as unknown as Stack
  const lines: string[] = []
  followFiles(stack, [path], ({ text }) => lines.push(text), { clock: quickClock(), signal: over.signal })
  await ended.promise
  await new Promise(setImmediate)
  over.abort()
  return { lines, looks }
}

const say = (text: string) => (root: string) => appendFile(join(root, 'logs', 'shop.log'), text)

test.each(['/logs/shop.log', '/absolute.log', '/logs/relative.log'])(
  'lines from now on, whole ones: %s',
  async (path) => {
    const { lines } = await followed(path, [say('one\ntw'), say('o\n'), say('half')])
    expect(lines).toEqual(['one', 'two'])
  },
)

test('a file that begins anew, and one that comes later, are read from their beginning', async () => {
  const anew = (root: string) => writeFile(join(root, 'logs', 'shop.log'), 'a\n')
  expect((await followed('/logs/shop.log', [anew, say('b\n')], 'old and long\n')).lines).toEqual(['a', 'b'])
  const later = (root: string) => writeFile(join(root, 'logs', 'later.log'), 'c\n')
  expect((await followed('/logs/later.log', [later])).lines).toEqual(['c'])
})

test('a link to the output is left, and more than one look takes is taken by several', async () => {
  expect(await followed('/output.log', [say('x\n')])).toEqual({ lines: [], looks: 1 })
  const long = `${'x'.repeat(99)}\n`.repeat(9_000)
  const idle = () => Promise.resolve()
  const { lines } = await followed('/logs/shop.log', [say(long), idle, idle])
  expect(lines).toHaveLength(9_000)
  expect(new Set(lines).size).toBe(1)
})
