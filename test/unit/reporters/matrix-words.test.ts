import { expect, test } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { htmlReporter } from '../../../src/reporters/html/report.ts'
import { matrixHtmlReporter } from '../../../src/reporters/matrix/html.ts'
import { cellJournal } from '../../support/cell.ts'
import { changed } from '../../support/journal.ts'

const reported = (record: RunRecord) => ({ record, verdict: { ...judge(record), status: 'pass' as const } })
const verdictBadge =
  /status badge (pass|fail|inconclusive)|status (pass|fail|inconclusive) badge|badge (pass|fail|inconclusive)/
const free = reported(cellJournal())
const held = reported(cellJournal({ name: 'kill/api-1', mode: 'kill', budget: { failedAtMost: 1 } }))

test("a cell's own report calls it measured where nothing holds it, and tells what happened", async () => {
  const page = await htmlReporter.write({ variants: [free] })
  expect(page).toContain('<span class="status badge">MEASURED</span>')
  expect(page).toMatch(/One of 2 servers of api \(api-1\) refused connections/)
  expect(page).not.toMatch(verdictBadge)
  expect(await htmlReporter.write({ variants: [held] })).toMatch(verdictBadge)
})

test("a rehearsal's own report is none of an inconclusive run", async () => {
  const record = changed(
    changed(cellJournal(), 'run-started', () => ({ disarmed: true })),
    'fault-witnessed',
    () => ({ present: false }),
  )
  const page = await htmlReporter.write({ variants: [{ record, verdict: judge(record) }] })
  expect(page).toContain('<span class="status badge">REHEARSED</span>')
  expect(page).not.toMatch(verdictBadge)
})

test('writes that came twice are told, though no user noticed', async () => {
  const asked = { repeated: 3, hidden: 3, writes: 3, writesFailed: 0, writesRepeated: 3 }
  const record = changed(cellJournal({ writes: true }, { inForce: true, servedAgainMs: 0 }), 'proxy-sample', () => ({
    asked,
  }))
  const page = await matrixHtmlReporter.write({ variants: [reported(record)] })
  expect(page).toMatch(/By the proxy.{1,6}s log \d+ writes may have been done twice/)
})

test('what passed is told beside what nothing holds, and red is what is over its budget', async () => {
  const page = await matrixHtmlReporter.write({ variants: [free, held] })
  expect(page).toContain('1 is held to a budget, the others to none')
  expect(page).toMatch(/class="status inconclusive"[^>]*>! /)
  expect(page).not.toMatch(/class="status fail"/)
})
