import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { compareStacksCommand } from '../../../src/commands/compare-stacks.ts'
import { historyCommand } from '../../../src/commands/history.ts'
import { judgeCommand } from '../../../src/commands/judge.ts'
import { lintConfigCommand } from '../../../src/commands/lint-config.ts'
import { loadCommand } from '../../../src/commands/load.ts'
import { reportCommand } from '../../../src/commands/report.ts'
import { rulesCommand } from '../../../src/commands/rules.ts'
import { runCommand } from '../../../src/commands/run.ts'
import { runbookCommand } from '../../../src/commands/runbook.ts'
import { lineOf } from '../../../src/journal/lines.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { plus } from '../../support/journal.ts'
import { stackOf } from '../../support/snapshot.ts'
import { acting, allHostile, commanding, hostileTexts, poisonedRun, sampleRun } from '../reporters/hostile.ts'
import { readable, said } from './said.ts'

/** A run of one variant that somebody sent, with all of that in every place that can hold it. */
async function sentRun(): Promise<{ run: string; variant: string }> {
  const run = await temporaryFolder('hostile')
  const [poisoned] = poisonedRun(allHostile).variants
  const [sound] = sampleRun().variants
  if (!poisoned) throw new Error('there is no sample')
  const shop = stackOf()
  const [first] = shop.services
  if (first) first.image = allHostile
  const record = readable(poisoned.record, sound?.record)
  const one = plus(record, 500, { kind: 'stack-snapshot', stack: 'production', snapshot: shop })
  const whole = plus(one, 501, { kind: 'stack-snapshot', stack: 'staging', snapshot: stackOf() })
  const variant = join(run, 'variant')
  await mkdir(variant)
  await writeFile(join(variant, 'plan.json'), JSON.stringify(record.plan))
  await writeFile(join(variant, 'journal.jsonl'), whole.facts.map(lineOf).join(''))
  return { run, variant }
}

test('what a run holds that somebody sent is shown by every command, and obeyed by nothing', {
  timeout: 240_000,
}, async () => {
  const { run, variant } = await sentRun()
  const stacks = [variant, `${variant}:staging`]
  const outputs = [
    await said(judgeCommand, ['judge', run]),
    await said(judgeCommand, ['judge', variant, '--json']),
    await said(reportCommand, ['report', variant]),
    await said(runbookCommand, ['runbook', '--from', run]),
    await said(historyCommand, ['history', run]),
    await said(historyCommand, ['history', run, '--json']),
    await said(compareStacksCommand, ['compare-stacks', ...stacks]),
    await said(compareStacksCommand, ['compare-stacks', ...stacks, '--json']),
  ]
  for (const output of outputs) {
    expect(output).not.toBe('')
    expect(output).not.toMatch(acting)
    expect(output).not.toMatch(commanding)
  }
  for (const folder of [run, variant]) {
    const files = (await readdir(folder)).filter((name) => /\.(html|md|xml)$|^verdict\.json$/.test(name))
    expect(files).toHaveLength(4)
    for (const name of files) {
      const text = await readFile(join(folder, name), 'utf8')
      expect(`${name} ${acting.exec(text)?.[0] ?? ''}`).toBe(`${name} `)
      expect(`${name} ${commanding.exec(text)?.[0] ?? ''}`).toBe(`${name} `)
    }
  }
})

/** Everything that a reader of these would act on, by where it is. */
function dangers(outputs: Record<string, string>): string[] {
  return Object.entries(outputs).flatMap(([where, text]) => {
    const found = acting.exec(text)?.[0] ?? commanding.exec(text)?.[0]
    return found === undefined ? [] : [`${where}: ${JSON.stringify(found)}`]
  })
}

