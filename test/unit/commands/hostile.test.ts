import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgeCommand, reportCommand } from '../../../src/commands/again.ts'
import { compareStacksCommand } from '../../../src/commands/compare-stacks.ts'
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
