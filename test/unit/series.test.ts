import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ExperimentEnd, ExperimentOptions } from '../../src/experiment.ts'
import { BadgatewayError, type ExitCode } from '../../src/kit/errors.ts'
import type { EndedGroup, EndedRun } from '../../src/reporters/index.ts'
import { type SeriesOptions, series, worstExit, worstThrown } from '../../src/series.ts'
import { temporaryFolder } from '../support/folder.ts'
import { sampleRun } from './reporters/hostile.ts'

const run = sampleRun()
const plans = run.variants.map(({ record }) => ({ record: record.plan }))
const files = ['ctrf.json', 'incidents.md', 'junit.xml', 'report.html', 'verdict.json']

/** Plays three scenarios that end as is said; what was played, and what the reporter heard. */
async function played(
  ends: readonly (ExitCode | BadgatewayError)[],
  more: { signal?: AbortSignal; isEngineGone?: boolean; jobs?: number; untold?: BadgatewayError } = {},
) {
  const { signal = new AbortController().signal, isEngineGone = false, jobs = 1, untold } = more
  const folder = await temporaryFolder('series')
  const seen: Pick<ExperimentOptions, 'folder' | 'command'>[] = []
  const ended: EndedRun[] = []
  const groups: EndedGroup[] = []
  const reporter = {
    name: 'test',
    onPlan: () => undefined,
    onFact: () => undefined,
    onEnd: (end: EndedRun) => void ended.push(end),
    onGroupEnd: (end: EndedGroup) => void groups.push(end),
  }
  const names = ends.map((_, index) => `scenario-${index + 1}`)
  const runs = names.map((name) => ({ scenario: { name, title: name }, plans }))
  const play = (options: ExperimentOptions): Promise<ExperimentEnd> => {
    const end = ends[seen.length] ?? 0
    seen.push({ folder: options.folder, command: options.command })
    options.reporter.onEnd({ run, folder: options.folder })
    if (end instanceof BadgatewayError) return Promise.reject(end)
    return Promise.resolve({ run, exitCode: end, ...(untold && end === 3 ? { untold } : {}) })
  }
  const ping = () => (isEngineGone ? Promise.reject(new Error('connect ENOENT')) : Promise.resolve('OK'))
  const engine = { docker: { ping } }
  const asked = {
    engine,
    jobs,
    group: 'incidents',
    runs,
    folder,
    signal,
    reporter,
    commandOf: (name: string) => `run ${name}`,
  }
  const result = await series(asked as unknown as SeriesOptions, play).catch((thrown: unknown) => ({ thrown }))
  return { folder, seen, ended, groups, result }
}

test('runs one after the other, each in a folder of its own, and leaves an overview', async () => {
  const { folder, seen, ended, groups, result } = await played([0, 0, 0])
  expect(seen).toEqual(
    ['scenario-1', 'scenario-2', 'scenario-3'].map((name) => ({ folder: join(folder, name), command: `run ${name}` })),
  )
  expect(ended.map(({ partOf }) => partOf)).toEqual(['incidents', 'incidents', 'incidents'])
  expect(groups).toMatchObject([{ folder, group: { name: 'incidents', notRun: [] } }])
  expect(result).toMatchObject({ exitCode: 0 })
  expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([])
})

test.each<[string, ExitCode[], ExitCode]>([
  ['a failure', [1, 0, 0], 1],
  ['what nobody can tell', [0, 2, 0], 2],
  ['both', [2, 1, 0], 1],
])('%s does not stop the others, and is what the whole exits with', async (_, ends, code) => {
  const { seen, result } = await played(ends)
  expect(seen).toHaveLength(3)
  expect(result).toMatchObject({ exitCode: code })
})

test.each<[string, ExitCode, boolean]>([
  ['an end that is not proven clean', 4, false],
  ['an engine that is gone', 3, true],
])('%s stops it, and the overview says what was never run', async (_, code, isEngineGone) => {
  const { folder, seen, result } = await played([1, code, 0], { isEngineGone })
  expect(seen).toHaveLength(2)
  expect(result).toMatchObject({ exitCode: code })
  const { notRun, status } = JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8')) as Record<string, unknown>
  expect(notRun).toEqual(['scenario-3/as-it-happened', 'scenario-3/config-validation'])
  expect(status).toBe('inconclusive')
})

test('a run that breaks is told as what it is, after the overview over the others', async () => {
  const error = new BadgatewayError('RUN_DIR_INVALID', 'no space', '')
  const { folder, seen, groups, result } = await played([0, error, 0])
  expect(seen).toHaveLength(2)
  expect(result).toEqual({ thrown: error })
  expect(groups[0]?.group.notRun).toHaveLength(4)
  expect(existsSync(join(folder, 'report.html'))).toBe(true)
})

test('an environment error of one run does not stop the others while the engine answers', async () => {
  const { seen, groups, result } = await played([0, 3, 1])
  expect(seen).toHaveLength(3)
  expect(groups[0]?.group.notRun).toEqual([])
  expect(result).toMatchObject({ exitCode: 3 })
})

test.each<[string, BadgatewayError, number]>([
  ['that is gone by the next one', new BadgatewayError('GUARD_FAILED', 'The guard did not start', ''), 3],
  ['that will last', new BadgatewayError('JOURNAL_UNWRITABLE', 'disk full', ''), 1],
])('an error %s: what could be played was, and the error is what the whole ends with', async (_, error, times) => {
  const { seen, groups, result } = await played([error, 0, 0])
  expect(seen).toHaveLength(times)
  expect(groups[0]?.group.incidents).toHaveLength(times - 1)
  expect(result).toEqual({ thrown: error })
})

test('what kept one variant from being played is told at the end, with the others in the overview', async () => {
  const untold = new BadgatewayError('GUARD_FAILED', 'The guard did not start', '')
  const { groups, result } = await played([0, 3, 0], { untold })
  expect(groups[0]?.group.incidents).toHaveLength(3)
  expect(result).toEqual({ thrown: untold })
})

test('some at once: each is played once, and told in the order of the group', async () => {
  const { seen, groups, result } = await played([0, 2, 0, 0], { jobs: 3 })
  expect(seen).toHaveLength(4)
  const told = groups[0]?.group.incidents.map(({ scenario }) => scenario)
  expect(told).toEqual(['scenario-1', 'scenario-2', 'scenario-3', 'scenario-4'])
  expect(result).toMatchObject({ exitCode: 2 })
})

test('an interruption before a run is no verdict', async () => {
  const { seen, result } = await played([0, 0], { signal: AbortSignal.abort() })
  expect(seen).toEqual([])
  expect(result).toMatchObject({ exitCode: 3, group: { incidents: [] } })
})

test('the worst exit code wins, and nothing at all is no pass', () => {
  expect(worstExit([0, 2, 1])).toBe(1)
  expect(worstExit([1, 3, 0])).toBe(3)
  expect(worstExit([3, 4])).toBe(4)
  expect(worstExit([])).toBe(3)
})

test('an overview that cannot be written does not hide what may be left of a run', () => {
  const full = new BadgatewayError('RUN_DIR_INVALID', 'ENOSPC', 'Make room.')
  expect(worstThrown(full, [0, 1])).toBe(full)
  expect(worstThrown(full, [0, 4])).toMatchObject({ code: 'NOT_CLEAN', message: expect.stringContaining('ENOSPC') })
})
