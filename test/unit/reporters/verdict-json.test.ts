import { describe, expect, it } from 'vitest'
import { verdict } from '../../../src/checks/verdict.ts'
import { fileReporters } from '../../../src/reporters/index.ts'
import { verdictReporter } from '../../../src/reporters/verdict-json.ts'
import { sampleRun } from './hostile.ts'

describe('verdict.json', () => {
  it('is the verdict itself for a variant', async () => {
    const [variant] = sampleRun().variants
    if (!variant) throw new Error('the sample has variants')
    const text = await verdictReporter.writeVariant?.(variant)
    expect(verdict.parse(JSON.parse(text ?? ''))).toEqual(variant.verdict)
  })

  it('has the worst status and every variant by name for a run', async () => {
    const run = sampleRun()
    const [first, ...rest] = run.variants
    if (!first) throw new Error('the sample has variants')
    const failed = { ...first, verdict: { ...first.verdict, status: 'fail' as const } }
    const parsed = JSON.parse(await verdictReporter.write({ variants: [failed, ...rest] })) as Record<string, unknown>
    expect(parsed['status']).toBe('fail')
    expect(Object.keys(parsed['variants'] as object)).toEqual(['as-it-happened', 'config-validation'])
  })
})

describe('the list of file reporters', () => {
  it('names each file once', () => {
    const files = fileReporters.map(({ file }) => file)
    expect(files.toSorted()).toEqual(['ctrf.json', 'junit.xml', 'postmortem.md', 'report.html', 'verdict.json'])
  })
})