test('so is a group of runs, whatever its folders are called, and its files are well-formed', {
  timeout: 240_000,
}, async () => {
  const { run } = await sentRun()
  const group = await temporaryFolder('hostile')
  const names = ['alpha', '::error::x\n##[y]\u001b[31m', 'javascript:alert(1)']
  for (const name of names) await cp(run, join(group, name), { recursive: true })
  const planned = { format: 1, runs: [{ scenario: allHostile, variants: [allHostile] }] }
  await writeFile(join(group, 'planned.json'), JSON.stringify(planned))
  await writeFile(join(group, 'verdict.json'), JSON.stringify({ notRun: [allHostile] }))
  const outputs: Record<string, string> = {
    judge: await said(judgeCommand, ['judge', group]),
    json: await said(judgeCommand, ['judge', group, '--json']),
    report: await said(reportCommand, ['report', group]),
  }
  expect(outputs['report']).toMatch(/3 variant\(s\) reported again[\s\S]*Never run, or not there any more: /)
  for (const folder of [group, ...names.map((name) => join(group, name))]) {
    for (const name of (await readdir(folder)).filter((one) => /\.(html|md|xml)$|^verdict\.json$/.test(one))) {
      outputs[join(folder, name)] = await readFile(join(folder, name), 'utf8')
    }
  }
  expect(dangers(outputs)).toEqual([])
  const xml = Object.entries(outputs).filter(([name]) => name.endsWith('.xml'))
  expect(xml).toHaveLength(4)
  for (const [, text] of xml) expect(XMLValidator.validate(text)).toBe(true)
  for (const [name, text] of Object.entries(outputs)) {
    if (name.endsWith('.json')) expect(() => JSON.parse(text)).not.toThrow()
    if (name.endsWith('.html')) expect(text).not.toMatch(/<script|<img|<svg onload|href="(?!#|\.\/)/)
  }
})

test('and a configuration, rules, a scenario and a mix', async () => {
  const folder = await temporaryFolder('hostile')
  const inQuotes = allHostile.replaceAll('"', "'")
  const rule = (more: object) => ({ alert: allHostile, expr: 'up == 0', labels: { a: allHostile }, ...more })
  const files = {
    'nginx.conf': `events {} http { upstream "${inQuotes}" { server a; } server { location "/${inQuotes}" {
      proxy_pass "http://${inQuotes}"; proxy_read_timeout "${inQuotes}"; }
      include "${inQuotes}"; "${inQuotes}" on; } }`,
    'good.yml': JSON.stringify({
      groups: [{ name: allHostile, rules: [rule({}), rule({ expr: 'none{a="::error::x"}' })] }],
    }),
    'scenario.yaml': JSON.stringify({
      name: allHostile,
      [allHostile]: allHostile,
      story: [{ at: allHostile, x: allHostile }],
    }),
    'mix.json': JSON.stringify([{ path: allHostile, method: allHostile, headers: { [allHostile]: allHostile } }]),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const load = ['load', 'http://127.0.0.1:1/', '--rate', '1/s', '--for', '1s']
  const outputs = {
    lint: await said(lintConfigCommand, ['lint-config', folder]),
    json: await said(lintConfigCommand, ['lint-config', folder, '--json']),
    sarif: await said(lintConfigCommand, ['lint-config', folder, '--sarif']),
    rules: await said(rulesCommand, ['rules', folder]),
    rulesJson: await said(rulesCommand, ['rules', folder, '--json']),
    run: await said(runCommand, ['run', join(folder, 'scenario.yaml')]),
    mix: await said(loadCommand, [...load, '--mix', join(folder, 'mix.json')]),
    header: await said(loadCommand, [...load, '--header', allHostile]),
    target: await said(loadCommand, ['load', `http://${allHostile}/`, '--rate', '1/s', '--for', '1s']),
  }
  for (const [name, text] of Object.entries(outputs)) expect(`${name} ${text.length > 20}`).toBe(`${name} true`)
  expect(dangers(outputs)).toEqual([])
  for (const text of [outputs.json, outputs.sarif]) expect(() => JSON.parse(text)).not.toThrow()
})

test.each(hostileTexts)('arguments that are refused are told inertly: %j', async (text) => {
  for (const output of [
    await said(judgeCommand, ['judge', `./${text}`]),
    await said(runbookCommand, ['runbook', text]),
    await said(compareStacksCommand, ['compare-stacks', `./${text}`, text]),
  ]) {
    expect(output).not.toMatch(acting)
    expect(output).not.toMatch(commanding)
  }
})
