import { describe, expect, it } from 'vitest'
import { judge, verdict as schema } from '../../../src/checks/index.ts'
import { fileReporters, groupReporters } from '../../../src/reporters/index.ts'
import { colorsFor } from '../../../src/reporters/terminal/colors.ts'
import { ending } from '../../../src/reporters/terminal/ending.ts'
import { terminalReporter } from '../../../src/reporters/terminal/terminal.ts'
import { changed, outageJournal } from '../../support/journal.ts'

const record = outageJournal()
const open = judge(changed(record, 'run-ended', () => ({ reason: 'failed' })))
const again = { record, verdict: judge(record), attempts: [{ folder: 'as-it-happened.attempt-1', verdict: open }] }
const run = { variants: [again] }
const kept = 'as-it-happened.attempt-1'
const incident = { scenario: 'one', title: 'One', folder: 'one', run }
const group = { name: 'incidents', incidents: [incident], notRun: [] }

describe('what was played again', () => {
  it.each(fileReporters)('is told in $file', async (reporter) => {
    expect(await reporter.write(run)).toContain(kept)
    expect(await reporter.write({ variants: [{ record, verdict: again.verdict }] })).not.toContain('attempt-1')
  })

  it.each(groupReporters.filter(({ file }) => file !== 'times.json'))(
    'is told in $file of a group',
    async (reporter) => {
      expect(await reporter.write(group)).toContain(kept)
    },
  )

  it('is told on the terminal, with the reason and which one counts', () => {
    const text = ending({ run, folder: 'runs/x' }, colorsFor(false))
    expect(text).toMatch(
      /Played 2 times; the last one counts\. The one kept in as-it-happened\.attempt-1 was inconclusive: /,
    )
  })

  it('stands in the verdict for programs, which stays one by its schema', async () => {
    const reporter = fileReporters.find(({ file }) => file === 'verdict.json')
    const told = schema.parse(JSON.parse(String(await reporter?.writeVariant?.(again))))
    expect(told).toEqual({
      ...again.verdict,
      attempts: [{ folder: kept, status: 'inconclusive', because: expect.any(String) }],
    })
  })
})

it('with several at once every line says of whom it is', () => {
  const lines: string[] = []
  const io = {
    out: (text: string) => void lines.push(text),
    err: () => undefined,
    isTty: true,
    columns: 80,
    color: false,
  }
  const reporter = terminalReporter({ io, quiet: false, json: false }).beside?.('other-scenario')
  reporter?.onPlan(record.plan)
  reporter?.onRepeat?.({ plan: record.plan, folder: kept, verdict: open })
  expect(
    lines
      .join('')
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('[other-scenario] ')),
  ).toEqual([])
  expect(lines.join('')).toContain('once more')
})
