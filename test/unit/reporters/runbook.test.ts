import { expect, test } from 'vitest'
import { runbookMarkdown, runbookPage, runbookText } from '../../../src/reporters/index.ts'
import { changed, outageJournal, outagePlan } from '../../support/journal.ts'

const cell = (guide: number, more: object) => ({ kind: 'guide-step', guide, names: ['connect-refused'], ...more })
const checks = [cell(1, { look: 2 }), cell(3, { remedy: 5 }), cell(4, { look: 4, remedy: 6 })]
const record = outageJournal({ plan: outagePlan({ checks }) })
const screen = { color: false }

test('a terminal gets one line a cause, each cell in words', () => {
  const text = runbookText([record, outageJournal()], screen)
  expect(text).toContain('1 cause, 3 steps measured: 1 finds the cause, 1 cures it, 0 make it worse.')
  const row = text.split('\n').find((line) => line.includes('misconfigured-upstream')) ?? ''
  const cells = row.split('│').map((part) => part.trim())
  expect(cells.slice(2, 8)).toEqual(['does not find', '–', 'no effect', 'finds 0.1 s', '–', '–'])
  expect(cells.slice(8, 10)).toEqual(['4 after 40.1 s', '4 after 66.2 s'])
  expect(text).toMatch(/cures 1\.\d s/)
})

test('the page and the Markdown say why, and nothing of the journal becomes markup', () => {
  const hostile = changed(record, 'observed', () => ({ because: '<script>alert(1)</script> | [x](y)' }))
  const page = runbookPage([hostile])
  expect(page).toContain('<h1>The runbook, measured</h1>')
  expect(page).not.toContain('<script>alert')
  const text = runbookMarkdown([hostile])
  expect(text).toContain('| misconfigured-upstream | does not find | – | no effect |')
  expect(text).not.toMatch(/<script>|\[x\]\(y\)/)
})

test('a step that was not reached says so', () => {
  const early = changed(record, 'observed', () => ({ kind: 'problem' }) as never)
  expect(
    runbookText([{ ...early, facts: early.facts.filter(({ kind }) => kind !== 'remedy-applied') }], screen),
  ).toContain('not reached')
})
