import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  defineCheck,
  defineFault,
  defineProbe,
  defineRemedy,
  defineReporter,
  pass,
  type Scenario,
  z,
} from '../../../src/index.ts'
import { planOf } from '../../../src/run/index.ts'
import {
  describedStack,
  findScenario,
  kindsFor,
  kindsFrom,
  kindsOf,
  noKinds,
  parseScenario,
  stackSpec,
} from '../../../src/scenario/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { outagePlan } from '../../support/journal.ts'
import { fakeView } from '../../support/view.ts'

const fault = (kind: string) =>
  defineFault({
    kind,
    about: 'It breaks.',
    fields: { service: z.string() },
    make: () => ({
      inject: () => Promise.reject(new Error('out of luck')),
      witness: { name: 'nobody', see: () => Promise.reject(new Error('blind')) },
    }),
  })
const remedy = (kind: string) =>
  defineRemedy({ kind, about: 'x', fields: {}, make: () => ({ apply: () => Promise.reject(new Error('no')) }) })
const probe = (kind: string) =>
  defineProbe({
    kind,
    about: 'x',
    finds: ['so'],
    fields: {},
    make: () => ({ look: () => Promise.reject(new Error('no')) }),
  })
const check = (kind: string, about: 'behaviour' | 'validity' = 'behaviour') =>
  defineCheck({ kind, about, time: 'none', asks: 'Well?', fields: {}, title: () => 'Well?', judge: () => pass('yes') })
const reporter = (kind: string, name?: string) =>
  defineReporter({
    kind,
    about: 'x',
    ...(name === undefined ? { tell: () => null } : { file: { name, write: () => '' } }),
  })

const refused = (list: unknown) => {
  try {
    kindsOf(list, 'here')
    return 'taken'
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : ''
  }
}

test.each([
  ['a fault of ours', [fault('wrong-upstream')], "there is a fault 'wrong-upstream' already"],
  ['a remedy of ours', [remedy('scale-out')], "there is a remedy 'scale-out' already"],
  ['a probe of ours', [probe('proxy-path')], "there is a probe 'proxy-path' already"],
  ['a check of ours', [check('recovered')], "there is a check 'recovered' already"],
  ['a gate of ours', [check('journal-whole')], "there is a check 'journal-whole' already"],
  ['a reporter of ours', [reporter('junit')], "there is a reporter 'junit' already"],
  ['two of one name', [fault('mine'), fault('mine')], "kinds.1: there is a fault 'mine' already"],
  ['a name that is none', [fault('My Fault')], "kinds.0: 'My Fault' is no name"],
  ['a check of validity', [check('mine', 'validity')], "the check 'mine' is not about behaviour"],
  ['a reporter of nothing', [defineReporter({ kind: 'mute', about: 'x' })], 'has neither tell nor file'],
  ["a reporter's page of ours", [reporter('report')], 'a run has a file report.html already'],
  ["a reporter's file of ours", [reporter('mine', 'plan.json')], 'a run has a file plan.json already'],
  ["a reporter's file of another", [reporter('a'), reporter('b', 'a.md')], 'a run has a file a.md already'],
  ["a reporter's file elsewhere", [reporter('mine', '../x.csv')], 'is no plain name of a file'],
  ['no kind at all', [{ kind: 'x' }, null, 'y'], 'kinds.2: is no kind: use defineFault'],
  ['no list', fault('mine'), 'kinds: is no list'],
])('%s is refused', (_, list, message) => {
  expect(refused(list)).toContain(message)
})

test('the same kind twice is one, and one name may be a fault and a remedy', () => {
  const mine = fault('mine')
  const { faults, remedies } = kindsOf([mine, mine, remedy('mine')], 'here')
  expect([faults.length, remedies.length]).toEqual([1, 1])
})

