import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { labelKeys } from '../../src/engine/labels.ts'
import { findOurs, nameOf } from '../../src/engine/ours.ts'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { badgateway, type Ended, type Started, startBadgateway } from './badgateway.ts'
import { filesIn } from './compose-project.ts'
import { realEngine } from './doomed.ts'
import { patience } from './machine.ts'
import { type SmallProject, writeSmall } from './small-project.ts'

/** How somebody ends a check. */
export const ways = ['Ctrl-C', 'SIGKILL', 'SIGKILL of harness and guard'] as const
export type Way = (typeof ways)[number]

/** Whether a check has come so far, by what it leaves on the disk and on the engine. */
const moments: Readonly<Record<string, (project: SmallProject) => boolean | Promise<boolean>>> = {
  begun: () => true,
  'guard stands': ({ tmp }) => globSync('badgateway-ward-*/logs/owners.json', { cwd: tmp }).length > 0,
  'mounts are copied': ({ tmp }) => globSync('badgateway-ward-*/copies-of-mounts', { cwd: tmp }).length > 0,
  'Compose raises': async (project) => (await thingsOf(project)).length > 0,
  'agent joins': async (project) => (await thingsOf(project)).some((name) => name.includes('-agent-')),
  steady: (project) => journalOf(project).includes('"phase":"steady"'),
  'undo is promised': (project) => journalOf(project).includes('"kind":"undo-promised"'),
  'fault is in force': (project) => journalOf(project).includes('"kind":"fault-injected"'),
  'fault ends': (project) => journalOf(project).includes('"kind":"undo-done"'),
  undo: (project) => journalOf(project).includes('"phase":"undo"'),
  lower: (project) => journalOf(project).includes('"kind":"run-ended"'),
}
const momentNames = Object.keys(moments)
/** While a stack stands: whoever is killed with the guard leaves it. */
export const standing: readonly string[] = momentNames.slice(4, 10)

/** How it is seen that it was ended by nothing else. */
export const endOf: Readonly<Record<Way, Partial<Ended>>> = {
  'Ctrl-C': { code: 3, signal: null },
  SIGKILL: { code: null, signal: 'SIGKILL' },
  'SIGKILL of harness and guard': { code: null, signal: 'SIGKILL' },
}

export interface Moment {
  after: string
  /** Milliseconds that go by then. */
  ms: number
}

/** The same moments for the same seed: one in each part of a check, and somewhere in it. */
export function momentOf(seed: number): Moment {
  const random = mulberry(seed)
  const after = momentNames[seed % momentNames.length] ?? 'begun'
  return { after, ms: Math.round(random() * 700) }
}

function mulberry(seed: number): () => number {
  let state = seed * 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const journalOf = ({ out }: SmallProject): string =>
  globSync('check/*/*/journal.jsonl', { cwd: out })
    .map((file) => readFileSync(join(out, file), 'utf8'))
    .join('')

/** All of its checks that is on the engine, in words: what they made says where their journal lies. */
export async function thingsOf({ tmp, out }: SmallProject): Promise<string[]> {
  const { docker } = await realEngine()
  const isOf = (journal = '') => journal.startsWith(`${tmp}/`) || journal.startsWith(`${out}/`)
  const runs = new Set(runsSeen.get(tmp))
  const found = (await findOurs(docker)).filter(({ labels }) => {
    const id = labels[labelKeys.run]
    if (isOf(labels[labelKeys.journal]) && id !== undefined) runs.add(id)
    return isOf(labels[labelKeys.journal]) || (id !== undefined && runs.has(id))
  })
  runsSeen.set(tmp, runs)
  return found.map(nameOf).sort()
}

/** A volume that the engine has made anew is known by the id of its run alone. */
const runsSeen = new Map<string, Set<string>>()

/** Processes of its checks that live, by the folder that is theirs; guards among them. */
export function processesOf({ tmp }: SmallProject): { pid: number; words: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const isTheirs = readFileSync(`/proc/${name}/environ`, 'utf8').includes(`TMPDIR=${tmp}`) || words.includes(tmp)
      const isDead = /\) [ZX] /.test(readFileSync(`/proc/${name}/stat`, 'utf8'))
      return isTheirs && !isDead ? [{ pid: Number(name), words }] : []
    } catch {
      return []
    }
  })
}

async function untilMoment(project: SmallProject, { after, ms }: Moment, run: Started): Promise<void> {
  const isThere = moments[after] ?? expect.unreachable(after)
  let isOver = false
  void run.ended.then(() => {
    isOver = true
  })
  const limits = { withinMs: patience(120_000), everyMs: 15, clock: realClock }
  await pollUntil(async () => ((await isThere(project)) || isOver ? true : undefined), limits)
  await realClock.sleep(ms)
}

function end(run: Started, project: SmallProject, way: Way): void {
  if (way === 'Ctrl-C') return void run.child.kill('SIGINT')
  const guards = processesOf(project).filter(({ words }) => /guard/.test(words))
  if (way !== 'SIGKILL') for (const { pid } of guards) process.kill(pid, 'SIGKILL')
  run.child.kill('SIGKILL')
}

/** What a check that was ended so left, in words; each is to be empty. */
export interface Left {
  things: string[]
  folders: string[]
  files: string[]
  notes: string[]
}

export interface KilledCheck {
  ended: Ended
  /** What was there when all processes were gone, and nobody had swept. */
  orphaned: string[]
  left: Left
}

/** Ends a check of a small project at this moment, and waits for whoever cleans up after it. */
export async function endedAt(moment: Moment, way: Way): Promise<KilledCheck> {
  const project = await writeSmall()
  const before = filesIn(project.folder)
  const argv = ['check', project.folder, '--only', 'refuse/api', '--hold', '1s', '--out', project.out]
  const run = startBadgateway(argv, project.env)
  await untilMoment(project, moment, run)
  end(run, project, way)
  const ended = await run.ended
  const limits = { withinMs: patience(90_000), everyMs: 50, clock: realClock }
  await pollUntil(() => Promise.resolve(processesOf(project).length === 0 ? true : undefined), limits)
  expect(processesOf(project).map(({ words }) => words)).toEqual([])
  const orphaned = await thingsOf(project)
  if (way === 'SIGKILL of harness and guard') {
    // As each start does.
    await badgateway(['clean', '--out', join(project.out, 'check')], project.env)
  }
  const after = filesIn(project.folder)
  const left = {
    things: await thingsOf(project),
    folders: readdirSync(project.tmp).filter((name) => !['.keep', 'node-compile-cache'].includes(name)),
    files: [...before, ...after].filter((line) => !before.includes(line) || !after.includes(line)),
    notes: globSync('check/*/*/LEFT-OVER.txt', { cwd: project.out }),
  }
  return { ended, orphaned, left }
}
