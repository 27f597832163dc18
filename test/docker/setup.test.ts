// @group light 5s
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const setup = join(import.meta.dirname, '../../docker/setup')

it('is quiet when nothing is left to do', async () => {
  await run(setup)
  expect(await run(setup)).toEqual({ stdout: '', stderr: '' })
})

it.each([
  ['nothing listens', 'unix:///nowhere.sock', /^setup: No Docker engine answers at unix:\/\/\/nowhere\.sock .*\n$/],
  ['it is another machine', 'tcp://10.0.0.1:2375', /^setup: DOCKER_HOST names an engine on another machine .*\n$/],
])('installs nothing for an engine that somebody named: %s', async (_, DOCKER_HOST, stderr) => {
  const ended = expect(run(setup, { env: { ...process.env, DOCKER_HOST } })).rejects
  await ended.toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(stderr) })
})

it('says what to do before npm ci', async () => {
  const root = await mkdtemp(join(tmpdir(), 'fresh-'))
  for (const folder of ['docker', 'src/doctor']) await mkdir(join(root, folder), { recursive: true })
  await copyFile(setup, join(root, 'docker/setup'))
  await writeFile(join(root, 'src/doctor/setup-main.ts'), '')
  const ended = expect(run(join(root, 'docker/setup'))).rejects
  await ended.toMatchObject({ code: 3, stderr: expect.stringMatching(/^setup: no .*: run npm ci in .*\n$/) })
  await rm(root, { recursive: true })
})
