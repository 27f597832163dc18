import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { commands } from '../../../src/commands/all.ts'
import type { CommandIo } from '../../../src/commands/io.ts'
import { outputs } from '../../../src/outputs/index.ts'
import { fileReporters } from '../../../src/reporters/index.ts'
import { githubMistakes } from '../../support/github-parser.ts'

const root = new URL('../../../', import.meta.url).pathname
const folder = join(root, 'examples/ci')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const files = ['action.yml', ...readdirSync(folder).map((name) => `examples/ci/${name}`)]
const workflows = [...files.filter((path) => /github/.test(path)), '.github/workflows/badgateway.yml']

/** The keywords of a job of GitLab's that are used here: no package has its schema. */
const gitlabJob = z.strictObject({
  image: z.string(),
  tags: z.array(z.string()),
  timeout: z.string().regex(/^\d+ (minutes|hours)$/),
  variables: z.record(z.string(), z.string()),
  script: z.array(z.string()).min(1),
  after_script: z.array(z.string()),
  allow_failure: z.strictObject({ exit_codes: z.array(z.int()) }),
  artifacts: z.strictObject({
    when: z.enum(['always', 'on_success', 'on_failure']),
    paths: z.array(z.string()),
    reports: z.strictObject({ junit: z.string(), codequality: z.string() }),
  }),
})

/** Every `badgateway COMMAND …` that is typed in a file, with its options. */
function typedIn(text: string): { command: string; options: string[] }[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|description:|name:)/.test(line))
  return lines.flatMap((line) => {
    const [, command, rest = ''] = /(?:^|[\s-]|npx )badgateway ([a-z-]+)(.*)$/.exec(line) ?? []
    return command === undefined ? [] : [{ command, options: rest.match(/(?<=\s)--[a-z-]+/g) ?? [] }]
  })
}

async function optionsOf(name: string): Promise<string[] | undefined> {
  const entry = commands.find((one) => one.name === name)
  const made = entry && (await entry.load())({} as CommandIo)
  return made?.options.map(({ long }) => long ?? '')
}

describe('what CI systems read', () => {
  it.each(workflows)('%s is a workflow', (path) => {
    expect(githubMistakes('workflow', read(path))).toEqual([])
    expect(githubMistakes('workflow', read(path).replace('runs-on:', 'runs_on:'))).not.toEqual([])
  })

  it('action.yml is an action, and gives what the workflow takes of it', () => {
    const text = read('action.yml')
    expect(githubMistakes('action', text)).toEqual([])
    expect(githubMistakes('action', text.replace('using: composite', 'using: nothing'))).not.toEqual([])
    const shape = z.object({ inputs: z.record(z.string(), z.unknown()), outputs: z.record(z.string(), z.unknown()) })
    const { inputs, outputs: given } = shape.parse(parseDocument(text).toJS())
    const taken = [...read('examples/ci/github.yml').matchAll(/steps\.badgateway\.outputs\.([a-z-]+)/g)]
    expect(Object.keys(given)).toEqual(expect.arrayContaining(taken.map(([, name]) => name)))
    const named = [...text.matchAll(/inputs\.([a-z-]+)/g)].map(([, name]) => name)
    expect([...new Set(named)].sort()).toEqual(Object.keys(inputs).sort())
  })

  it('no input of an action stands in a script', () => {
    const { runs } = z
      .object({ runs: z.object({ steps: z.array(z.looseObject({ run: z.string().optional() })) }) })
      .parse(parseDocument(read('action.yml')).toJS())
    expect(runs.steps.filter(({ run }) => run !== undefined).length).toBeGreaterThan(2)
    for (const { run = '' } of runs.steps) expect(run).not.toContain('${{')
  })

  it('gitlab-ci.yml has a job of the keywords that GitLab documents', () => {
    const { resilience, ...more } = z
      .object({ resilience: gitlabJob })
      .loose()
      .parse(parseDocument(read('examples/ci/gitlab-ci.yml')).toJS())
    expect(more).toEqual({})
    const { junit, codequality } = resilience.artifacts.reports
    const written = [...fileReporters, ...outputs].map(({ file }) => file)
    expect(written).toEqual(expect.arrayContaining([junit, codequality]))
    for (const name of [junit, codequality]) expect(resilience.after_script.join()).toContain(`runs/check/*/${name}`)
  })

  it.each(files)('%s types commands and options that there are', async (path) => {
    const typed = typedIn(read(path))
    if (path.endsWith('github.yml')) return expect(typed).toEqual([])
    expect(typed.map(({ command }) => command)).toEqual(expect.arrayContaining(['setup', 'check']))
    for (const { command, options } of typed) {
      expect(await optionsOf(command), command).toEqual(expect.arrayContaining(options))
    }
  })

  it('the options that a workflow gives to the action are those of check', async () => {
    const [, block = ''] = /options: \|\n((?: {12}.*\n)+)/.exec(read('examples/ci/github.yml')) ?? []
    const options = block.match(/--[a-z-]+/g) ?? []
    expect(options.length).toBeGreaterThan(0)
    expect(await optionsOf('check')).toEqual(expect.arrayContaining(options))
  })

  it('all of them install the version of this package', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')))
    expect(read('action.yml')).toContain(`default: ${version}\n`)
    for (const path of files.filter((one) => /gitlab|docker/.test(one)))
      expect(read(path)).toContain(`badgateway@${version}`)
  })
})
