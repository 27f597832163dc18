import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareStacksCommand } from '../../../src/commands/compare-stacks.ts'
import { judgeCommand } from '../../../src/commands/judge.ts'
import { lintConfigCommand } from '../../../src/commands/lint-config.ts'
import { reportCommand } from '../../../src/commands/report.ts'
import { rulesCommand } from '../../../src/commands/rules.ts'
import { runCommand } from '../../../src/commands/run.ts'
import { runbookCommand } from '../../../src/commands/runbook.ts'
import { lineOf } from '../../../src/journal/lines.ts'
import type { PlanRecord } from '../../../src/journal/plan.ts'
import { planHashOf } from '../../../src/journal/plan-hash.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { filled } from '../../../src/load/mix/fill.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { outageJournal, plus } from '../../support/journal.ts'
import { stackOf } from '../../support/snapshot.ts'
import { said } from './said.ts'

const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']
const written = ['report.html', 'postmortem.md', 'junit.xml', 'ctrf.json', 'verdict.json']
const wrong = /INTERNAL|TypeError|RangeError|undefined|native code|\[object/

/** Strings that choose something are this name in turn, where a reader takes it. */
async function runWith(name: string): Promise<string> {
  const folder = await temporaryFolder('names')
  const { plan, facts } = outageJournal()
  const story = plan.story.map((step) => {
    if (step.does === 'fault') return { ...step, detail: { fault: { kind: name, [name]: name }, as: name } }
    return step.does === 'remedy' ? { ...step, detail: { ...step.detail, says: name } } : step
  })
  const named: PlanRecord = { ...plan, story, measures: [name], causeAlerts: [name], scenario: name }
  const shop = stackOf()
  const files = JSON.parse(`{"${name}":["x"]}`) as Record<string, string[]>
  for (const one of shop.services) {
    one.role = name
    one.env = JSON.parse(`{"${name}":"x"}`) as Record<string, string>
    if (one.configuration) one.configuration = { hash: name, files }
  }
  const rules = JSON.parse(`{"${name}":"x"}`) as Record<string, string>
  let record: RunRecord = { plan: named, facts, torn: 0 }
  record = {
    ...record,
    ...plus(record, 500, { kind: 'stack-snapshot', stack: 'production', snapshot: { ...shop, rules } }),
  }
  record = {
    ...record,
    ...plus(record, 501, { kind: 'stack-snapshot', stack: name, snapshot: { ...stackOf(), rules: {} } }),
  }
  record = { ...record, ...plus(record, 502, { kind: 'service-event', service: name, action: name, because: name }) }
  const call = { call: 'restart' as const, service: name, container: 'a'.repeat(64), startedT: 0, ok: true }
  record = { ...record, ...plus(record, 503, { kind: 'engine-called', ...call }) }
  const told = record.facts.map((fact) => {
    if (fact.kind === 'run-started') return { ...fact, planHash: planHashOf(named), environment: { command: name } }
    if (fact.kind === 'alert-changed') return { ...fact, labels: JSON.parse(`{"${name}":"x"}`) }
    return fact.kind === 'proxy-sample' ? { ...fact, byReason: JSON.parse(`{"${name}":1}`) } : fact
  })
  await writeFile(join(folder, 'plan.json'), JSON.stringify(named))
  await writeFile(join(folder, 'journal.jsonl'), told.map(lineOf).join(''))
  return folder
}

test.each(names)('%s is a name like any other in what somebody sent', { timeout: 60_000 }, async (name) => {
  const folder = await runWith(name)
  for (const output of [
    await said(judgeCommand, ['judge', folder]),
    await said(judgeCommand, ['judge', folder, '--json']),
    await said(reportCommand, ['report', folder]),
    await said(compareStacksCommand, ['compare-stacks', folder, `${folder}:${name}`]),
    await said(runbookCommand, ['runbook', '--from', folder]),
    ...(await Promise.all(written.map((file) => readFile(join(folder, file), 'utf8')))),
  ]) {
    expect(output).not.toBe('')
    expect(output).not.toMatch(wrong)
  }
})

test.each(names)('%s is nothing that is there already', { timeout: 60_000 }, async (name) => {
  const folder = await temporaryFolder('names')
  const conf = `events {} http { upstream ${name} { server a:1; } map $host $${name} { default 1; }
    server {
      server_name ${name}; set $${name} ${name}; ${name} on; location /${name} { proxy_pass http://${name}; } } }`
  const rule = {
    alert: name,
    expr: `${name} > 0 or rate(${name}{${name}="x"}[1m]) > 0`,
    labels: { a: name },
  }
  await writeFile(join(folder, 'nginx.conf'), conf)
  await mkdir(join(folder, 'rules'))
  await writeFile(join(folder, 'rules', 'a.yml'), JSON.stringify({ groups: [{ name, rules: [rule] }] }))
  for (const output of [
    await said(runCommand, ['run', name]),
    await said(runCommand, ['run', 'misconfigured-upstream', '--variant', name]),
    await said(runCommand, ['run', 'incidents', '--variant', name]),
    await said(runCommand, ['run', 'misconfigured-upstream', '--image', `${name}=x`]),
    await said(runbookCommand, ['runbook', name]),
    await said(rulesCommand, ['rules', '--scenario', 'misconfigured-upstream', '--variant', name]),
    await said(rulesCommand, ['rules', join(folder, 'rules')]),
    await said(lintConfigCommand, ['lint-config', join(folder, 'nginx.conf')]),
    await said(lintConfigCommand, ['lint-config', '--sarif', folder]),
    await said(compareStacksCommand, ['compare-stacks', name, `misconfigured-upstream:${name}`]),
  ]) {
    expect(output).not.toBe('')
    expect(output).not.toMatch(wrong)
  }
  const mix = [{ weight: 1, method: 'GET' as const, path: '/', headers: { a: `\${env:${name}}` } }]
  expect(() => filled(mix, {})).toThrow(`the environment has no ${name}`)
})
