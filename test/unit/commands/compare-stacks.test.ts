import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareStacksAction } from '../../../src/commands/compare-stacks.ts'
import type { CommandIo } from '../../../src/commands/io.ts'
import { reasonOf } from '../../../src/kit/errors.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { outageJournal, plus, withoutKind } from '../../support/journal.ts'
import { ownLook } from '../../support/own-look.ts'
import { serviceSnapshot, stackOf } from '../../support/snapshot.ts'

/** A run that has recorded a shop of two web servers, and a staging of one. */
async function recordedRun(): Promise<string> {
  const folder = await temporaryFolder('compare')
  const production = stackOf()
  production.services.push(serviceSnapshot('web-2', 'web'))
  const bare = withoutKind(outageJournal(), 'stack-snapshot')
  const withShop = plus(bare, 500, { kind: 'stack-snapshot', stack: 'production', snapshot: production })
  const record = plus(withShop, 501, { kind: 'stack-snapshot', stack: 'staging', snapshot: stackOf() })
  await writeFile(join(folder, 'plan.json'), JSON.stringify(record.plan))
  await writeFile(join(folder, 'journal.jsonl'), record.facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''))
  return folder
}

async function compared(a: string, b: string, json = false, kinds: string[] = []) {
  let said = ''
  const io = { cwd: '/', columns: 100, out: (text: string) => (said += text), onInterrupt: () => () => undefined }
  const code = await compareStacksAction({ a, b }, { json, kinds }, io as unknown as CommandIo)
  return { code, said }
}

test('a run that is compared with itself is equal, and needs no engine', async () => {
  const run = await recordedRun()
  expect(await compared(run, run)).toEqual({ code: 0, said: `${run} and ${run} are equal.\n` })
})

test('the staging of a run beside its production: what differs, and what that means', async () => {
  const run = await recordedRun()
  const { code, said } = await compared(`${run}:staging`, run)
  expect(code).toBe(1)
  expect(said).toContain(`A  ${run}:staging\nB  ${run}\n`)
  expect(said).toContain('services: web')
  expect(said.replaceAll(/\s+/g, ' ')).toContain('a wrong line for web-2')
})

test('as JSON, with the names in full', async () => {
  const run = await recordedRun()
  const { said } = await compared(`${run}:staging`, run, true)
  expect(JSON.parse(said)).toMatchObject({ a: `${run}:staging`, b: run, differences: [{ what: 'services: web' }] })
})

test('a stack that was not recorded, and a scenario that there is not, are refused', async () => {
  const run = await recordedRun()
  const missing = { code: 'RUN_DIR_INVALID', hint: expect.stringContaining('It has: production, staging') }
  await expect(compared(`${run}:canary`, run)).rejects.toMatchObject(missing)
  await expect(compared(run, 'no-such-thing')).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN' })
  await expect(compared(run, 'misconfigured-upstream:no-such-variant')).rejects.toMatchObject({ exitCode: 64 })
})

test('a scenario that names a kind of somebody needs its file', async () => {
  const { scenario, kinds } = await ownLook()
  const hears = async (b: string, files: string[]) => await compared(scenario, b, false, files).catch(reasonOf)
  expect(await hears(await recordedRun(), [])).toMatch(/own-look/)
  expect(await hears('nobody-knows-this', [kinds])).toBe("There is no scenario 'nobody-knows-this'")
})
