import { describe, expect, it } from 'vitest'
import { cellRow, judge } from '../../../src/checks/index.ts'
import type { PlannedStep, RunRecord } from '../../../src/journal/index.ts'
import { filesOf, matrixLive } from '../../../src/reporters/index.ts'
import type { ReportedRun, ReportedVariant } from '../../../src/reporters/reporter.ts'
import { cellJournal } from '../../support/cell.ts'
import { changed, outageJournal, plus } from '../../support/journal.ts'

const variantOf = (record: RunRecord): ReportedVariant => ({ record, verdict: { ...judge(record), status: 'pass' } })

const calm = variantOf(cellJournal({ name: 'calm/api-2', target: 'api-2' }, { inForce: true }))
const loud = variantOf(cellJournal())
const hostile = variantOf(cellJournal({ name: '<b>/x|y`z', target: 'x|y`z', mode: '<b>' }))
const run = { variants: [calm, loud, hostile] }

const finalLook = (look: { kind: string }): PlannedStep => {
  const when = { step: 9, clock: '10:20', dueMs: 14_000, title: 'the final look' }
  return { ...when, does: 'look', detail: { look, finds: 'exit code 0' } }
}

function onTerminal(run: ReportedRun): string {
  let text = ''
  const out = (more: string) => {
    text += more
  }
  const io = { out, err: () => undefined, isTty: false, columns: 100, color: false }
  matrixLive({ io, quiet: true, json: false, cells: 1 }).onEnd({ run, folder: 'runs/check/1' })
  return text
}

describe('a run of cells', () => {
  it('leaves a matrix in place of the report of a scenario', () => {
    expect(filesOf(run).map(({ file }) => file)).toEqual([
      ...['verdict.json', 'matrix.html', 'matrix.md', 'matrix.json', 'junit.xml', 'ctrf.json', 'times.json'],
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

describe('a cell that was rehearsed', () => {
  const disarmed = changed(
    changed(cellJournal(), 'run-started', () => ({ disarmed: true })),
    'fault-witnessed',
    () => ({ present: false }),
  )
  const dry = { record: disarmed, verdict: judge(disarmed) }
  const unsteady = changed(disarmed, 'steady-checked', () => ({ steady: false, because: '3 of 20 failed' }))

  it('says so, and nothing of a verdict, in every format', async () => {
    expect(dry.verdict.status).toBe('inconclusive')
    const files = filesOf({ variants: [dry] }).filter(({ file }) => !['verdict.json', 'times.json'].includes(file))
    for (const reporter of files) {
      const text = await reporter.write({ variants: [dry] })
      expect(text).toMatch(/rehears/i)
      expect(text).not.toMatch(/>inconclusive|"inconclusive"\n|INCONCLUSIVE|<error/)
    }
    const text = onTerminal({ variants: [dry] })
    expect(text).toMatch(/^REHEARSED 1 cell: nothing was broken; traffic and looks worked\.$/m)
    expect(text).not.toMatch(/inconclusive/i)
  })

  it.each([
    ['exit code 0', []],
    ['exit code 1', ['orders-once found exit code 1, and not exit code 0: 2 orders twice']],
  ])('whose final look found %s tells of it where it did not work', (finding, because) => {
    const look = { kind: 'orders-once' }
    const story = [...disarmed.plan.story, finalLook(look)]
    const seen = { kind: 'observed', probe: 'orders-once', finding, because: '2 orders twice', evidence: {} } as const
    const record = plus({ ...disarmed, plan: { ...disarmed.plan, story } }, 20_000, seen)
    expect(cellRow(record, judge(record))?.because).toEqual(because)
  })

  it('tells what did not work', () => {
    const text = onTerminal({ variants: [{ record: unsteady, verdict: judge(unsteady) }] })
    expect(text).toMatch(/^What did not work:\n\n\? refuse\/api-1\n {2}it was not steady: 3 of 20 failed$/m)
    expect(text).toContain('? REHEARSED 1 cell: nothing was broken; in 1 of them traffic or looks did not work.')
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
