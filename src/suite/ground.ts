import { resolve } from 'node:path'
import {
  type AttachInput,
  attachingOf,
  type CheckEnd,
  type CheckOptions,
  cellPool,
  check,
  openContainers,
  raisingOf,
  readStranger,
  readyFor,
} from '../check/index.ts'
import { openScope } from '../cleanup/index.ts'
import { dockerFolder, versionOf } from '../kit/home.ts'
import type { ReportedVariant } from '../reporters/index.ts'
import { changed, type ReadOptions } from './options.ts'

/** A stack that badgateway.yaml describes, or containers that run already. */
export type StackSource = { stack: string } | ContainersSource

type Containers = AttachInput['containers']

export interface ContainersSource extends Pick<AttachInput, 'project'> {
  containers: Containers | (() => Containers | Promise<Containers>)
}

/** Where cells are played: a stack that is up. */
export interface Ground {
  play(playing: PlayedCell): Promise<CheckEnd>
  /** Lowers what was raised. NOT_CLEAN when it is not proven to be gone. */
  close(): Promise<void>
}

export interface PlayedCell {
  /** `refuse/api-1`. */
  readonly cell: string
  readonly holdMs?: number | undefined
  readonly folder: string
  /** What was played in this folder before. */
  readonly before: readonly ReportedVariant[]
  readonly signal: AbortSignal
}

export interface Opening {
  readonly source: StackSource
  readonly options: ReadOptions
  readonly env: Record<string, string | undefined>
  /** Paths begin here. */
  readonly cwd: string
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

/** Raises the stack, or looks into the containers. Rejects when it cannot be played on. */
export function openGround(opening: Opening): Promise<Ground> {
  const { source } = opening
  return 'stack' in source ? raised(opening, source.stack) : attached(opening, source)
}

type Fixed = Omit<CheckOptions, 'wanted' | 'folder' | 'before' | 'signal' | 'command'>

/** What is the same of every cell. */
function commonOf({ options: { repeats }, say }: Opening) {
  const quiet = { name: 'suite', onPlan: () => undefined, onFact: () => undefined, onEnd: () => undefined }
  return { repeats, version: versionOf(), say, reporterFor: () => quiet }
}

function playing(fixed: Fixed, { options }: Opening, command: (cell: string) => string): Ground['play'] {
  return async ({ cell, holdMs = options.hold, folder, before, signal }) => {
    const wanted = { only: [cell], ...(holdMs === undefined ? {} : { holdMs }) }
    return await check({ ...fixed, wanted, folder, before, signal, command: command(cell) })
  }
}

async function raised(opening: Opening, stack: string): Promise<Ground> {
  const { options, env, cwd, signal, say } = opening
  const file = resolve(cwd, stack)
  const change = (project: Parameters<typeof changed>[0]) => changed(project, options)
  const stranger = await readStranger({ file, env, signal, change })
  const { rules, project } = stranger
  const setEnv = (variables: Readonly<Record<string, string>>) => void Object.assign(env, variables)
  const { engine, images } = await readyFor({ env, setEnv, rules, signal, say })
  const pool = cellPool(() => openScope(engine))
  const raise = raisingOf(stranger, { engine, images, timeoutsAtMostMs: project.timeouts?.atMost, say })
  try {
    await pool.acquire('given', (place) => raise({ ...place, signal }))
  } catch (thrown) {
    await pool.close()
    throw thrown
  }
  const parts = { engine, stack: { docker: engine.docker, images, dockerFolder: dockerFolder() } }
  const fixed = { ...stranger, ...commonOf(opening), ...parts, raise, pool }
  const command = (cell: string) => `npx badgateway check ${stack} --only ${cell}`
  return { play: playing(fixed, opening, command), close: () => pool.close() }
}

async function attached(opening: Opening, source: ContainersSource): Promise<Ground> {
  const { options, env, signal, say } = opening
  const containers = typeof source.containers === 'function' ? await source.containers() : source.containers
  const { docker, engine, stranger } = await openContainers({ ...source, containers, env }, (project) =>
    changed(project, options),
  )
  // What is done to containers is on record of the engine that has looked into them.
  const { images } = await readyFor({ env, setEnv: () => undefined, signal, say })
  const parts = { engine, stack: { docker, images, dockerFolder: dockerFolder() } }
  const fixed = {
    ...stranger,
    ...commonOf(opening),
    ...parts,
    raise: attachingOf(stranger, { docker, agent: images.agent, say }),
  }
  return { play: playing(fixed, opening, () => 'resilience({ containers })'), close: () => Promise.resolve() }
}
