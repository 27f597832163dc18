import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CommandIo } from '../../../src/commands/io.ts'
import { runbookAction, runbookAgain } from '../../../src/commands/runbook-action.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { outageJournal, outagePlan } from '../../support/journal.ts'

const checks = [{ kind: 'guide-step', guide: 4, look: 4, remedy: 6, names: ['connect-refused'] }]
const measured = (scenario: string, variant: string) =>
  outageJournal({ plan: outagePlan({ scenario, variant, checks }) })

async function lay({ plan, facts }: RunRecord, ...path: string[]): Promise<void> {
  const folder = join(...path, plan.scenario, plan.variant)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan))
  await writeFile(join(folder, 'journal.jsonl'), facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''))
}

function terminal() {
  const said: string[] = []
  const io = { cwd: '/', color: false, out: (text: string) => void said.push(text) } as CommandIo
  return { io, text: () => said.join('') }
}

test('a kept run is printed again from its journals, and nothing is written there', async () => {
  const place = await temporaryFolder('runbook')
  await lay(measured('port-closed', 'runbook'), place)
  await lay(measured('port-closed', 'as-it-happened'), place)
  await lay(measured('firewall', 'runbook'), place)
  await lay(outageJournal(), place)
  const before = await readdir(place, { recursive: true })
  const { io, text } = terminal()
  expect(await runbookAgain(place, [], io)).toBe(0)
  expect(text()).toContain('2 causes, 2 steps measured: 2 find the cause')
  expect(await readdir(place, { recursive: true })).toEqual(before)
  const one = terminal()
  await runbookAgain(place, ['firewall'], one.io)
  expect(one.text()).not.toContain('port-closed')
})

test('what took only some steps of the guide is printed when there is nothing better', async () => {
  const place = await temporaryFolder('runbook')
  await lay(measured('port-closed', 'as-it-happened'), place)
  const { io, text } = terminal()
  await runbookAgain(place, [], io)
  expect(text()).toContain('port-closed')
})

test('a folder without such a run, and a cause that is none, are refused', async () => {
  const place = await temporaryFolder('runbook')
  await lay(outageJournal(), place)
  await expect(runbookAgain(place, [], terminal().io)).rejects.toMatchObject({ code: 'RUN_DIR_INVALID' })
  const flags = { out: place, timeScale: '1s', quiet: true }
  const wrong = runbookAction(['full-moon'], flags, terminal().io)
  await expect(wrong).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN', hint: expect.stringContaining('read-timeout') })
})
