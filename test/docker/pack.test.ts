// @group light 30s
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContextFile, readContext } from '../../src/images/image-context.ts'
import { declarationOf } from '../../src/suite/index.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const toolchain = join(root, 'node_modules/.bin')
const env = { ...process.env, PATH: [dirname(process.execPath), toolchain, process.env['PATH']].join(delimiter) }
const notPacked = ['node_modules', '.git', 'runs', 'dist', 'test', 'bench', '.badgateway']
/** 1.13 MiB with the rooms for Nginx's configuration and for alert rules; a bundle more would show. */
const sizeLimitBytes = 2.5 * 1024 * 1024

/** What a user has around the package. */
const theirs = {
  'package.json': '{ "name": "somebody-elses-shop", "private": true, "type": "module" }',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2024',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      types: [],
      allowImportingTsExtensions: true,
    },
    include: ['scenario.ts', 'own-kinds'],
  }),
  'scenario.ts': `import { defineScenario } from 'badgateway'
    export default defineScenario({
      name: 'mine',
      title: 'A note',
      summary: 'Nothing happens.',
      report: { date: '2026-01-01', rootCause: 'none', impact: 'none', lessons: [] },
      clock: { steadyFrom: '09:00', start: '09:01', end: '09:02' },
      load: { users: { ratePerS: 5, users: 5, timeout: '1s', mix: [{ weight: 1, path: '/' }] } },
      story: [{ at: '09:01', note: 'Quiet' }],
      variants: { calm: { title: 'Calm' } },
    })`,
} as const

/** Their tests, which Vitest runs and TypeScript reads. */
const suite = {
  'tsconfig.json': JSON.stringify({
    extends: '../tsconfig.json',
    compilerOptions: { skipLibCheck: true },
    include: ['.'],
  }),
  'badgateway.d.ts': declarationOf('badgateway.yaml', [{ mode: { name: 'refuse' }, target: { name: 'api-1' } }]),
  'site.test.ts': `import { resilience as plain } from 'badgateway/resilience'
    import { resilience } from 'badgateway/vitest'
    import { expect, test } from 'vitest'
    const ofSite = () => resilience({ stack: './badgateway.yaml', inconclusive: 'fail' })
    const ofAny = () => plain({ stack: './other.yaml', users: 5 })
    export const first = async () => expect(await ofSite().during('refuse', { target: 'api-1' })).toAlert('Down')
    export const second = async () => (await ofAny().during('kill', { target: 'any' })).mustFailAtMost('1%')
    test('both are there', () => {
      expect(typeof resilience).toBe('function')
      expect(() => plain({ stack: 'badgateway.yaml', hold: 'soon' })).toThrow('no duration')
      expect(() => expect(1).toStaySilent()).toThrow('was given nothing')
    })`,
} as const

interface Packed {
  filename: string
  size: number
  files: { path: string; mode: number }[]
}

/** In a copy: packing fills dist/, which must not stand beside the sources while other tests run from them. */
async function packCopy(room: string): Promise<Packed> {
  const copy = join(room, 'copy')
  const entries = await readdir(root)
  const wanted = entries.filter((name) => !notPacked.includes(name))
  // Examples have modules of their own where they have been built.
  const filter = (source: string) => basename(source) !== 'node_modules'
  await Promise.all(wanted.map((name) => cp(join(root, name), join(copy, name), { recursive: true, filter })))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', room], { cwd: copy, env })
  // npm 10 gives a list, npm 12 an object by name; what prepack prints may come before either.
  const told: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)))
  const [packed] = Object.values(told as Record<string, Packed>)
  if (!packed) throw new Error(`npm pack told nothing: ${stdout}`)
  return packed
}

