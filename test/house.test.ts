import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { architectureFile, readArchitecture } from './support/house/architecture.ts'
import { readCommits } from './support/house/commits.ts'
import { type House, sampleHouse, tell } from './support/house/rule.ts'
import { constantsFile } from './support/house/rules/clocks.ts'
import { rules } from './support/house/rules/index.ts'
import { readSources } from './support/house/source.ts'

const root = join(import.meta.dirname, '..')
const read = (name: string) => readFileSync(join(root, name), 'utf8')

// In CI a landing may have added commits of its own.
const inCi = { commits: [], told: 'not looked at in CI' }
const { commits, told } = process.env['CI'] ? inCi : readCommits(root)

const house: House = {
  sources: readSources(root),
  architecture: readArchitecture(read(architectureFile)),
  packageText: read('package.json'),
  lockText: read('package-lock.json'),
  constantsText: read(constantsFile),
  commits,
}

describe(`the house (commits: ${told})`, () => {
  it('is there', () => {
    expect(house.sources.length).toBeGreaterThan(50)
    expect(house.architecture.doors.length).toBeGreaterThan(10)
    expect(house.architecture.map.length).toBeGreaterThan(10)
  })

  it.each(rules)('$name', (rule) => {
    expect(rule.check(house).map(tell)).toEqual([])
  })
})

describe('each rule can fail', () => {
  it.each(rules)('$name', (rule) => {
    const found = rule.check(sampleHouse(rule.bad)).map(({ file, line }) => `${file}:${line}`)
    expect(found.sort()).toEqual(rule.bad.found.toSorted())
  })
})
