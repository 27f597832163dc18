import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, expectTypeOf, test } from 'vitest'
import frozenBackend from '../../../examples/own-kinds/frozen-backend.ts'
import { frozenService, frozenServices, thawedWithin, thawService } from '../../../examples/own-kinds/kinds.ts'
import type { freezes } from '../../../examples/own-kinds/reporter.ts'
import { read } from '../../../src/checks/index.ts'
import { judgeFolder, writeReports } from '../../../src/experiment.ts'
import type { OwnKind, ScenarioInput, StepInput } from '../../../src/index.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { planOf } from '../../../src/run/index.ts'
import { findScenario, kindsFrom, scenarioJsonSchema } from '../../../src/scenario/index.ts'
import { startBadgateway } from '../../support/badgateway.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { changed, outageJournal, outagePlan } from '../../support/journal.ts'
import { lay } from '../../support/lay.ts'
import { fakeView } from '../../support/view.ts'

const place = new URL('../../../examples/own-kinds/', import.meta.url).pathname
const file = join(place, 'frozen-backend.ts')
const kinds = await kindsFrom([file])
/** As a user's Node would find the package, were it installed. */
const installed = { NODE_OPTIONS: '--conditions=badgateway-source' }

/** An outage that a freeze caused, and the thaw ended. */
function frozenRun(): RunRecord {
  const spec = { fault: { kind: 'frozen-service', service: 'web-1' } }
  const story = outagePlan().story.map((step) => {
    return step.does === 'fault' ? { ...step, detail: { ...step.detail, ...spec } } : step
  })
  const plan = outagePlan({
    story,
    scenario: 'frozen-backend',
    checks: [{ kind: 'thawed-within', withinMs: 120_000 }],
    kinds: ['check thawed-within', 'reporter freezes'],
  })
  return changed(outageJournal({ plan }), 'fault-injected', () => ({ faultKind: 'frozen-service' }))
}

test('the scenario is found and planned with its own kinds', async () => {
  const scenario = await findScenario(file, '/nowhere')
  const { record: plan } = planOf(scenario, { variant: 'as-it-happened' })
  const own = ['fault frozen-service', 'remedy thaw-service', 'probe frozen-services', 'check thawed-within']
  expect(plan.kinds).toEqual([...own, 'reporter freezes'])
  expect(plan.checks.at(-1)).toEqual({ kind: 'thawed-within', withinMs: 30_000 })
  expect(plan.story[1]?.detail).toMatchObject({ fault: { kind: 'frozen-service', service: 'web-1' } })
})

test('the fault promises its undo first, is seen by its witness, and the remedy ends it', async () => {
  const scene = fakeScene()
  const { inject, witness } = frozenService.ready({ kind: 'frozen-service', service: 'web-1' }).make()
  const { apply } = thawService.ready({ kind: 'thaw-service', service: 'web-1' }).make()
  const probe = frozenServices.ready({ kind: 'frozen-services' }).make()
  const look = () => probe.look(fakeView({ stack: scene.stack }))
  expect((await witness.see(scene)).present).toBe(false)
  expect(await look()).toMatchObject({ finding: 'none frozen' })
  expect(await apply(scene)).toMatchObject({ ok: true, changed: false })
  expect(scene.promised).toEqual([])
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force' })
  expect(scene.promised).toMatchObject([{ undo: { verb: 'unpause', container: 'c'.repeat(12) } }])
  expect((await witness.see(scene)).present).toBe(true)
  expect(await look()).toMatchObject({ finding: 'some frozen', evidence: { frozen: ['web-1'] } })
  expect(await inject(scene)).toMatchObject({ outcome: 'rejected' })
  expect(await apply(scene)).toMatchObject({ ok: true, changed: true })
  expect((await witness.see(scene)).present).toBe(false)
})

test('the check passes, fails and is inconclusive', () => {
  const record = frozenRun()
  const said = (one: RunRecord, withinMs: number) => {
    const [found] = thawedWithin.ask(read(one), { kind: 'thawed-within', withinMs })
    return [found?.status, found?.because]
  }
  expect(said(record, 120_000)).toEqual(['pass', expect.stringMatching(/lasted \d+\.\d s$/)])
  expect(said(record, 1_000)[0]).toBe('fail')
  expect(said(outageJournal(), 1_000)).toEqual(['inconclusive', 'nothing was frozen'])
})

test('its reporter has a section in the report and files beside it', async () => {
  const folder = await temporaryFolder('own-kinds')
  await lay(frozenRun(), folder, 'as-it-happened')
  const variant = await judgeFolder(join(folder, 'as-it-happened'), kinds)
  expect(variant.verdict.status).toBe('pass')
  await writeReports(folder, { variants: [variant] })
  const text = (name: string) => readFile(join(folder, name), 'utf8')
  expect(await text('report.html')).toContain('<h3>How long it stood still</h3>')
  expect(await text('freezes.html')).toContain('<h1>How long it stood still</h1>')
  expect(await text('freezes.md')).toContain('| Variant | What | Seconds |')
  expect(await text('freezes.csv')).toMatch(/^variant,what,seconds\n"as-it-happened","[^"]+",\d/)
})

test('the JSON Schema knows the kinds of a file', () => {
  const printed = JSON.stringify(scenarioJsonSchema(kinds))
  for (const name of ['frozen-service', 'thaw-service', 'frozen-services', 'thawed-within']) {
    expect(printed).toContain(`"const":"${name}"`)
    expect(JSON.stringify(scenarioJsonSchema())).not.toContain(name)
  }
})

test('by the command line a run is judged with the file and refused without', async () => {
  const folder = await temporaryFolder('own-kinds')
  await lay(frozenRun(), folder, 'as-it-happened')
  const judged = (...more: string[]) =>
    startBadgateway(['judge', join(folder, 'as-it-happened'), ...more], installed).ended
  const refused = await judged()
  expect(refused.code).toBe(64)
  expect(refused.err).toContain('frozen-backend brought along check thawed-within, reporter freezes')
  expect(refused.err).toContain('--kinds FILE')
  const passed = await judged('--kinds', file)
  expect(passed.out).toContain('PASS')
  expect(passed.code).toBe(0)
})

test('an editor knows the fields of own kinds, and refuses what they do not have', () => {
  type Own = StepInput<readonly [typeof frozenService, typeof thawService, typeof frozenServices, typeof freezes]>
  expectTypeOf<{ fault: { kind: 'frozen-service'; service: string } }>().toExtend<Own>()
  expectTypeOf<{ look: { kind: 'frozen-services' } }>().toExtend<Own>()
  expectTypeOf<{ fault: { kind: 'missing-file'; service: string; path: string } }>().toExtend<Own>()
  expectTypeOf<{ fault: { kind: 'frozen-service'; service: number } }>().not.toExtend<Own>()
  expectTypeOf<{ fault: { kind: 'thaw-service'; service: string } }>().not.toExtend<Own>()
  expectTypeOf<{ fault: { kind: 'frozen-service'; service: string } }>().not.toExtend<StepInput>()
  expectTypeOf(frozenBackend).toExtend<ScenarioInput<readonly OwnKind[]>>()
  expect(frozenBackend.kinds).toContain(thawedWithin)
})
