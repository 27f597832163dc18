import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type Dockerode from 'dockerode'
import { connectEngine, type Engine } from '../../src/engine/engine.ts'
import { findOurs, nameOf } from '../../src/engine/ours.ts'
import { ownerOf, ownerState } from '../../src/engine/owner.ts'
import { baseTag } from '../../src/images/base-image.ts'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { dockerFolder } from '../../src/kit/home.ts'
import { temporaryFolder } from './folder.ts'

const programIn = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** A harness in a process of its own that can be killed, and the engine to see what becomes of its run. */
export interface Doomed {
  runId: string
  journalFile: string
  process: ChildProcess
  guardPid: number
  docker: Dockerode
  kill(): Promise<void>
}

let engine: Promise<Engine> | undefined
export const realEngine = () => {
  engine ??= connectEngine(process.env)
  return engine
}

/** An image with a shell that every machine has after `docker/setup`. */
export const baseImage = () => baseTag(dockerFolder())

/** Starts the harness and gives it back when it has said this word. Source of the words: the program. */
export async function startDoomed(
  word: string,
  containers = 3,
  { file = 'doomed-harness.ts', image = baseImage, dockerHost = process.env['DOCKER_HOST'] ?? '' } = {},
): Promise<Doomed> {
  const { docker } = await realEngine()
  const runId = `doomed-${randomBytes(4).toString('hex')}`
  const journalFile = join(await temporaryFolder('doomed'), 'journal.jsonl')
  const words = [programIn(file), runId, journalFile, await image(), String(containers)]
  const env = { ...process.env, ...(dockerHost === '' ? {} : { DOCKER_HOST: dockerHost }) }
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const ended = once(child, 'exit')
  let guardPid = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('guard')) guardPid = Number(line.split(' ')[1])
    if (line.split(' ')[0] !== word) continue
    const kill = async () => {
      child.kill('SIGKILL')
      await ended
    }
    return { runId, journalFile, process: child, guardPid, docker, kill }
  }
  throw new Error(`The harness ended before it said '${word}'`)
}

/** Milliseconds until nothing wears the run's label; undefined when something still does after `withinMs`. */
export async function untilNothingIsLeft({ docker, runId }: Doomed, withinMs: number): Promise<number | undefined> {
  const begin = realClock.now()
  const limits = { withinMs, everyMs: 20, clock: realClock }
  return await pollUntil(async () => {
    const left = await findOurs(docker, runId)
    return left.length === 0 ? realClock.now() - begin : undefined
  }, limits)
}

/** What wears the run's label, in words. */
export const leftOf = async ({ docker, runId }: Doomed) => (await findOurs(docker, runId)).map(nameOf).sort()

/** True when the guard has ended; undefined when it has not within `withinMs`. */
export async function untilGuardIsGone({ guardPid }: Doomed, withinMs: number): Promise<true | undefined> {
  const limits = { withinMs, everyMs: 20, clock: realClock }
  const alive = () => ownerState(ownerOf(guardPid)) === 'alive'
  return await pollUntil(() => Promise.resolve(alive() ? undefined : true), limits)
}
