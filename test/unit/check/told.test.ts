import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plansOn, playableOf, playableWords, readWritten, scenarioOn, storyWords } from '../../../src/check/index.ts'
import { scenariosFolder } from '../../../src/kit/home.ts'
import { findGroup } from '../../../src/scenario/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quarry } from '../../support/quarry.ts'

const traffic = {
  users: 20,
  ratePerS: 40,
  timeout: 10_000,
  mix: [{ weight: 1, method: 'GET' as const, path: '/stone' }],
}
const on = { description: quarry(''), traffic }
const recovered = { at: '10:03', recovered: { within: '5s', hold: '1s' } }
const story = [
  { at: '10:01', fault: { mode: 'refuse', target: 'granite' } },
  { at: '10:02', remedy: { kind: 'end-fault', fault: 'refuse/granite' }, expect: 'measured' },
  recovered,
]
const written = {
  name: 'my-outage',
  title: 'Granite refuses',
  summary: 'One of two refuses.',
  report: { rootCause: 'A rule.', impact: 'Some.', lessons: [] },
  stack: { description: '../badgateway.yaml' },
  clock: { steadyFrom: '10:00', start: '10:01', end: '10:04' },
  story,
  variants: { 'as-it-happened': { title: 'As it happened' } },
}
const file = '/somewhere/my.yaml'
const told = (more: object = {}) => scenarioOn({ file, raw: { ...written, ...more } }, on)

test('a file that names a description is told on that stack, and any mode is a step of it', async () => {
  const path = join(await temporaryFolder('told'), 'my.yaml')
  await writeFile(path, JSON.stringify(written))
  expect(await readWritten(path)).toMatchObject({ file: path, project: join(path, '../../badgateway.yaml') })
  expect(await readWritten(path, '/other/badgateway.yaml')).toMatchObject({ project: '/other/badgateway.yaml' })
  const scenario = told()
  const [plan] = plansOn(scenario, on, {})
  expect(plan?.story[0]).toMatchObject({ does: 'fault', name: 'refuse/granite', spec: { kind: 'packet-filter' } })
  expect(plan?.load.users.mix.map((request) => request.path)).toEqual(['/stone'])
  expect(storyWords(plan ? [plan] : [])).toContain('  10:01  fault: refuse/granite (packet-filter)\n')
})

test('a scenario of the shop is none of these, unless another stack is given', async () => {
  const path = join(await temporaryFolder('told'), 'my.json')
  await writeFile(path, JSON.stringify({ ...written, stack: { web: 3 } }))
  expect(await readWritten(path)).toBeUndefined()
  expect(await readWritten(path, '/b.yaml')).toMatchObject({ project: '/b.yaml' })
  expect(await readWritten('/nowhere/incidents', '/b.yaml')).toBeUndefined()
  await writeFile(path, JSON.stringify({ ...written, stack: { description: './b.yaml', web: 3 } }))
  await expect(readWritten(path)).rejects.toThrow(/my.json: stack: .*web/)
})

test('modes, targets and cells that this stack has not are told with path and value, all at once', () => {
  const at = (mode: string, target: string) => ({ at: '10:01', fault: { mode, target } })
  const wrong = { story: [at('refused', 'granite'), at('dns-gone', 'granite')] }
  const variants = { 'as-it-happened': { title: 'x', story: [at('refuse', 'marble')] } }
  const read = () => told({ ...wrong, variants })
  expect(read).toThrow(/story\.0\.fault: there is no refused\/granite.*\n.*story\.1/)
  expect(read).toThrow(/variants\.as-it-happened\.story\.0\.fault: .*"marble"/)
})

test('of the incidents it is told which faults a described stack can play, and why not the others', async () => {
  const group = (await findGroup('incidents', scenariosFolder())) ?? expect.unreachable('there are none')
  const all = playableOf(group.scenarios, on.description)
  const of = (fault: string) => all.find((one) => one.fault === fault)
  expect(of('wrong-upstream')?.cells).toContain('wrong-port/stone')
  expect(of('packet-filter')?.because).toBeUndefined()
  expect(of('memory-overload')?.because).toMatch(/has not: servers that can be told to misbehave/)
  expect(playableWords(all)).toMatch(/^misconfigured-upstream\n {2}wrong-upstream: can be played: /m)
})