test('what an own kind throws is its failure and no defect of ours', async () => {
  const { faults, remedies, probes } = kindsOf([fault('mine'), remedy('mine'), probe('mine')], 'here')
  const failed = (is: string, why: string) => ({ code: 'KIND_FAILED', message: `The ${is} 'mine' failed: ${why}` })
  const made = faults[0]?.ready({ kind: 'mine', service: 'x' }).make()
  await expect(made?.inject(fakeScene())).rejects.toMatchObject(failed('fault', 'out of luck'))
  await expect(made?.witness.see(fakeScene())).rejects.toMatchObject(failed('fault', 'blind'))
  await expect(remedies[0]?.ready({ kind: 'mine' }).make().apply(fakeScene())).rejects.toMatchObject(
    failed('remedy', 'no'),
  )
  await expect(probes[0]?.ready({ kind: 'mine' }).make().look(fakeView())).rejects.toMatchObject(failed('probe', 'no'))
})

const written = {
  name: 'mine',
  title: 'Mine',
  summary: 'x',
  report: { rootCause: 'x', impact: 'x', lessons: [] },
  clock: { steadyFrom: '09:00', start: '09:01', end: '09:05' },
  load: { users: { ratePerS: 5, users: 5, timeout: '1s', mix: [{ path: '/' }] } },
  story: [
    { at: '09:01', fault: { kind: 'mine', service: 'web-1' } },
    { at: '09:02', look: { kind: 'mine' }, finds: 'so' },
  ],
  checks: [{ kind: 'mine' }],
  variants: { calm: { title: 'Calm' } },
}
const [first, second] = written.story
const all = [fault('mine'), probe('mine'), check('mine'), reporter('mine')]
const mistakesOf = (raw: unknown) => {
  try {
    return planOf(parseScenario(raw, 'here'), { variant: 'calm' }).record.scenario
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : ''
  }
}

test('a scenario is read with what it brings along, and mistakes in it are told with their place', () => {
  expect(mistakesOf({ ...written, kinds: all })).toBe('mine')
  expect(mistakesOf(written)).toMatch(/story\.0\.fault/)
  const wrongField = { ...first, fault: { kind: 'mine', service: 7 } }
  expect(mistakesOf({ ...written, kinds: all, story: [wrongField, second] })).toContain('story.0.fault.service')
  const stranger = { ...first, fault: { kind: 'mine', service: 'web-9' } }
  expect(mistakesOf({ ...written, kinds: all, story: [stranger, second] })).toContain("there is no 'web-9'")
  const cannot = { ...second, finds: 'otherwise' }
  expect(mistakesOf({ ...written, kinds: all, story: [first, cannot] })).toContain('mine finds one of: so')
})

test.each([
  ['a text that becomes a number', z.string().transform(Number), '5'],
  ['a text that becomes a date', z.string().transform((text) => new Date(text)), '2026-12-01'],
  ['a number that JSON does not hold', z.number().transform(BigInt), 5],
])('%s is refused before anything is started, for nobody could read it again', (_, within, given) => {
  const once = defineCheck({
    ...check('once'),
    about: 'behaviour',
    fields: { within },
    title: () => '',
    judge: () => pass(''),
  })
  const checks = [{ kind: 'once', within: given }]
  expect(mistakesOf({ ...written, kinds: [...all, once], checks })).toContain('checks.0: its fields do not take back')
  const breaks = defineFault({
    ...fault('breaks'),
    fields: { within },
    make: () => fault('x').ready({ kind: 'x', service: 'web-1' }).make(),
  })
  const story = [{ ...first, fault: { kind: 'breaks', within: given } }, second]
  expect(mistakesOf({ ...written, kinds: [...all, breaks], story })).toContain('story.0.fault: its fields do not take')
})

test('a check of a scenario refuses what it could only miss in the middle of a run, as ours do', () => {
  const { schema: _, ...plain } = check('once')
  const once = { ...plain, fields: { share: z.number() }, title: () => '', judge: () => pass('') }
  const wary = defineCheck({
    ...once,
    about: 'behaviour',
    refuse: () => [{ path: 'share', value: 7, what: 'is more than all' }],
  })
  const checks = [{ kind: 'once', share: 7 }]
  expect(mistakesOf({ ...written, kinds: [...all, wary], checks })).toContain(
    'checks.0.share: is more than all (found 7)',
  )
  const deaf = kindsOf([...all, defineCheck({ ...once, about: 'behaviour', needs: ['monitor'] })], 'here')
  const scenario = parseScenario({ ...written, story: [first], checks }, 'here', deaf)
  const { monitoring: __, ...unwatched } = describedStack(stackSpec.parse({}), [])
  expect(() => planOf(scenario, { variant: 'calm', description: unwatched })).toThrow(
    'checks.0: this stack has not: monitoring',
  )
})

