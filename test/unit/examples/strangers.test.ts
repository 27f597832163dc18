import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyPatch, parsePatch } from 'diff'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { examples } from '../../../bench/support/examples.ts'
import { readProjectFile } from '../../../src/project/index.ts'

const root = new URL('../../../examples/', import.meta.url).pathname
const projects = Object.keys(examples)

/** Files of a project by path, without what npm and badgateway put there. */
function filesOf(project: string): [string, string][] {
  const entries = readdirSync(join(root, project), { recursive: true, withFileTypes: true })
  const theirs = entries.filter(
    ({ name, parentPath }) => name !== 'badgateway.yaml' && !/node_modules/.test(parentPath),
  )
  const paths = theirs.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name))
  return paths.map((path) => [path, readFileSync(path, 'utf8')])
}

describe.each(projects)('the example %s', (project) => {
  const files = filesOf(project)
  const named = (name: string) => files.filter(([path]) => path.endsWith(`/${name}`))

  it("has nothing of badgateway's in its files", () => {
    expect(files.length).toBeGreaterThan(8)
    expect(files.filter(([, text]) => /badgateway/i.test(text)).map(([path]) => path)).toEqual([])
  })

  it('has a badgateway.yaml with budgets, and a patch that fits', async () => {
    const { expect: budgets, upstreams } = await readProjectFile(join(root, project, 'badgateway.yaml'))
    expect(budgets).toBeDefined()
    expect(Object.keys(upstreams)).toHaveLength(1)
    const patches = parsePatch(named('mended.patch')[0]?.[1] ?? '')
    expect(patches.length).toBeGreaterThan(0)
    for (const patch of patches) {
      const [[, text] = []] = named(patch.newFileName?.replace(/^b\//, '') ?? '')
      expect(applyPatch(text ?? '', patch), patch.newFileName).not.toBe(false)
    }
  })

  it('has a README that can be read in a minute', () => {
    const [readme] = named('README.md')
    const lines = readme?.[1].trimEnd().split('\n').length
    expect(lines).toBeGreaterThanOrEqual(15)
    expect(lines).toBeLessThanOrEqual(30)
  })

  it('builds each image on a base that can be told', () => {
    const [compose] = named('compose.yaml')
    const { services }: { services: Record<string, unknown> } = parse(compose?.[1] ?? '', { merge: true })
    const base = { build: { args: { BASE: expect.stringMatching(/^\$\{BASE:-debian:trixie-slim\}$/) } } }
    for (const service of Object.values(services)) expect(service).toMatchObject(base)
    const recipes = named('Dockerfile').map(([, text]) => text)
    expect(recipes.length).toBeGreaterThan(1)
    for (const recipe of recipes) expect(recipe).toMatch(/^(#.*\n)*ARG BASE=debian:trixie-slim\nFROM \$\{BASE\}\n/)
  })
})
