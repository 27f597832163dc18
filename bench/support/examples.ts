import { execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isDeepStrictEqual, promisify } from 'node:util'
import { applyPatch, parsePatch } from 'diff'
import { parse } from 'yaml'
import { z } from 'zod'
import { baseTag } from '../../src/images/index.ts'
import { dockerFolder } from '../../src/kit/home.ts'

/**
 * Cells that show what the authors of each project did not know: at least one of them is over its budget in their
 * badgateway.yaml, and none is any more with their mended.patch.
 */
export const examples = {
  'express-redis': ['kill/redis', 'pause/redis'],
  wordpress: ['kill/db', 'refuse/php'],
  'flask-postgres': ['kill/db'],
  verdaccio: ['refuse/verdaccio'],
} as const satisfies Record<string, readonly string[]>

export type Example = keyof typeof examples
export const exampleNames: readonly Example[] = ['express-redis', 'wordpress', 'flask-postgres', 'verdaccio']

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

/** What npm brings of them; done once. */
export async function prepareExamples(): Promise<void> {
  await run(join(root, 'examples/prepare'))
}

/** A folder with this project as its authors have it, or with mended.patch; whoever asks for it removes it. */
export async function exampleCopy(name: Example, { isMended }: { isMended: boolean }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  try {
    await cp(join(root, 'examples', name), folder, { recursive: true })
    if (isMended) await mend(folder)
    return folder
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw thrown
  }
}

async function mend(folder: string): Promise<void> {
  for (const patch of parsePatch(await readFile(join(folder, 'mended.patch'), 'utf8'))) {
    const file = join(folder, (patch.newFileName ?? '').replace(/^b\//, ''))
    const mended = applyPatch(await readFile(file, 'utf8'), patch)
    if (mended === false) throw new Error(`mended.patch does not fit ${file}`)
    await writeFile(file, mended)
  }
}

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The command line as its users have it, with the base that the projects are built on. */
export async function badgateway(argv: readonly string[], more: NodeJS.ProcessEnv = process.env): Promise<Said> {
  const env = { ...more, BASE: await baseTag(dockerFolder()), NO_COLOR: '1' }
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const { promise: code, resolve, reject } = Promise.withResolvers<number | null>()
  child.once('close', resolve).once('error', reject)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, out, err }
}

const share = z.number().min(0).max(1)
const matrix = z.object({
  rows: z.array(
    z.object({
      cell: z.string(),
      verdict: z.enum(['pass', 'fail', 'inconclusive']),
      because: z.array(z.string()),
      tookMs: z.number().nullable(),
      figures: z
        .object({ failedShare: share, failedAfterEndMs: z.number().nullable(), endedBy: z.string().nullable() })
        .nullable(),
    }),
  ),
})
export type ExampleRow = z.output<typeof matrix>['rows'][number]

/** What `init` understands otherwise than the badgateway.yaml that is committed, but for what is written by hand. */
export async function initialised(name: Example, env?: NodeJS.ProcessEnv): Promise<string[]> {
  const folder = await exampleCopy(name, { isMended: false })
  try {
    const kept: Record<string, unknown> = parse(await readFile(join(folder, 'badgateway.yaml'), 'utf8'))
    const { code, out, err } = await badgateway(['init', folder, '--dry-run'], env)
    if (code !== 0) return [`init ended with ${code}: ${err.trim()}`]
    const found: Record<string, unknown> = parse(out)
    return ['stack', 'proxy', 'upstreams', 'dependencies', 'monitoring']
      .filter((field) => !isDeepStrictEqual(found[field], kept[field]))
      .map((field) => `init has another ${field}: ${JSON.stringify(found[field])}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The matrix of its cells, and the exit code of the check that gave it. */
export async function checkExample(
  name: Example,
  { isMended, only, env }: { isMended: boolean; only?: readonly string[]; env?: NodeJS.ProcessEnv },
): Promise<Said & { rows: ExampleRow[] }> {
  const folder = await exampleCopy(name, { isMended })
  try {
    const cells = (only ?? examples[name]).flatMap((cell) => ['--only', cell])
    const asked = ['check', folder, ...cells, '--timeouts-at-most', '5s', '--json', '--out', join(folder, 'runs')]
    const said = await badgateway(asked, env)
    const isTold = said.out.trim().startsWith('{')
    return { ...said, rows: isTold ? matrix.parse(JSON.parse(said.out)).rows : [] }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
