// @group light 5s
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { beforeAll, describe, expect, it } from 'vitest'
import { connectEngine } from '../../src/engine/engine.ts'
import { packFiles } from '../../src/engine/files/archive.ts'
import { ensureImages } from '../../src/images/images.ts'

const rulesFolder = join(import.meta.dirname, '../../docker/monitoring/rules')
const testsFolder = join(import.meta.dirname, 'rules')

interface TextFile {
  path: string
  content: Buffer
}

async function filesOf(folder: string, to: string): Promise<TextFile[]> {
  const names = await readdir(folder)
  return Promise.all(
    names.map(async (name) => ({ path: `${to}/${name}`, content: await readFile(join(folder, name)) })),
  )
}

describe('the alert rules', () => {
  let docker: Dockerode
  let image: string
  let files: TextFile[]

  beforeAll(async () => {
    docker = (await connectEngine(process.env)).docker
    image = (await ensureImages(docker, { only: ['monitoring'] })).monitoring
    const watchdog = { path: '/tmp/rules/watchdog.yml', content: await readFile(join(rulesFolder, '../watchdog.yml')) }
    const ours = [...(await filesOf(rulesFolder, '/tmp/rules')), watchdog]
    files = [...ours, ...(await filesOf(testsFolder, '/tmp/rules/tests'))]
  })

  async function promtool(
    argv: readonly string[],
    given: readonly TextFile[],
  ): Promise<{ code: number; output: string }> {
    const Cmd = ['promtool', ...argv]
    const container = await docker.createContainer({ Image: image, Cmd, HostConfig: { NetworkMode: 'none' } })
    try {
      await container.putArchive(await packFiles(given), { path: '/' })
      await container.start()
      const { StatusCode: code } = (await container.wait()) as { StatusCode: number }
      return { code, output: (await container.logs({ stdout: true, stderr: true })).toString('utf8') }
    } finally {
      await container.remove({ force: true })
    }
  }

  const pathsBelow = (folder: string) =>
    files.map((file) => file.path).filter((path) => path.startsWith(folder) && !path.slice(folder.length).includes('/'))

  it('are rules, each file with a test of its own', async () => {
    const { code, output } = await promtool(['check', 'rules', ...pathsBelow('/tmp/rules/')], files)
    expect([code, output]).toEqual([0, expect.stringContaining('SUCCESS')])
    const named = (folder: string) => pathsBelow(folder).map((path) => path.slice(folder.length))
    expect(named('/tmp/rules/tests/').sort()).toEqual(named('/tmp/rules/').sort())
  })

  it('fire when they should, and only then', async () => {
    const { code, output } = await promtool(['test', 'rules', ...pathsBelow('/tmp/rules/tests/')], files)
    expect([code, output]).toEqual([0, expect.not.stringContaining('FAILED')])
  })

  it('would be caught if one of them could never fire', async () => {
    const blind = files.map(({ path, content }) => ({
      path,
      content: Buffer.from(content.toString('utf8').replace('< 0.5', '< 0')),
    }))
    const { code, output } = await promtool(['test', 'rules', ...pathsBelow('/tmp/rules/tests/')], blind)
    expect([code, output]).toEqual([1, expect.stringContaining('GatewaySuccessRateDrop')])
  })
})
