import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CheckFlags } from '../../../../src/commands/check/flags.ts'
import { rootOf, tellCi } from '../../../../src/commands/check/outputs.ts'
import { inertCommand } from '../../../../src/kit/ci/workflow-command.ts'
import { exitCodes } from '../../../../src/kit/errors.ts'
import { temporaryFolder } from '../../../support/folder.ts'
import { overBudget } from '../../outputs/sample.ts'

const yaml = 'stack: { compose: [ compose.yaml ] }\nexpect:\n  default: { failedAtMost: 0% }\n'
const limit = 1024 * 1024

type Env = Readonly<Record<string, string>>

/** A check of the stack in `shop/` of a repository, and what was said of it. */
async function told({
  flags = {},
  env = () => ({}),
}: {
  flags?: Partial<CheckFlags>
  env?: (root: string) => Env
} = {}) {
  const root = await temporaryFolder('outputs')
  const file = join(root, 'shop', 'badgateway.yaml')
  const folder = join(root, 'runs', 'check', '1')
  await mkdir(join(root, '.git'))
  await mkdir(join(root, 'shop'))
  await writeFile(file, yaml)
  const said: string[] = []
  const commands: string[] = []
  const io = {
    out: () => expect.unreachable(),
    err: (text: string) => void said.push(text),
    setExit: () => undefined,
    isTty: false,
    columns: 100,
    color: false,
    env: env(root),
    setEnv: () => undefined,
    cwd: root,
    annotate: (one: Parameters<typeof inertCommand>[0]) => void commands.push(inertCommand(one)),
    onInterrupt: () => () => undefined,
    exitNow: () => expect.unreachable(),
  }
  const expectations = { default: { failedAtMost: 0 } }
  const ended = { run: { variants: [overBudget()] }, exitCode: exitCodes.fail, command: 'npx badgateway check', folder }
  await tellCi(ended, { file, expect: expectations, flags, io })
  const read = (...path: string[]) => readFile(join(root, ...path), 'utf8')
  return { root, folder, read, said: said.join(''), commands }
}

describe('after a check', () => {
  it('a comment, SARIF and Code Quality lie in its folder, at the line of the budget', async () => {
    const { read, commands, said } = await told()
    expect(await read('runs', 'check', '1', 'comment.md')).toContain('<!-- badgateway check: shop/badgateway.yaml -->')
    const sarif = JSON.parse(await read('runs', 'check', '1', 'findings.sarif'))
    const place = { artifactLocation: { uri: 'shop/badgateway.yaml' }, region: { startLine: 3 } }
    expect(sarif.runs[0].results[0].locations[0].physicalLocation).toMatchObject(place)
    expect(JSON.parse(await read('runs', 'check', '1', 'codequality.json'))).toHaveLength(1)
    expect({ commands, said }).toEqual({ commands: [], said: '' })
  })

  it('the comment is written where it is wanted, too', async () => {
    const { read } = await told({ flags: { markdown: 'out/comment.md' } })
    expect(await read('out', 'comment.md')).toBe(await read('runs', 'check', '1', 'comment.md'))
  })

  it.each([
    [{ annotations: true }, {}],
    [{}, { GITHUB_ACTIONS: 'true' }],
  ])('annotations are printed with %j and %j', async (flags, env) => {
    const { commands } = await told({ flags, env: () => env })
    expect(commands).toEqual([expect.stringMatching(/^::error file=shop\/badgateway\.yaml,line=3,title=/)])
  })

  it('the step summary gets it behind what is there already, and that is told', async () => {
    const env = (root: string) => ({ GITHUB_STEP_SUMMARY: join(root, 'summary.md') })
    const { read, said } = await told({ env })
    expect(await read('summary.md')).toMatch(/^\n<!-- badgateway check/)
    expect(said).toMatch(/^Added to the step summary: .*summary\.md\n$/)
    expect((await told({ env, flags: { quiet: true } })).said).toBe('')
  })

  it.each([
    [limit - 6_000, /^Added to the step summary/],
    [limit - 100, /^The step summary is full, so nothing was added/],
  ])('a step summary of %i bytes never outgrows what GitHub takes', async (size, words) => {
    const place = join(await temporaryFolder('summary'), 'summary.md')
    await writeFile(place, 'x'.repeat(size))
    const { said } = await told({ env: () => ({ GITHUB_STEP_SUMMARY: place }) })
    expect(said).toMatch(words)
    expect((await stat(place)).size).toBeLessThanOrEqual(limit)
  })

  it('what cannot be written is told, and ends nothing', async () => {
    const { said, read } = await told({
      flags: { markdown: 'shop' },
      env: (root) => ({ GITHUB_STEP_SUMMARY: join(root, 'no', 'summary.md') }),
    })
    expect(said.match(/^What CI is told could not be written: /gm)).toHaveLength(2)
    expect(await read('runs', 'check', '1', 'findings.sarif')).toContain('over-budget')
  })
})

describe('the root that paths are relative to', () => {
  it('is what CI says where the stack lies in it, else that of the repository, else its own folder', async () => {
    const root = await temporaryFolder('root')
    const inner = join(root, 'a', 'b')
    await mkdir(inner, { recursive: true })
    const file = join(inner, 'badgateway.yaml')
    await writeFile(file, yaml)
    expect(rootOf(file, {})).toBe(inner)
    await mkdir(join(root, 'a', '.git'))
    expect(rootOf(file, {})).toBe(join(root, 'a'))
    expect(rootOf(file, { GITHUB_WORKSPACE: root })).toBe(root)
    expect(rootOf(file, { CI_PROJECT_DIR: '/elsewhere' })).toBe(join(root, 'a'))
  })
})
