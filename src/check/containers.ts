import { resolve } from 'node:path'
import { type CellRow, cellRow } from '../checks/index.ts'
import { connectEngine, type Engine, expectMemoryLimits, testcontainersEnvironment } from '../engine/index.ts'
import type { Fact } from '../journal/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { dockerFolder, versionOf } from '../kit/home.ts'
import type { LeftOut, Wanted } from '../modes/index.ts'
import {
  type AttachedContainer,
  lookInside,
  type ProjectFile,
  type ProjectInput,
  parseProject,
  readProjectFile,
  surveyOf,
} from '../project/index.ts'
import { type AttachedStranger, attachingOf, readAttached } from './attached.ts'
import { check, checkFolder, planned } from './flow.ts'
import { readyFor } from './ready.ts'

/** A container by its id, as Testcontainers has it, or as dockerode has it. */
export type ContainerLike = string | { readonly id: string } | { getId(): string }

export interface AttachInput {
  /** By the name that each has in `project`. To name one here is to agree to it being broken, and put back. */
  containers: Readonly<Record<string, ContainerLike>>
  /** What badgateway.yaml would say, or where it lies; default: what is found in the containers. */
  project?: ProjectInput | string
  /** The engine is found by it; default: that of the process. */
  env?: Record<string, string | undefined>
}

export interface AttachedCheckOptions extends Omit<Wanted, 'handlings'> {
  /** Folder that keeps checks; default `runs`. */
  out?: string
  /** Ends the check; what is broken is put back all the same. */
  signal?: AbortSignal
  /** Hears every fact as it is written. */
  onFact?: (fact: Fact) => void
}

export interface AttachedCheckEnd {
  /** 0 pass, 1 fail, 2 inconclusive, 3 harness or environment, 4 not proven to be as before. */
  exitCode: number
  folder: string
  rows: CellRow[]
  /** Cells that cannot be played, and what would make them apply. */
  left: readonly LeftOut[]
}

export interface AttachedContainers {
  /** Names of the cells that can be played: `refuse/api-1`. */
  readonly cells: readonly string[]
  check(options?: AttachedCheckOptions): Promise<AttachedCheckEnd>
}

const idOf = (one: ContainerLike) => (typeof one === 'string' ? one : 'getId' in one ? one.getId() : one.id)

/** Containers of somebody's, looked into and not touched yet. */
export interface OpenContainers {
  readonly docker: Engine['docker']
  readonly engine: Engine
  readonly stranger: AttachedStranger
}

/**
 * Looks into containers that somebody has started, and touches nothing yet. PROJECT_INVALID, PROXY_UNCLEAR or
 * SERVICE_UNKNOWN when they cannot be checked as they are.
 */
export async function openContainers(
  { containers, project, env }: AttachInput & Required<Pick<AttachInput, 'env'>>,
  change: (project: ProjectFile) => ProjectFile = (one) => one,
): Promise<OpenContainers> {
  const engine = await connectEngine(env)
  expectMemoryLimits(engine.info)
  Object.assign(env, testcontainersEnvironment(engine))
  const { docker } = engine
  const all = Object.entries(containers).map(([service, one]): AttachedContainer => {
    return { service, number: 1, id: idOf(one), name: service }
  })
  const described = change(await projectOf(docker, all, project))
  const file = typeof project === 'string' ? project : 'project'
  const stranger = await readAttached({ docker, project: described, containers: all, file, env, say: () => undefined })
  return { docker, engine, stranger }
}

/** As above, ready to be checked. */
export async function attach(input: AttachInput & Required<Pick<AttachInput, 'env'>>): Promise<AttachedContainers> {
  const { engine, docker, stranger } = await openContainers(input)
  const { handlings } = stranger
  const say = () => undefined
  return {
    cells: planned(stranger, { handlings }).runs.map(({ cell }) => cell.name),
    check: async ({
      out = 'runs',
      signal = new AbortController().signal,
      onFact = () => undefined,
      ...wanted
    } = {}) => {
      const { images } = await readyFor({ env: input.env, setEnv: () => undefined, signal, say })
      const end = await check({
        ...stranger,
        wanted,
        raise: attachingOf(stranger, { docker, agent: images.agent, say }),
        engine,
        stack: { docker, images, dockerFolder: dockerFolder() },
        signal,
        folder: checkFolder(resolve(out), new Date()),
        version: versionOf(),
        command: 'attach({ containers }).check()',
        say,
        reporterFor: () => ({ name: 'api', onPlan: () => undefined, onFact, onEnd: () => undefined }),
      })
      const { exitCode, folder, run, left } = end
      const rows = run.variants.flatMap(({ record, verdict }) => cellRow(record, verdict) ?? [])
      return { exitCode, folder, rows, left }
    },
  }
}

async function projectOf(
  docker: Engine['docker'],
  containers: readonly AttachedContainer[],
  given: AttachInput['project'],
): Promise<ProjectFile> {
  if (typeof given === 'string') return await readProjectFile(resolve(given))
  if (given) return parseProject(given, 'project')
  const seen = await lookInside({ docker, containers })
  const { project, questions } = surveyOf({ ...seen, compose: ['compose.yaml'], profiles: [], folder: '/' })
  if (project) return parseProject(project, 'what was found in the containers')
  throw new BadgatewayError('PROXY_UNCLEAR', questions.join('\n'), 'Say what they are: `project`.')
}
