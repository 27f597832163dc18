import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { inert } from '../../kit/inert.ts'

const run = promisify(execFile)

/**
 * The same file as it is in another commit, in a folder that is gone afterwards; nothing of the repository is changed,
 * and what no commit holds is not there.
 */
export async function withCheckout<T>(file: string, ref: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'badgateway-against-'))
  try {
    const inside = join(folder, 'tree')
    await mkdir(inside)
    const path = await unpacked({ file, ref, folder, inside }).catch((thrown: unknown) => {
      const message = `--against: git has no ${inert(ref)} of ${inert(dirname(file))}: ${inert(reasonOf(thrown), 300)}`
      throw new BadgatewayError('USAGE', message, 'Name a commit, a branch or a tag of its repository.')
    })
    return await use(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Unpacking {
  file: string
  ref: string
  folder: string
  inside: string
}

async function unpacked({ file, ref, folder, inside }: Unpacking): Promise<string> {
  const git = async (...argv: string[]) => (await run('git', ['-C', dirname(file), ...argv])).stdout.trim()
  const top = await git('rev-parse', '--show-toplevel')
  const commit = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)
  const archive = join(folder, 'tree.tar')
  await run('git', ['-C', top, 'archive', '--format=tar', '--output', archive, commit])
  await run('tar', ['-xf', archive, '-C', inside])
  return join(inside, relative(top, file))
}
