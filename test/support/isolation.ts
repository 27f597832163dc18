import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { inScope } from '../../src/cleanup/index.ts'
import { sweep } from '../../src/cleanup/sweep.ts'
import { raiseProject, readProject } from '../../src/compose/index.ts'
import { guardFiles } from '../../src/engine/guard-files.ts'
import { findOurs, removeThings } from '../../src/engine/ours.ts'
import { appendAfterDeath } from '../../src/journal/index.ts'
import { realClock } from '../../src/kit/clock.ts'
import { composeIn, type TriedProject, theirsOf, writeProject } from './compose-project.ts'
import { composeOf, type TriedCompose } from './compose-tools.ts'
import { type Doomed, leftOf, realEngine, startDoomed, untilGuardIsGone } from './doomed.ts'
import { patience } from './machine.ts'

/** What a call that was under way may make is looked for so long, and some. */
const promiseMs = patience(45_000)

let doomed: Doomed | undefined
export interface Theirs {
  major: 1 | 2
  project: TriedProject
  compose: TriedCompose
  before: Awaited<ReturnType<typeof theirsOf>>
}

/** The user's own, up in their folder. */
export async function upAsTheUser(major: 1 | 2): Promise<Theirs> {
  const { docker } = await realEngine()
  const [project, compose] = [await writeProject(), await composeOf(major)]
  await composeIn(project, compose, 'up', '-d')
  return { major, project, compose, before: await theirsOf(docker, project) }
}

const pageOf = async (port: number, path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()

/** The first word of the raising after which the harness is killed. */
export type Word = 'image' | 'copying' | 'network' | 'container' | 'ready'

/** Ends what a test has left when it failed, and what the user had up. */
export async function endDoomed(): Promise<void> {
  doomed?.process.kill('SIGKILL')
  if (doomed) await removeThings(doomed.docker, await findOurs(doomed.docker, doomed.runId))
  doomed = undefined
}

export const downAsTheUser = ({ project, compose }: Theirs) =>
  composeIn(project, compose, 'down', '-v', '--rmi', 'all', '-t', '0')

/** A copy of a project that runs is raised beside it, and nothing of the user's is changed. */
export async function expectRaisedBeside(theirs: Theirs): Promise<void> {
  const { project: tried, compose, before } = theirs
  const { docker } = await realEngine()
  const engine = await realEngine()
  const project = await readProject(compose.tool, { folder: tried.folder, env: compose.env })
  const { runId, folder } = await inScope(engine, async ({ runId: id, labels }) => {
    const said: string[] = []
    const say = (line: string) => void said.push(line)
    const raised = await raiseProject(compose.tool, project, { engine, labels, proxyServices: ['edge'], say })
    expect(raised.containers.map(({ service, number }) => `${service} ${number}`)).toEqual([
      'api-1 1',
      'api-2 1',
      'edge 1',
    ])
    const port = raised.entryPort('edge', 8080)
    expect(port).not.toBe(tried.port)
    expect(await pageOf(port, '/asked-of-ours')).toBe('costs 5$')
    const [data] = raised.copies.filter(({ target }) => target === '/data')
    expect(await readFile(join(data?.path ?? '', 'visits'), 'utf8')).toMatch(/^theirs\n[\s\S]*\/asked-of-ours\n/)
    expect(said.join('\n')).toMatch(/data of api-1, api-2 can be written to: a copy of ours is in its place/)
    return { runId: id, folder: data?.path ?? '' }
  })
  expect(await findOurs(docker, runId)).toEqual([])
  expect(existsSync(folder)).toBe(false)
  // Its own health checks write to its own files all the time.
  expect(await withoutVisits(docker, tried)).toEqual(withoutVisitsIn(before))
  expect(await readFile(join(tried.folder, 'data/visits'), 'utf8')).not.toContain('asked-of-ours')
  expect(await pageOf(tried.port, '/theirs')).toBe('costs 5$')
}

/** A harness that is killed when it had said this word leaves nothing. */
export async function expectNothingLeft(theirs: Theirs, word: Word): Promise<void> {
  const { project, before } = theirs
  const image = () => Promise.resolve(project.folder)
  doomed = await startDoomed(word, theirs.major, { file: 'doomed-compose.ts', image })
  await doomed.kill()
  expect(await untilGuardIsGone(doomed, promiseMs)).toBe(true)
  expect(await leftOf(doomed)).toEqual([])
  expect(existsSync(guardFiles(doomed.journalFile).copies)).toBe(false)
  expect(await withoutVisits(doomed.docker, project)).toEqual(withoutVisitsIn(before))
}

/** What harness and guard both left is swept. */
export async function expectSwept(theirs: Theirs): Promise<void> {
  const { project } = theirs
  const image = () => Promise.resolve(project.folder)
  doomed = await startDoomed('ready', theirs.major, { file: 'doomed-compose.ts', image })
  process.kill(doomed.guardPid, 'SIGKILL')
  await doomed.kill()
  expect(await untilGuardIsGone(doomed, promiseMs)).toBe(true)
  expect((await leftOf(doomed)).map((one) => one.split(' ')[0])).toEqual([
    'container',
    'container',
    'container',
    'image',
    'image',
    // That of the project, and that by which the proxy is published.
    'network',
    'network',
    'volume',
  ])
  const openRecord = (file: string) => appendAfterDeath(file, realClock)
  const swept = await sweep(doomed.docker, { log: () => undefined, openRecord, runId: doomed.runId })
  expect(swept).toMatchObject([{ state: 'removed', left: [] }])
  expect(await leftOf(doomed)).toEqual([])
  expect(existsSync(guardFiles(doomed.journalFile).copies)).toBe(false)
}

const withoutVisits = async (...of: Parameters<typeof theirsOf>) => withoutVisitsIn(await theirsOf(...of))

function withoutVisitsIn({ files, ...rest }: Awaited<ReturnType<typeof theirsOf>>) {
  return { ...rest, files: files.filter((line) => !line.startsWith('data/visits ')) }
}
