import { describe, expect, it } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { filesOf, matrixLive } from '../../../src/reporters/index.ts'
import type { ReportedVariant } from '../../../src/reporters/reporter.ts'
import { cellJournal } from '../../support/cell.ts'
import { outageJournal } from '../../support/journal.ts'

const variantOf = (record: RunRecord): ReportedVariant => ({ record, verdict: { ...judge(record), status: 'pass' } })

const calm = variantOf(cellJournal({ name: 'calm/api-2', target: 'api-2' }, { inForce: true }))
const loud = variantOf(cellJournal())
const hostile = variantOf(cellJournal({ name: '<b>/x|y`z', target: 'x|y`z', mode: '<b>' }))
const run = { variants: [calm, loud, hostile] }

describe('a run of cells', () => {
  it('leaves a matrix in place of the report of a scenario', () => {
    expect(filesOf(run).map(({ file }) => file)).toEqual([
      ...['verdict.json', 'matrix.html', 'matrix.md', 'matrix.json', 'junit.xml'],
    ])
    const record = outageJournal()
    const told = filesOf({ variants: [{ record, verdict: judge(record) }] }).map(({ file }) => file)
    expect(told).toContain('report.html')
  })

  it('shows what was captured as text, in every format', async () => {
    for (const reporter of filesOf(run)) {
      const text = await reporter.write(run)
      if (reporter.file.endsWith('.html')) expect(text).not.toContain('<b>/x')
      expect(text).toMatch(/refuse/)
    }
  })
})

describe('a cell that is held to nothing', () => {
  it.each([
    [calm, 'MEASURED', 'PASS'],
    [variantOf(cellJournal({ budget: { failedAtMost: 0.5 } })), 'PASS', 'MEASURED'],
  ])('has passed nothing', async (one, is, isNot) => {
    for (const reporter of filesOf({ variants: [one] }).filter(({ file }) => /^matrix\.(md|html)$/.test(file))) {
      const text = await reporter.write({ variants: [one] })
      expect(text).toContain(is)
      expect(text).not.toContain(isNot)
    }
  })
})

describe('a cell that was played several times', () => {
  it('is one row, with the least and the most of each figure', async () => {
    const again = variantOf(cellJournal({}, { inForce: true, servedAgainMs: null }))
    const json = filesOf(run).find(({ file }) => file === 'matrix.json')
    const { rows } = JSON.parse((await json?.write({ variants: [loud, again] })) ?? '{}')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ played: 2, spread: { failedAfterEndMs: { least: 0, most: 0 } }, plays: [{}, {}] })
    const md = filesOf(run).find(({ file }) => file === 'matrix.md')
    expect(await md?.write({ variants: [loud, again] })).toMatch(/Played 2 times: failed .*on and on/)
  })
})

describe('on a terminal', () => {
  const told = (json: boolean) => {
    const said: string[] = []
    const io = {
      out: (text: string) => void said.push(text),
      err: () => undefined,
      isTty: false,
      columns: 100,
      color: false,
    }
    const live = matrixLive({ io, quiet: false, json, cells: 3 })
    for (const variant of run.variants) {
      live.onPlan(variant.record.plan)
      live.onVariant?.(variant)
    }
    live.onEnd({ run, folder: '/runs/check/now' })
    return said
  }

  it('is a line a cell as it ends, and the sorted matrix in the end, in 100 columns', () => {
    const said = told(false)
    expect(said.slice(1, 4).map((line) => line.split(/\s+/)[1])).toEqual(['calm/api-2', 'refuse/api-1', '<b>/x|y`z'])
    expect(said.at(-1)).toContain('/runs/check/now/matrix.html')
    expect(
      said
        .join('')
        .split('\n')
        .every((line) => line.length <= 100),
    ).toBe(true)
  })

  it('is nothing at all where programs read it', () => {
    expect(told(true)).toEqual([])
  })
})
