// @group stack 60s
import { globSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { attach } from '../../src/index.ts'
import { factsOf, readJournal } from '../../src/journal/index.ts'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { badgateway, isFile, leftOvers, readJson, runIdOf, startBadgateway } from '../support/badgateway.ts'
import { freshFolder } from '../support/folder.ts'
import { patience } from '../support/machine.ts'
import { type OthersProject, othersFile, startOthersProject } from '../support/others-project.ts'

let others: OthersProject
let folder: string
let before: Awaited<ReturnType<OthersProject['state']>>

beforeAll(async () => {
  folder = await freshFolder()
  await writeFile(join(folder, 'badgateway.yaml'), othersFile)
  others = await startOthersProject()
  before = await others.state()
})
afterAll(() => others?.remove())

const check = (...more: string[]) => ['check', folder, '--attach', others.name, ...more]

test('without a word of agreement nothing is done, and it is said what would be', async () => {
  const { code, err } = await badgateway(check('--only', 'pause/api-1'))
  expect(code).toBe(64)
  expect(err).toContain(`api-1 (${others.ids['api-1']?.slice(0, 12)}): pause`)
  expect(err).toContain(`edge (${others.ids['edge']?.slice(0, 12)}): looked at only`)
  expect(err).toContain('--yes agrees to it')
  expect(await others.state()).toEqual(before)
})

test('a site and servers that speak TLS alone are broken and put back, and its log is read in its format', async () => {
  const containers = Object.fromEntries(
    Object.entries(others.ids).map(([name, id]) => [name, others.docker.getContainer(id)]),
  )
  const { cells, check: play } = await attach({ containers })
  expect(cells).toEqual(expect.arrayContaining(['refuse/api-1', 'pause/edge']))
  const end = await play({ only: ['stop/api-2', 'recreate/api-2'], out: join(folder, 'api') })
  expect(end).toMatchObject({ exitCode: 0, rows: [{ cell: 'stop/api-2', status: 'measured' }] })
  expect(end.left.map(({ cell }) => cell)).toEqual(['recreate/api-2'])
  const { facts } = await readJournal(join(end.folder, 'stop-api-2', 'journal.jsonl'))
  expect(factsOf(facts, 'steady-checked').map(({ steady }) => steady)).toEqual([true])
  expect(factsOf(facts, 'world-compared').map(({ differences }) => differences)).toEqual([[]])
  const { findings } = readJson<Verdict>(end.folder, 'stop-api-2', 'verdict.json')
  expect(findings.map(({ because }) => because)).toContainEqual(
    expect.stringMatching(/each in one class; the proxy's own log has as many answers of each status$/),
  )
  expect(await others.state()).toEqual(before)
})

test('a buffered file with ids tells request by request, and what a second server was asked', async () => {
  const format = '{"id":"$http_x_request_id","request":"$request","status":$status,"to":"$upstream_addr"'
  await others.logs(`log_format its escape=json '${format}' ',"were":"$upstream_status","in":"$upstream_connect_time"}';
    access_log /tmp/shop.log its buffer=32k flush=1s;`)
  const containers = Object.fromEntries(
    Object.entries(others.ids).map(([name, id]) => [name, others.docker.getContainer(id)]),
  )
  const { check: play } = await attach({ containers })
  const end = await play({ only: ['refuse/api-2'], out: join(folder, 'ids') })
  expect(end).toMatchObject({ exitCode: 0, rows: [{ cell: 'refuse/api-2', status: 'measured' }] })
  expect(end.rows[0]?.figures?.hiddenRetries).toBeGreaterThan(0)
  const { findings } = readJson<Verdict>(end.folder, 'refuse-api-2', 'verdict.json')
  expect(findings.map(({ because }) => because)).toContainEqual(
    expect.stringMatching(/each in one class; \d+ answers in both books/),
  )
  expect(end.rows[0]).not.toHaveProperty('untold')
})

test.each([
  ['pause/api-1', 'unpause'],
  ['drop/api-2', 'flush-firewall'],
  ['few-cores/api-1', 'set-cpu'],
])('a harness that is killed in the middle of %s leaves all as it was', async (cell, verb) => {
  const out = join(folder, verb)
  const { child, ended } = startBadgateway(check('--yes', '--out', out, '--only', cell, '--hold', '60s'))
  const journalIn = () => globSync(`${out}/check/*/*/journal.jsonl`)[0]
  const inForce = async () => {
    const journal = journalIn()
    if (journal === undefined) return undefined
    const { facts } = await readJournal(journal)
    return factsOf(facts, 'fault-injected').length > 0 ? journal : undefined
  }
  const journal = (await pollUntil(inForce, { withinMs: patience(40_000), everyMs: 50, clock: realClock })) ?? ''
  child.kill('SIGKILL')
  await ended
  const isOver = () => Promise.resolve(isFile(dirname(journal), 'logs', 'owners.json') ? undefined : true)
  expect(await pollUntil(isOver, { withinMs: patience(30_000), everyMs: 50, clock: realClock })).toBe(true)
  const { facts } = await readJournal(journal)
  const done = factsOf(facts, 'undo-done').filter(({ id }) => {
    return factsOf(facts, 'undo-promised').some((one) => one.id === id && one.undo.verb === verb)
  })
  expect(done).toMatchObject([{ ok: true, by: 'guard' }])
  expect(await others.state()).toEqual(before)
  expect(await leftOvers(runIdOf(dirname(journal)))).toEqual([])
  expect(await others.answers()).toEqual([200, 200])
})
