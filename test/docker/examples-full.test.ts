// @group full 900s
import { beforeAll, describe, expect, test } from 'vitest'
import { checkExample, exampleNames, initialised, prepareExamples } from '../../bench/support/examples.ts'
import { composeMajors, composeOf } from '../support/compose-tools.ts'
import { patience } from '../support/machine.ts'

beforeAll(prepareExamples)

describe.each(exampleNames)('%s', (name) => {
  test.each(composeMajors)('is understood as its badgateway.yaml says, by Compose %i', async (major) => {
    const { env } = await composeOf(major)
    expect(await initialised(name, env)).toEqual([])
  })

  test('is over a budget of its own, and is not with its patch', { timeout: patience(900_000) }, async () => {
    const { env } = await composeOf(2)
    const before = await checkExample(name, { isMended: false, env })
    const after = await checkExample(name, { isMended: true, env })
    const verdicts = ({ rows }: typeof before) => rows.map(({ verdict }) => verdict)
    expect(before.rows.length, before.err).toBeGreaterThan(0)
    expect(after.rows.length, after.err).toBe(before.rows.length)
    expect(new Set(verdicts(before))).toContain('fail')
    expect(verdicts(after)).not.toContain('fail')
    expect([before, after].flatMap(({ rows }) => rows).filter(({ figures }) => figures === null)).toEqual([])
  })
})
