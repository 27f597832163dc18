import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runbookCommand } from '../../../src/commands/runbook.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { outageJournal, outagePlan } from '../../support/journal.ts'
import { said } from './said.ts'

const checks = [{ kind: 'guide-step', guide: 4, look: 4, remedy: 6, names: ['connect-refused'] }]
const measured = (scenario: string, variant: string) =>
  outageJournal({ plan: outagePlan({ scenario, variant, checks }) })

async function lay({ plan, facts }: RunRecord, ...path: string[]): Promise<void> {
  const folder = join(...path, plan.scenario, plan.variant)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan))
  await writeFile(join(folder, 'journal.jsonl'), facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''))
}

test('a kept run is printed again from its journals, and nothing is written there', async () => {
  const place = await temporaryFolder('runbook')
  await lay(measured('port-closed', 'runbook'), place)
  await lay(measured('port-closed', 'as-it-happened'), place)
  await lay(measured('firewall', 'runbook'), place)
  await lay(outageJournal(), place)
  const before = await readdir(place, { recursive: true })
  const text = await said(runbookCommand, ['runbook', '--from', place])
  expect(text).toContain('2 causes, 2 steps measured: 2 find the cause')
  expect(await readdir(place, { recursive: true })).toEqual(before)
  expect(await said(runbookCommand, ['runbook', 'firewall', '--from', place])).not.toContain('port-closed')
})

test('what took only some steps of the guide is printed when there is nothing better', async () => {
  const place = await temporaryFolder('runbook')
  await lay(measured('port-closed', 'as-it-happened'), place)
  expect(await said(runbookCommand, ['runbook', '--from', place])).toContain('port-closed')
})

test('a folder without such a run, and a cause that is none, are refused', async () => {
  const place = await temporaryFolder('runbook')
  await lay(outageJournal(), place)
  expect(await said(runbookCommand, ['runbook', '--from', place])).toContain('no journal there of a run that took')
  expect(await said(runbookCommand, ['runbook', 'full-moon', '--out', place])).toContain("'full-moon' is no cause")
})
