import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { junitReporter } from '../../../src/reporters/junit/junit.ts'
import { allHostile, poisonedRun, sampleRun } from './hostile.ts'

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => name === 'testcase',
})

interface Parsed {
  testsuites: { tests: string; failures: string; errors: string; testsuite: Suite | Suite[] }
}
interface Suite {
  name: string
  tests: string
  failures: string
  errors: string
  properties: { property: { name: string; value: string }[] }
  testcase: { name: string; classname: string; failure?: { message: string }; error?: { type: string } }[]
}

function suitesOf(text: string): Suite[] {
  const { testsuite } = (parser.parse(text) as Parsed).testsuites
  return Array.isArray(testsuite) ? testsuite : [testsuite]
}

describe('junit.xml', () => {
  it('has a suite a variant and a case a finding, of unique names', async () => {
    const run = sampleRun()
    const suites = suitesOf(await junitReporter.write(run))
    expect(suites.map(({ name }) => name)).toEqual([
      'misconfigured-upstream.as-it-happened',
      'misconfigured-upstream.config-validation',
    ])
    for (const [index, { tests, testcase }] of suites.entries()) {
      expect(testcase).toHaveLength(run.variants[index]?.verdict.findings.length ?? -1)
      expect(Number(tests)).toBe(testcase.length)
      expect(new Set(testcase.map(({ name }) => name)).size).toBe(testcase.length)
      expect(testcase.some(({ failure, error }) => failure ?? error)).toBe(false)
    }
  })

  it('tells the figures as properties', async () => {
    const [suite] = suitesOf(await junitReporter.write(sampleRun()))
    const value = (name: string) => suite?.properties.property.find((one) => one.name === name)?.value
    expect(value('failedRequests')).toBe('3301')
    expect(value('detectedBy')).toBe('SuccessRateDropped')
    expect(Number(value('timeToDetectSeconds'))).toBeCloseTo(4.41, 1)
  })

  it('makes a failure of a failure, and an error of what is inconclusive', async () => {
    const run = sampleRun()
    const [variant] = run.variants
    const [first, second] = variant?.verdict.findings ?? []
    if (!variant || !first || !second) throw new Error('the sample has findings')
    const findings = [
      { ...first, status: 'fail' as const },
      { ...second, status: 'inconclusive' as const },
      first,
      first,
    ]
    const text = await junitReporter.write({ variants: [{ ...variant, verdict: { ...variant.verdict, findings } }] })
    const [suite] = suitesOf(text)
    expect(suite).toMatchObject({ tests: '4', failures: '1', errors: '1' })
    expect(suite?.testcase[0]?.failure?.message).toBe(first.because)
    expect(suite?.testcase[1]?.error?.type).toBe('inconclusive')
    expect(new Set(suite?.testcase.map(({ name }) => name)).size).toBe(4)
  })

  it('stays well-formed and short whatever was captured', async () => {
    const text = await junitReporter.write(poisonedRun(`${allHostile} ${'x'.repeat(100_000)}`))
    expect(XMLValidator.validate(text)).toBe(true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot hold
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u)
    expect(text).not.toContain(']]>')
    expect(text).toContain('truncated')
    expect(text.length).toBeLessThan(600_000)
  })
})
