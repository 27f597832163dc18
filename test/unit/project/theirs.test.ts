import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { masked } from '../../../src/kit/masked.ts'
import { parseProject, theirsOf } from '../../../src/project/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const containers = [{ service: 'prom', number: 1, id: '', image: 'p', ports: [] }]
const project = (prometheus: object | undefined) =>
  parseProject(
    {
      proxy: { service: 'edge' },
      upstreams: { api: { servers: ['api'], port: 1 } },
      monitoring: prometheus ? { prometheus: { service: 'prom', port: 9090, ...prometheus } } : {},
    },
    'badgateway.yaml',
  )
const asked = (prometheus: object | undefined, env: Record<string, string> = {}, folder = '/') =>
  theirsOf(project(prometheus), { containers, env, folder })

test('who names none has none', async () => {
  expect(await asked(undefined)).toBeUndefined()
})

test('a prefix, TLS and a password of the environment, which nothing shows', async () => {
  const auth = { user: 'admin', secret: { env: 'PROM' } }
  const found = await asked({ prefix: '/prom/', scheme: 'https', auth }, { PROM: 'opens-sesame' })
  const basic = Buffer.from('admin:opens-sesame').toString('base64')
  expect(found?.prometheus).toEqual({
    ...{ service: 'prom', port: 9090, prefix: '/prom', isSecure: true, authorization: `Basic ${basic}` },
  })
  expect(masked(`it said ${basic} and opens-sesame`)).toBe('it said *** and ***')
})

test('a bearer token is the first line of a file beside badgateway.yaml', async () => {
  const folder = await temporaryFolder('theirs')
  await writeFile(join(folder, 'token'), 'a-long-token\nsomething else\n')
  const found = await asked({ auth: { secret: { file: 'token' } } }, {}, folder)
  expect(found?.prometheus.authorization).toBe('Bearer a-long-token')
})

test.each([
  [{ service: 'nobody' }, /monitoring.prometheus.service: there is no service 'nobody'/],
  [{ auth: { secret: { env: 'NOT_SET' } } }, /monitoring.prometheus.auth.secret: the environment has no NOT_SET/],
  [{ auth: { secret: { file: '/nowhere' } } }, /monitoring.prometheus.auth.secret.file: \/nowhere/],
  [{ auth: { secret: { env: 'ODD' } } }, /characters that no header can have/],
])('%j is refused before anything is started', async (prometheus, message) => {
  await expect(asked(prometheus, { ODD: 'naïve' })).rejects.toMatchObject({
    code: 'PROJECT_INVALID',
    message: expect.stringMatching(message),
  })
})

test('a secret is in one place', () => {
  expect(() => project({ auth: { secret: {} } })).toThrow(/is in `env`, or in `file`: one of them/)
})
