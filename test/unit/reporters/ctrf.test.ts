import { type CTRFReport, parse, validate } from 'ctrf'
import { describe, expect, it } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import { ctrfReporter, groupCtrfReporter } from '../../../src/reporters/ctrf/ctrf.ts'
import type { ReportedRun } from '../../../src/reporters/index.ts'
import { cellJournal } from '../../support/cell.ts'
import { outageJournal } from '../../support/journal.ts'
import { acting, allHostile, commanding, poisonedRun, sampleRun, variantOf } from './hostile.ts'
import { sampleGroup } from './sample-group.ts'

async function reportOf(run: ReportedRun): Promise<CTRFReport> {
  const text = await ctrfReporter.write(run)
  expect(validate(JSON.parse(text))).toMatchObject({ valid: true })
  return parse(text)
}

describe('ctrf.json', () => {
  it('has a test a variant, and its findings as steps', async () => {
    const run = sampleRun()
    const { results } = await reportOf(run)
    expect(results.summary).toMatchObject({ tests: 2, passed: 2, failed: 0, skipped: 0, other: 0 })
    expect(results.tests.map(({ name }) => name)).toEqual(['as-it-happened', 'config-validation'])
    expect(results.tests[0]?.steps).toHaveLength(run.variants[0]?.verdict.findings.length ?? -1)
    expect(results.tests[0]?.duration).toBeGreaterThan(0)
    expect(results.summary.stop).toBeGreaterThan(results.summary.start)
  })

  it('calls what nobody can tell neither passed nor failed', async () => {
    const dead = variantOf(outageJournal({ inForce: false }))
    const late = variantOf(outageJournal({ servedAgainMs: null }))
    const { results } = await reportOf({ variants: [dead, late] })
    expect(results.tests.map(({ status, rawStatus }) => `${status} ${rawStatus}`)).toEqual([
      'other inconclusive',
      'failed fail',
    ])
    for (const { message } of results.tests) expect(message).toMatch(/\w{4}/)
  })

  it('has the cell of a check as the name, and its figures', async () => {
    const record = cellJournal(
      { budget: { failedAtMost: 0 } },
      { plan: { checks: [{ kind: 'failed-share', atMost: 0 }] } },
    )
    const { results } = await reportOf({ variants: [{ record, verdict: judge(record) }] })
    expect(results.tests).toMatchObject([
      { name: 'refuse/api-1', status: 'failed', message: expect.stringMatching(/0 % allowed/) },
    ])
    expect(results.tests[0]?.extra?.['failedShare']).toBeGreaterThan(0)
  })

  it('counts the attempts before', async () => {
    const played = variantOf(outageJournal())
    const earlier = { folder: 'as-it-happened.1', verdict: variantOf(outageJournal({ inForce: false })).verdict }
    expect((await reportOf({ variants: [{ ...played, attempts: [earlier] }] })).results.tests[0]?.retries).toBe(1)
  })

  it('is of all runs of a group, and of none', async () => {
    const group = sampleGroup(3)
    const report = parse(await groupCtrfReporter.write(group))
    expect(report.results.tests).toHaveLength(group.incidents.flatMap(({ run }) => run.variants).length)
    expect((await reportOf({ variants: [] })).results.summary).toMatchObject({ tests: 0, start: 0, stop: 0 })
  })

  it('shows what was captured as text', async () => {
    const run = poisonedRun(allHostile)
    const text = await ctrfReporter.write(run)
    await reportOf(run)
    expect(text).not.toMatch(commanding)
    expect(text.replaceAll('\n', '')).not.toMatch(acting)
    for (const { message, name } of parse(text).results.tests) expect(`${name}${message}`).not.toMatch(acting)
  })
})