/** A bundle names where its parts lie, and the copy's dependencies lie elsewhere. */
const ofFile = ({ path, mode, content }: ContextFile) => {
  const text = content.toString().replaceAll(/(\.\.\/)+([\w.-]+\/)*node_modules\//g, 'node_modules/')
  return { path, mode, text }
}

describe('the package', () => {
  let room: string
  let home: string
  let packed: Packed
  const inPackage = (image: string) => join(home, 'node_modules/badgateway/docker', image)

  beforeAll(async () => {
    room = await mkdtemp(join(tmpdir(), 'badgateway-pack-'))
    packed = await packCopy(room)
    home = join(room, 'home')
    await mkdir(home)
    const files = Object.entries(theirs).map(([name, text]) => writeFile(join(home, name), text))
    await Promise.all(files)
    await cp(join(root, 'examples/own-kinds'), join(home, 'own-kinds'), { recursive: true })
    const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', join(room, packed.filename)]
    await run('npm', install, { cwd: home, env })
  }, 120_000)

  afterAll(() => rm(room, { recursive: true, force: true }))

  it('holds what runs, each image with its program, and no sources', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'bin/badgateway.js', 'dist/src/index.js']),
    )
    expect(paths).toEqual(
      expect.arrayContaining(['docker/setup', 'docker/agent/app.mjs', 'docker/backend/app.mjs', 'docker/base/make']),
    )
    expect(paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))).toEqual([])
    expect(paths.filter((path) => /^(src|test|bench|build|examples)\//.test(path))).toEqual([])
    expect(packed.size).toBeLessThan(sizeLimitBytes)
  })

  it('brings every image as the repository has it, so that none is built twice', async () => {
    const images = await readdir(join(root, 'docker'))
    const recipes = images.filter((name) => existsSync(join(root, 'docker', name, 'Dockerfile')))
    expect(recipes).toEqual(expect.arrayContaining(['agent', 'backend', 'database', 'monitoring', 'proxy']))
    for (const name of recipes) {
      const [here, there] = await Promise.all([readContext(join(root, 'docker', name)), readContext(inPackage(name))])
      expect(there.map(ofFile)).toEqual(here.map(ofFile))
    }
  })

  it('lists the scenarios outside the repository', async () => {
    const { stdout } = await run('npx', ['--no-install', 'badgateway', 'list'], { cwd: home, env })
    expect(stdout).toContain('misconfigured-upstream')
  })

  it('says its version', async () => {
    const { stdout } = await run('npx', ['--no-install', 'badgateway', '--version'], { cwd: home, env })
    const { version }: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(stdout.trim()).toBe(version)
  })

  it("knows kinds of the user's own, from the file that defines them", async () => {
    const argv = ['--no-install', 'badgateway', 'schema', './own-kinds/frozen-backend.ts']
    const { stdout } = await run('npx', argv, { cwd: home, env, maxBuffer: 8 * 1024 * 1024 })
    expect(stdout).toContain('"const": "frozen-service"')
  })

  it('asks in tests of Vitest, whose names of modes and targets are typed', async () => {
    const folder = join(home, 'suite')
    await mkdir(folder)
    await Promise.all(Object.entries(suite).map(([name, text]) => writeFile(join(folder, name), text)))
    await symlink(join(root, 'node_modules/vitest'), join(home, 'node_modules/vitest'))
    const inherited = Object.entries(env).filter(([name]) => !name.startsWith('VITEST'))
    const own = { cwd: folder, env: Object.fromEntries(inherited) }
    const runs = run(process.execPath, [join(home, 'node_modules/vitest/vitest.mjs'), 'run'], own)
    await expect(runs).resolves.toMatchObject({ stdout: expect.stringContaining('1 passed') })
    const check = () => run(join(toolchain, 'tsc'), ['-p', '.'], own)
    await expect(check()).resolves.toMatchObject({ stdout: '' })
    await writeFile(join(folder, 'site.test.ts'), suite['site.test.ts'].replace("'api-1'", "'api-9'"))
    await expect(check()).rejects.toMatchObject({ stdout: expect.stringContaining(`'"api-9"' is not assignable`) })
  })

  it('types a scenario of the user: a good one passes, a misspelt field does not', async () => {
    const check = (...flags: string[]) => run(join(toolchain, 'tsc'), ['-p', '.', ...flags], { cwd: home, env })
    await expect(check()).resolves.toMatchObject({ stdout: '' })
    await writeFile(join(home, 'scenario.ts'), theirs['scenario.ts'].replace('story:', 'storey:'))
    // Our own declarations were looked at just now.
    await expect(check('--skipLibCheck')).rejects.toMatchObject({ stdout: expect.stringContaining("'storey'") })
  })
})