test.each<[string, Partial<Parameters<typeof defineFault>[0]>]>([
  ['refuses', { refuse: () => undefinedName() }],
  ['says what it needs', { needs: () => undefinedName() }],
])('what a kind throws as it %s is told as its failure', (_, broken) => {
  const mine = defineFault({ kind: 'breaks', about: 'x', fields: {}, make: () => undefinedName(), ...broken })
  const scenario = parseScenario(
    { ...written, story: [{ ...first, fault: { kind: 'breaks' } }], checks: [], kinds: [mine] },
    'here',
  )
  expect(() => planOf(scenario, { variant: 'calm' })).toThrow("The fault 'breaks' failed: of its own")
})

test('what a kind throws as it is made is told as its failure, too', () => {
  const [made] = kindsOf(
    [defineFault({ kind: 'breaks', about: 'x', fields: {}, make: () => undefinedName() })],
    '',
  ).faults
  expect(() => made?.ready({ kind: 'breaks' }).make()).toThrow("The fault 'breaks' failed: of its own")
})

const undefinedName = (): never => {
  throw new TypeError('of its own')
}

test('a kind that there is not is told with the one that was meant, and all there are', () => {
  const told = mistakesOf({ ...written, kinds: all, story: [{ ...first, fault: { kind: 'mime', service: 'web-1' } }] })
  expect(told).toMatch(
    /story\.0\.fault\.kind: there is no "mime"\. Did you mean 'mine'\? There are: backend-behaviour, .*, mine$/,
  )
  const none = mistakesOf({ ...written, kinds: all, story: [{ ...first, fault: { service: 'web-1' } }] })
  expect(none).toMatch(/story\.0\.fault\.kind: it is missing\. There are: backend-behaviour, /)
})

test('data names no code: its kinds come from files that are given beside it', async () => {
  const folder = await temporaryFolder('kinds')
  const data = join(folder, 'mine.json')
  await writeFile(data, JSON.stringify(written))
  await expect(findScenario(data, '/nowhere')).rejects.toMatchObject({ code: 'SCENARIO_INVALID' })
  const scenario: Scenario = await findScenario(data, '/nowhere', kindsOf(all, 'here'))
  expect(planOf(scenario, { variant: 'calm' }).record.kinds).toContain('fault mine')
  await writeFile(data, JSON.stringify({ ...written, kinds: ['./mine.mjs'] }))
  await expect(findScenario(data, '/nowhere', kindsOf(all, 'here'))).rejects.toThrow('kinds.0: is no kind')
  await expect(kindsFrom([data])).rejects.toThrow('is not one of .ts')
  await expect(kindsFrom([join(folder, 'gone.ts')])).rejects.toMatchObject({ code: 'SCENARIO_UNKNOWN' })
  await writeFile(join(folder, 'none.mjs'), 'export const x = 1\n')
  await expect(kindsFrom([join(folder, 'none.mjs')])).rejects.toThrow('exports no kind')
})

test('a kept plan is judged with given kinds, with those that come along, or not at all', async () => {
  const own = outagePlan({ kinds: ['fault mine', 'check mine', 'reporter mine'], checks: [{ kind: 'mine' }] })
  await expect(kindsFor(own)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('check mine') })
  const given = kindsOf([check('mine'), reporter('mine')], 'here')
  expect(await kindsFor(own, given)).toBe(given)
  await expect(kindsFor(own, { ...given, reporters: [] })).rejects.toThrow('reporter mine')
  // A plan of before says nothing of kinds: an unknown question is answered as one.
  expect(await kindsFor(outagePlan({ checks: [{ kind: 'mine' }] }))).toEqual(noKinds)
  const guide = outagePlan({ scenario: 'wrong-upstream-port', checks: [{ kind: 'guide-step', guide: 1, look: 2 }] })
  expect((await kindsFor(guide)).checks.map(({ kind }) => kind)).toEqual(['guide-step'])
})
