import { afterEach, expect, test, vi } from 'vitest'
import { run } from '../../src/index.ts'
import { temporaryFolder } from '../support/folder.ts'

afterEach(() => void vi.unstubAllEnvs())

test('the engine is looked for by the environment of the process, unless another is given', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:9')
  const out = await temporaryFolder('index')
  await expect(run('misconfigured-upstream', { out })).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringContaining('127.0.0.1:9'),
  })
  await expect(run('misconfigured-upstream', { out, env: { DOCKER_HOST: 'tcp://127.0.0.1:10' } })).rejects.toThrow(
    '127.0.0.1:10',
  )
})
