import { describe, expect, it } from 'vitest'
import { exitCodes } from '../../../src/kit/errors.ts'
import { commentText } from '../../../src/outputs/index.ts'
import { overBudget, toldOf, worse } from './sample.ts'

const drift = { cells: [worse], beside: 'badgateway.snapshot.json' }

describe('the body of a comment', () => {
  it('has the verdict, the drift, what helps with its line, and the table', () => {
    const text = commentText(toldOf([overBudget()], { drift }))
    const parts = [
      /^<!-- badgateway check: shop\/badgateway\.yaml -->\n/,
      /^## ✗ FAIL: /m,
      /1 cell beside badgateway\.snapshot\.json: 1 worse\./,
      /^- \*\*✗\*\* refuse\/api-1: worse$/m,
      /^- ✗ `refuse\/api-1` \(over its budget\)$/m,
      /^<details><summary>1 cell<\/summary>\n\n\| Cell \|/m,
      /\n\n<\/details>\n\n<sub>badgateway 0\.1\.0 · once more: `npx badgateway check`<\/sub>\n$/,
    ]
    for (const part of parts) expect(text).toMatch(part)
  })

  it('names the line of the directive that a change is about', () => {
    const off = { ...overBudget().record.plan.cell?.handling, nextUpstream: ['off'] }
    const { record, verdict } = overBudget()
    const cell = record.plan.cell
    if (!cell?.handling) throw new Error('the sample has a configuration')
    const plan = { ...record.plan, cell: { ...cell, handling: { ...cell.handling, ...off } } }
    const text = commentText(toldOf([{ record: { ...record, plan }, verdict }]))
    expect(text).toMatch(/\*\*Change:\*\* `proxy_next_upstream` is off.* \(`shop\/nginx\/nginx\.conf:12`\)$/m)
  })

  it('is cut between whole items, and says so', () => {
    const many = Array.from({ length: 40 }, (_, at) => overBudget({ name: `refuse/api-${at}`, target: `api-${at}` }))
    const limit = 6_000
    const text = commentText(toldOf(many), limit)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit)
    expect(text).toMatch(/^… and \d+ more that do not fit in here: matrix\.html has them all\.$/m)
    expect(text).toMatch(/<sub>.*<\/sub>\n$/)
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0)
    expect(Buffer.byteLength(commentText(toldOf(many)))).toBeGreaterThan(limit)
  })

  it.each([
    [exitCodes.environment, '! NOT PLAYED TO ITS END'],
    [exitCodes.unclean, '! NOT PROVEN CLEAN'],
  ])('says of exit code %i that it is no verdict', (exitCode, word) => {
    expect(commentText(toldOf([overBudget()], { exitCode }))).toContain(`## ${word}: `)
  })

  it('tells of two stacks only which one is worse', () => {
    const text = commentText(toldOf([overBudget()], { drift, isHeld: false, whole: 'turns.md' }))
    expect(text).toContain('## ✗ WORSE: ')
  })
})
