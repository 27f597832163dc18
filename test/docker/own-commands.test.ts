// @group full 60s
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { runCompose } from '../../src/compose/tool.ts'
import { factsOf, readRecord } from '../../src/journal/index.ts'
import { badgateway, type Ended, runFolder } from '../support/badgateway.ts'
import { filesIn } from '../support/compose-project.ts'
import { composeOf } from '../support/compose-tools.ts'
import { realEngine } from '../support/doomed.ts'
import { thingsOf } from '../support/killed-check.ts'
import { type SmallProject, smallFile, smallServices, writeSmall } from '../support/small-project.ts'

/** As somebody types it in their folder; the proxy has resolved the name once. */
const anew =
  'docker-compose up -d --no-deps --force-recreate api && docker exec "$BADGATEWAY_CONTAINER_EDGE" nginx -s reload'
const file = {
  ...smallFile,
  traffic: {
    ratePerS: 20,
    mix: [
      { path: '/', weight: 3 },
      { path: '/orders', method: 'POST', weight: 1 },
    ],
  },
  macros: { anew: [['sh', '-c', anew], 'told'], told: [['echo', 'raised']] },
  commands: {
    'raise-anew': { remedy: { run: 'anew', cures: ['stop/api'] } },
    projects: {
      probe: {
        run: ['sh', '-c', 'echo "$COMPOSE_PROJECT_NAME $BADGATEWAY_ENTRY"'],
        when: ['before', 'during', 'after'],
      },
    },
    well: { check: { run: ['sh', '-c', 'echo asked'] } },
  },
  data: { orders: { http: { path: '/count', json: 'orders' }, atLeast: 'acknowledged', atMost: 'sent', within: '1s' } },
}

/** Keeps its orders in its memory: a new container knows none of them. */
const program = `let orders = 0
require('node:http').createServer((ask, answer) => {
  if (ask.method === 'POST') orders += 1
  answer.end(JSON.stringify({ orders }))
}).listen(3000)`

const clock = { steadyFrom: '10:00', start: '10:01', end: '10:04' }
const story = {
  name: 'refused',
  title: 'The only server refuses',
  summary: 'It refuses for a while.',
  report: { rootCause: 'A rule.', impact: 'All.', lessons: [] },
  stack: { description: './badgateway.yaml' },
  clock,
  story: [
    { at: '10:01', fault: { mode: 'refuse', target: 'api' } },
    { at: '10:02', rest: '2s', look: { kind: 'projects' } },
    { at: '10:02', remedy: { kind: 'end-fault', fault: 'refuse/api' }, expect: 'measured' },
    { at: '10:03', recovered: { within: '10s', hold: '1s', measured: true } },
  ],
  variants: { 'as-it-happened': { title: 'As it happened' } },
}

let project: SmallProject
let ended: Ended
let told: Ended
let env: NodeJS.ProcessEnv
let before: unknown
let files: string[]

/** What the developer has up in the same folder, from before it was checked. */
async function theirs(): Promise<unknown> {
  const { docker } = await realEngine()
  const filters = { label: [`com.docker.compose.project.working_dir=${project.folder}`] }
  const found = await docker.listContainers({ all: true, filters })
  const looked = await Promise.all(found.map(({ Id }) => docker.getContainer(Id).inspect()))
  return looked.map(({ Id, State: { StartedAt, Running } }) => [Id, StartedAt, Running]).sort()
}

async function composeIn(...args: string[]): Promise<void> {
  const { tool } = await composeOf(1)
  const ran = await runCompose(tool, args, { env, cwd: project.folder })
  expect(ran.code, ran.err).toBe(0)
}

beforeAll(async () => {
  env = (await composeOf(1)).env
  const { api, edge } = await smallServices()
  const services = { edge, api: { ...api, entrypoint: ['node', '-e', program] } }
  const own = { 'badgateway.yaml': JSON.stringify(file), 'story.yaml': JSON.stringify(story) }
  project = await writeSmall(own, { services })
  await composeIn('up', '-d')
  before = await theirs()
  files = filesIn(project.folder)
  const variables = { ...project.env, PATH: env['PATH'] ?? '' }
  const cell = ['check', project.folder, '--only', 'stop+raise-anew/api', '--hold', '2s', '--out', project.out]
  ended = await badgateway(cell, variables)
  told = await badgateway(['run', join(project.folder, 'story.yaml'), '--out', project.out], variables)
})
afterAll(() => composeIn('down', '-v', '-t', '0'))

const played = async (scenario: string, variant: string) => {
  const folder = join(runFolder(project.out, scenario), variant)
  const { findings }: Verdict = JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8'))
  const said = new Map(findings.map(({ check, status, because }) => [check, `${status}: ${because}`]))
  return { facts: (await readRecord(folder)).facts, said }
}

test('their own remedy cures: what it puts in its place is followed, and is no foreign hand', async () => {
  const { facts, said } = await played('check', 'stop-raise-anew-api')
  for (const check of ['fault-cured', 'recovered', 'look-finds', 'no-foreign-hand', 'restored'])
    expect(said.get(check), ended.err).toMatch(/^pass: /)
  const [applied] = factsOf(facts, 'remedy-applied')
  expect(applied?.evidence).toMatchObject({ code: 0, replaced: [{ service: 'api' }] })
  expect(factsOf(facts, 'stack-given-up')).toEqual([])
  // What it had in its memory is lost with it: their data tells.
  expect(said.get('data-kept')).toMatch(/less than acknowledged/)
})

test('a scenario that names a description is told on that stack, and its writes are kept', async () => {
  const { facts, said } = await played('refused', 'as-it-happened')
  // A machine without room makes it inconclusive, and nothing makes it fail.
  expect([0, 2], told.err).toContain(told.code)
  expect(said.get('data-kept')).toMatch(/^pass: /)
  const [seen] = factsOf(facts, 'data-seen')
  expect(seen?.acknowledged).toBeGreaterThan(0)
  expect(seen?.sent).toBeGreaterThan(seen?.acknowledged ?? Infinity)
  expect(Number(seen?.after) - Number(seen?.before)).toBe(seen?.acknowledged)
})

test('Compose in a command means our project, never the one that is up in the folder', async () => {
  expect(await theirs()).toEqual(before)
  expect(filesIn(project.folder)).toEqual(files)
  expect(await thingsOf(project)).toEqual([])
})

test('a probe looks before, during and after, and what it says is told', async () => {
  const { facts } = await played('check', 'stop-raise-anew-api')
  const seen = factsOf(facts, 'observed').filter(({ probe }) => probe === 'projects')
  expect(seen.map(({ because }) => because)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^exit code 0: bg-\S+ http:\/\/127/)),
  )
})
