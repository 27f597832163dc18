import { type ChildProcess, spawn } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type SmallProject, smallFile, writeSmall } from './small-project.ts'

const root = join(import.meta.dirname, '../..')

/** As somebody who uses the package has it: here its sources stand for it. */
const config = `export default {
  resolve: { alias: { 'badgateway/vitest': ${JSON.stringify(join(root, 'src/vitest/index.ts'))} } },
}
`
const rules = `groups:
  - name: site
    rules:
      - alert: SiteDown
        expr: probe_success == 0
        labels: { severity: page }
`

/** The smallest project with tests of its own: the text of `site.test.ts`, which imports `badgateway/vitest`. */
export async function writeSuite(tests: string): Promise<SmallProject> {
  const project = await writeSmall({
    'badgateway.yaml': JSON.stringify({ ...smallFile, monitoring: { rules: ['rules.yml'] } }),
    'rules.yml': rules,
    'vitest.config.mjs': config,
    'site.test.ts': tests,
  })
  await symlink(join(root, 'node_modules'), join(project.folder, 'node_modules'))
  return project
}

export interface Told {
  code: number | null
  out: string
}

/** Starts a test runner in the folder of a project, knowing nothing of the one that it is started by. */
export function startRunner({ folder, env }: SmallProject, argv: readonly string[]) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_TEST|NODE_OPTIONS)/.test(name))
  const own = { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env }
  const child: ChildProcess = spawn(process.execPath, argv, {
    cwd: folder,
    env: own,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('close', resolve).once('error', reject)
  const said = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')))
  const ended = promise.then(async (code): Promise<Told> => ({ code, out: (await said).join('\n') }))
  return { child, ended }
}

export const vitestArgv = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=verbose']
