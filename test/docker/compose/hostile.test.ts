// @group light 15s
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readProject } from '../../../src/compose/index.ts'
import { composeMajors, composeOf } from '../../support/compose-tools.ts'
import { writeTree } from '../../support/docker-folder.ts'
import { temporaryFolder } from '../../support/folder.ts'

/** The error that is told of a project of these files. */
async function refused(major: 1 | 2, files: Record<string, string>, named?: string[]): Promise<unknown> {
  const { tool, env } = await composeOf(major)
  const folder = await temporaryFolder('hostile')
  await writeTree(folder, { 'a.txt': 'here', ...files })
  return await readProject(tool, { folder, ...(named ? { files: named } : {}), env }).then(
    () => 'it was read',
    (thrown: unknown) => thrown,
  )
}

const compose = (project: object) => ({ 'compose.yaml': JSON.stringify(project) })
const some = { services: { api: { image: 'x' } } }

describe.each(composeMajors)('Compose %i', (major) => {
  test('no file of a project: one sentence, with the folder', async () => {
    expect(await refused(major, {})).toMatchObject({
      code: 'COMPOSE_INVALID',
      message: expect.stringMatching(
        /^Compose refuses the project of \/\S+hostile-\w+: .*(configuration file|compose)/i,
      ),
      hint: expect.stringContaining('docker compose config'),
    })
  })

  // Attack 13.
  test('a file that is none of Compose, outside of the folder: no word of it is told', async () => {
    const [line = ''] = (await readFile('/etc/passwd', 'utf8')).split('\n')
    const error = await refused(major, {}, ['/etc/passwd'])
    expect(error).toMatchObject({ code: 'COMPOSE_INVALID' })
    expect(String(error)).not.toContain(line)
  })
})

// Attack 20.
test.each(['oci://127.0.0.1:1/stack:latest', 'https://127.0.0.1:1/stack.git'])(
  'a project that includes %s is refused, and nobody is asked',
  async (include) => {
    const error = await refused(2, compose({ include: [include], ...some }))
    expect(error).toMatchObject({ code: 'COMPOSE_INVALID' })
    expect(String(error)).toMatch(/remote resource is disabled/)
  },
)

test('control characters and commands to a CI in names are shown, and do nothing', async () => {
  const error = await refused(2, compose({ services: { 'a\u001b[2J\n::error::b': { image: 'x' } } }))
  expect(error).toMatchObject({ code: 'COMPOSE_INVALID' })
  expect(String(error)).not.toMatch(/\p{Cc}|::error/u)
})

test('a link to the file of a project is followed as Compose follows it', async () => {
  const { tool, env } = await composeOf(2)
  const folder = await temporaryFolder('hostile')
  await writeTree(folder, { 'elsewhere/stack.yaml': JSON.stringify(some) })
  await symlink(join(folder, 'elsewhere/stack.yaml'), join(folder, 'compose.yaml'))
  expect((await readProject(tool, { folder, env })).services.map(({ name }) => name)).toEqual(['api'])
})
