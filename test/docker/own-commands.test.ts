// @group stack 60s
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
import { type SmallProject, smallFile, writeSmall } from '../support/small-project.ts'

/** As somebody types it in their folder; the proxy has resolved the name once. */
const anew =
  'docker-compose up -d --no-deps --force-recreate api && docker exec "$BADGATEWAY_CONTAINER_EDGE" nginx -s reload'
const file = {
  ...smallFile,
  commands: {
    'raise-anew': { remedy: { run: ['sh', '-c', anew], cures: ['stop/api'] } },
    nothing: { remedy: { run: ['true'], cures: ['stop/api'] } },
    projects: {
      probe: {
        run: ['sh', '-c', 'echo "$COMPOSE_PROJECT_NAME $BADGATEWAY_ENTRY"'],
        when: ['before', 'during', 'after'],
      },
    },
    well: { check: { run: ['sh', '-c', 'echo asked'] } },
  },
}

let project: SmallProject
let ended: Ended
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
  project = await writeSmall({ 'badgateway.yaml': JSON.stringify(file) })
  await composeIn('up', '-d')
  before = await theirs()
  files = filesIn(project.folder)
  const cells = ['stop+raise-anew/api', 'stop+nothing/api'].flatMap((cell) => ['--only', cell])
  const argv = ['check', project.folder, ...cells, '--hold', '2s', '--out', project.out]
  ended = await badgateway(argv, { ...project.env, PATH: env['PATH'] ?? '' })
})
afterAll(() => composeIn('down', '-v', '-t', '0'))

const cell = async (variant: string) => {
  const folder = join(runFolder(project.out, 'check'), variant)
  const verdict: Verdict = JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8'))
  const open = verdict.findings.filter(({ status }) => status !== 'pass')
  return {
    facts: (await readRecord(folder)).facts,
    told: open.map(({ status, title, because }) => `${status}: ${title}: ${because}`),
  }
}

test('their own remedy cures: what it puts in its place is followed, and is no foreign hand', async () => {
  const { facts, told } = await cell('stop-raise-anew-api')
  expect(told, ended.err).toEqual([])
  const [applied] = factsOf(facts, 'remedy-applied')
  expect(applied?.evidence).toMatchObject({ code: 0, replaced: [{ service: 'api' }] })
  expect(factsOf(facts, 'stack-given-up')).toEqual([])
})

test('one that does not cure fails its cell, and the fault is taken back all the same', async () => {
  const { facts, told } = await cell('stop-nothing-api')
  expect(told.join('\n')).toMatch(/^fail: Service is good within 15/)
  expect(factsOf(facts, 'undo-done').every(({ ok }) => ok)).toBe(true)
})

test('Compose in a command means our project, never the one that is up in the folder', async () => {
  expect(await theirs()).toEqual(before)
  expect(filesIn(project.folder)).toEqual(files)
  expect(await thingsOf(project)).toEqual([])
})

test('a probe looks before, during and after, and what it says is told', async () => {
  const { facts } = await cell('stop-raise-anew-api')
  const seen = factsOf(facts, 'observed').filter(({ probe }) => probe === 'projects')
  expect(seen.map(({ because }) => because)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^exit code 0: bg-\S+ http:\/\/127/)),
  )
})
