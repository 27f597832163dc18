import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { withCheckout } from '../../../../src/commands/check/checkout.ts'
import { temporaryFolder } from '../../../support/folder.ts'
import { commitAll } from '../../../support/repository.ts'

/** A repository whose file says `one` in its commit and `two` in its folder. */
async function repository(): Promise<string> {
  const top = await temporaryFolder('repository')
  const file = join(top, 'shop', 'badgateway.yaml')
  await mkdir(dirname(file))
  await writeFile(file, 'one')
  commitAll(top)
  await writeFile(file, 'two')
  return file
}

const statusOf = (file: string) =>
  execFileSync('git', ['-C', dirname(file), 'status', '--porcelain'], { encoding: 'utf8' })

test('the file is as the commit has it, beside what is in the folder, and gone afterwards', async () => {
  const file = await repository()
  const before = statusOf(file)
  const place = await withCheckout(file, 'HEAD', async (older) => {
    expect(await readFile(older, 'utf8')).toBe('one')
    return older
  })
  expect(existsSync(place)).toBe(false)
  expect([await readFile(file, 'utf8'), statusOf(file)]).toEqual(['two', before])
})

test.each(['nowhere', '--output=/tmp/x', 'HEAD:shop'])(
  '%s is no commit: one sentence, and nothing is left',
  async (ref) => {
    const file = await repository()
    await expect(withCheckout(file, ref, () => expect.unreachable())).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`--against: git has no ${ref} of `),
    })
  },
)

test('a folder that is in no repository is told so', async () => {
  const folder = await temporaryFolder('none')
  await expect(withCheckout(join(folder, 'f'), 'HEAD', () => expect.unreachable())).rejects.toThrow(
    /not a git repository/,
  )
})
