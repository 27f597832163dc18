import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { mergeCommand } from '../../../../src/commands/shards/merge.ts'
import { dealt, keepShard, planHashOf, type RunRecord } from '../../../../src/journal/index.ts'
import { temporaryFolder } from '../../../support/folder.ts'
import { changed } from '../../../support/journal.ts'
import { lay } from '../../../support/lay.ts'
import { cellRun } from '../../../support/shards.ts'
import { acting, allHostile, commanding, poisonedRun, sampleRun } from '../../reporters/hostile.ts'
import { readable } from '../said.ts'
import { typed } from '../typed.ts'

/** A variant with all of that in every place that can hold it but the names of its folders. */
function poisoned(variant: string): RunRecord {
  const [bad] = poisonedRun(allHostile).variants
  const [sound] = sampleRun().variants
  if (!bad) throw new Error('there is no sample')
  const { cell } = cellRun('api-1').plan
  const plan = {
    ...bad.record.plan,
    scenario: 'check',
    variant,
    ...(cell ? { cell: { ...cell, name: allHostile } } : {}),
  }
  const record = readable({ ...bad.record, plan }, sound?.record)
  return changed(record, 'run-started', () => ({ planHash: planHashOf(plan), variant, scenario: 'check' }))
}

/** One shard of two with such a variant; of the other nothing is there but what this one says. */
async function sent(folder: string, more: { version: string }): Promise<string> {
  const records = ['one', 'two'].map(poisoned)
  const plans = records.map(({ plan }) => ({ ...plan, cell: plan.cell && { ...plan.cell, name: plan.variant } }))
  const options = { [allHostile]: allHostile }
  const share = { at: 1, of: 2 }
  const dealing = { share, times: new Map(), options, configuration: 'a'.repeat(64), group: null, ...more }
  // Two cells by their variants, so that one falls to each shard; then by the name that they came with.
  const { shard = 1 } = dealt(plans, dealing).runs[1] ?? {}
  const whole = dealt(
    records.map(({ plan }) => plan),
    dealing,
  )
  const runs = whole.runs.map((run, index) => (index === 1 ? { ...run, shard } : run))
  await keepShard(folder, { ...whole, runs })
  const [first] = records
  if (first) await lay(first, folder, 'one')
  return folder
}

test('what a shard holds that somebody sent is shown, and obeyed by nothing', { timeout: 240_000 }, async () => {
  const root = await temporaryFolder('hostile')
  const folders = [
    await sent(join(root, 'one'), { version: allHostile }),
    await sent(join(root, 'another'), { version: `9 ${allHostile}` }),
    await sent(join(root, '::error::x\n##[y]\u001b[31m'), { version: allHostile }),
    join(root, 'nowhere ::error::\u001b[31m'),
  ]
  const out = join(root, 'out')
  for (const more of [[], ['--json']]) {
    const { code, said } = await typed(mergeCommand, ['merge', ...folders, '--out', out, ...more])
    expect(code).toBeGreaterThan(0)
    expect(said).toMatch(/Shard 2 of 2 is missing, and with it /)
    expect([acting.exec(said)?.[0], commanding.exec(said)?.[0]]).toEqual([undefined, undefined])
  }
  const [time = ''] = await readdir(join(out, 'check'))
  const place = join(out, 'check', time)
  const names = (await readdir(place)).filter((name) => /\.(html|md|xml)$|^(matrix|verdict|times)\.json$/.test(name))
  expect(names).toHaveLength(6)
  for (const name of names) {
    const text = await readFile(join(place, name), 'utf8')
    expect([name, acting.exec(text)?.[0], commanding.exec(text)?.[0]]).toEqual([name, undefined, undefined])
    if (name.endsWith('.xml')) expect(XMLValidator.validate(text)).toBe(true)
    if (name.endsWith('.html')) expect(text).not.toMatch(/<script|<img|<svg onload/)
  }
})

test('a record of a shard that no program has written is told and left out', async () => {
  const root = await temporaryFolder('hostile')
  const texts = ['[]', '{"__proto__":1}', '['.repeat(100_000), '{"format":1,"at":1e400}', '\u0000']
  for (const [index, text] of texts.entries()) {
    const folder = await sent(join(root, `${index}`), { version: '1' })
    await writeFile(join(folder, 'shard.json'), text)
    const { code, said } = await typed(mergeCommand, ['merge', folder, '--out', join(root, 'out')])
    expect([code, said]).toEqual([64, expect.stringMatching(/shard\.json (is no record|cannot be read|nests deeper)/)])
    expect(acting.exec(said)?.[0]).toBeUndefined()
  }
})
