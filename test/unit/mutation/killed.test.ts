import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../support/folder.ts'
import { ownFolder, removeFolder } from '../../support/own-folder.ts'

const root = join(import.meta.dirname, '../../..')
const prefix = 'badgateway-mutants-'

describe('the temporary folder of a mutation run', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('goes with it when it is ended by %s', async (signal, code) => {
    const tmp = await temporaryFolder('mutation')
    const env = { PATH: process.env['PATH'], TMPDIR: tmp }
    const run = spawn(process.execPath, ['test/mutation/main.ts', 'kit/ledger'], { cwd: root, env, stdio: 'ignore' })
    const ended = once(run, 'exit')
    const found = () => readdirSync(tmp, { recursive: true }).map(String).sort()
    const own = expect.stringMatching(new RegExp(`^${prefix}${run.pid}-\\w+$`))
    await expect.poll(found).toEqual(expect.arrayContaining([own, expect.stringMatching(/-\w+\/tmp$/)]))
    run.kill(signal)
    expect(await ended).toEqual([code, null])
    expect(readdirSync(tmp)).toEqual([])
  })
})

describe('a folder of our own', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('is made when those of the dead have gone, and of nobody else', async () => {
    const tmp = await temporaryFolder('mutation')
    vi.stubEnv('TMPDIR', tmp)
    // No process has so high a number; one has ours, and the last is of another program.
    for (const name of [`${prefix}99999999-a`, `${prefix}${process.pid}-b`, 'badgateway-others-99999999-c']) {
      mkdirSync(join(tmp, name, 'tmp'), { recursive: true })
    }
    const folder = ownFolder(prefix)
    const kept = [`${prefix}${process.pid}-b`, 'badgateway-others-99999999-c', folder.slice(tmp.length + 1)]
    expect(readdirSync(tmp).sort()).toEqual(kept.sort())
    removeFolder(folder)
    expect(existsSync(folder)).toBe(false)
  })
})
