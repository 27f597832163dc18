import { expect, test } from 'vitest'
import { runbookReporter } from '../../../scenarios/incidents/escalation-guide/_matrix.ts'
import { judge } from '../../../src/checks/index.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { ownFiles, toldText } from '../../../src/reporters/index.ts'
import { changed, outageJournal, outagePlan } from '../../support/journal.ts'

const variantsOf = (records: readonly RunRecord[]) =>
  records.map((record) => ({ record, verdict: judge(record), own: [runbookReporter] }))

function textOf(records: readonly RunRecord[]): string {
  const told = runbookReporter.tell?.(variantsOf(records), 'terminal')
  return told ? toldText(told, { color: false }) : ''
}

async function fileOf(name: string, records: readonly RunRecord[]): Promise<string> {
  const file = ownFiles({ variants: variantsOf(records) }).find((one) => one.file === name)
  return (await file?.write()) ?? ''
}

const cell = (guide: number, more: object) => ({ kind: 'guide-step', guide, names: ['connect-refused'], ...more })
const checks = [cell(1, { look: 2 }), cell(3, { remedy: 5 }), cell(4, { look: 4, remedy: 6 })]
const record = outageJournal({ plan: outagePlan({ checks }) })

test('a terminal gets one row a cause, each cell in words, in at most 100 columns', () => {
  const text = textOf([record, outageJournal()])
  expect(text).toContain('1 cause, 3 steps measured: 1 finds the cause, 1 cures it, 0 make it worse.')
  const lines = text.split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
  const rules = lines.flatMap((line, index) => (/^─+$/.test(line) ? [index] : []))
  const row = lines.slice((rules[0] ?? 0) + 1, lines.indexOf('', rules[0])).map((line) => line.trim())
  expect(row[0]).toMatch(/^misconfigured- +does not +– +no effect +finds 0\.1 s +–/)
  expect(text).toMatch(/4 after\s/)
  expect(text).toMatch(/ cures 1\.\d s /)
})

test('the page and the Markdown say why, and nothing of the journal becomes markup', async () => {
  const hostile = changed(record, 'observed', () => ({ because: '<script>alert(1)</script> | [x](y)' }))
  const page = await fileOf('runbook.html', [hostile])
  expect(page).toContain('<h1>The runbook, measured</h1>')
  expect(page).not.toContain('<script>alert')
  const text = await fileOf('runbook.md', [hostile])
  expect(text).toContain('| misconfigured-upstream | does not find | – | no effect |')
  expect(text).not.toMatch(/<script>|\[x\]\(y\)/)
})

test('a step that was not reached says so', () => {
  const early = changed(record, 'observed', () => ({ kind: 'problem' }) as never)
  const facts = early.facts.filter(({ kind }) => kind !== 'remedy-applied')
  expect(textOf([{ ...early, facts }])).toMatch(/not +– +not +not/)
})
