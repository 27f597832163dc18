import { resolve } from 'node:path'
import type { AttachedContainers, AttachInput } from './check/index.ts'
import type { Verdict } from './checks/index.ts'
import type { Fact } from './journal/index.ts'
import { shellCommand } from './kit/shell.ts'
import type { OwnKind, ScenarioInput } from './scenario/index.ts'

/** The public API. What needs an engine or draws charts is loaded only when it is called. */
export { z } from 'zod'
export type {
  AttachedCheckEnd,
  AttachedCheckOptions,
  AttachedContainers,
  AttachInput,
  ContainerLike,
} from './check/index.ts'
export {
  type AlertEpisode,
  type Answer,
  defineCheck,
  type Finding,
  fail,
  goodStretches,
  inconclusive,
  type Outage,
  pass,
  type Reading,
  type RemedyEffect,
  read,
  type Second,
  type Status,
  stepSpan,
  type Verdict,
} from './checks/index.ts'
export { defineFault, type Fault, type Injection, type WitnessObservation } from './faults/index.ts'
export { type Fact, type FactKind, type FactOf, factsOf, type PlanRecord, type RunRecord } from './journal/index.ts'
export { duration } from './kit/duration.ts'
export { BadgatewayError, exitCodes } from './kit/errors.ts'
export type { Evidence } from './kit/json.ts'
export type { Undo } from './kit/undo.ts'
export { defineRemedy, type Outcome, type Remedy } from './remedies/index.ts'
export {
  defineReporter,
  type OwnView,
  type ReporterKind,
  type Told,
  type ToldCell,
  type ToldList,
  type ToldPart,
  type ToldPlace,
  type ToldTable,
} from './reporters/index.ts'
export {
  type CheckInput,
  defineScenario,
  type OwnKind,
  type Scenario,
  type ScenarioInput,
  type StepInput,
  type VariantInput,
} from './scenario/index.ts'
export { type Scene, type Service, type Stack, writeBack } from './stack/index.ts'
export { defineProbe, type Observation, type Probe, type View } from './watch/index.ts'

export interface RunOptions {
  /** The engine is found by it, and Testcontainers is steered through it; default: that of the process. */
  env?: Record<string, string | undefined>
  /** Names of variants; default: all. */
  variants?: readonly string[]
  /** Real ms for one minute of the incident; default 1000. */
  incidentMinuteMs?: number
  /** Folder that keeps runs; default `runs`. */
  out?: string
  /** Images in place of ours, by name: `{ proxy: 'nginx:1.30' }`. */
  images?: Readonly<Record<string, string>>
  /** How often an inconclusive variant is played again; default: once where `env.CI` is set, else never. */
  repeats?: number
  /** Folder with Prometheus rule files in place of ours. */
  rulesFolder?: string
  /** Kinds beside those that the scenario brings along, e.g. for one that is data. */
  kinds?: readonly OwnKind[]
  /** Aborts the story; undo and report are done all the same. */
  signal?: AbortSignal
  /** Hears every fact as it is written. */
  onFact?: (fact: Fact) => void
}

export interface RunEnd {
  /** 0 pass, 1 fail, 2 inconclusive, 3 harness or environment, 4 not proven clean. */
  exitCode: number
  folder: string
  verdicts: Verdict[]
}

/** Runs a scenario, or the one of that name or file, as `badgateway run` does, without a word on the terminal. */
export async function run(
  scenario: ScenarioInput<readonly OwnKind[]> | string,
  options: RunOptions = {},
): Promise<RunEnd> {
  const [{ launch }, { findScenario, kindsOf, parseScenario }, { scenariosFolder, versionOf }] = await Promise.all([
    import('./launch.ts'),
    import('./scenario/index.ts'),
    import('./kit/home.ts'),
  ])
  const isName = typeof scenario === 'string'
  const { kinds = [], ...others } = options
  const own = kindsOf(kinds, 'kinds')
  const found = isName
    ? await findScenario(scenario, scenariosFolder(), own)
    : parseScenario(scenario, 'the scenario', own)
  const { env = process.env, out = 'runs', signal = new AbortController().signal, onFact = () => undefined } = options
  const end = await launch(found, {
    ...others,
    env,
    out: resolve(out),
    signal,
    setEnv: (variables) => void Object.assign(env, variables),
    version: versionOf(),
    command: commandOf(isName ? scenario : found.name, options),
    reporter: { name: 'api', onPlan: () => undefined, onFact, onEnd: () => undefined },
    say: () => undefined,
  })
  return { exitCode: end.exitCode, folder: end.folder, verdicts: end.run.variants.map((variant) => variant.verdict) }
}

/**
 * The commands of a badgateway.yaml as kinds: faults, remedies and probes by their names in the file.
 * PROJECT_INVALID where it is wrong, or others may write it.
 */
export async function commandKinds(
  file: string,
  { env = process.env }: { env?: Record<string, string | undefined> } = {},
): Promise<OwnKind[]> {
  const [{ ownCommands }, { readProjectFile }] = await Promise.all([
    import('./check/index.ts'),
    import('./project/index.ts'),
  ])
  const path = resolve(file)
  const {
    faults = [],
    remedies = [],
    probes = [],
  } = (await ownCommands({ file: path, project: await readProjectFile(path), env }))?.kinds ?? {}
  return [...faults, ...remedies, ...probes]
}

/**
 * Attaches to containers that a test has started, with Testcontainers or dockerode: `check` breaks them in every way
 * that leaves them what they are, and puts them back. What is named may be broken: nobody is asked.
 * None is removed or replaced, and no file in one is changed. Rejects when they cannot be checked as they are.
 */
export async function attach(input: AttachInput): Promise<AttachedContainers> {
  const { attach: attachTo } = await import('./check/index.ts')
  return await attachTo({ env: process.env, ...input })
}

/** The command that does the same. */
function commandOf(what: string, { variants = [], incidentMinuteMs, images = {}, rulesFolder, repeats }: RunOptions) {
  return shellCommand([
    ...['npx', 'badgateway', 'run', what],
    ...variants.flatMap((name) => ['--variant', name]),
    ...(incidentMinuteMs === undefined ? [] : ['--time-scale', `${incidentMinuteMs}ms`]),
    ...Object.entries(images).flatMap(([name, image]) => ['--image', `${name}=${image}`]),
    ...(rulesFolder === undefined ? [] : ['--rules', rulesFolder]),
    ...(repeats === undefined ? [] : ['--repeats', `${repeats}`]),
  ])
}

/**
 * Judges the run in this folder of one variant again, from plan and journal alone, and makes its reports again. Kinds
 * that its scenario brought along are given by `kinds`, or, of a scenario that comes with badgateway, found. Rejects
 * with USAGE where a check or a reporter of it is not among them, and SCENARIO_INVALID where one exists already.
 */
export async function judge(folder: string, { kinds = [] }: { kinds?: readonly OwnKind[] } = {}): Promise<Verdict> {
  const [{ judgeFolder }, { kindsOf }] = await Promise.all([import('./experiment.ts'), import('./scenario/index.ts')])
  return (await judgeFolder(resolve(folder), kindsOf(kinds, 'kinds'))).verdict
}
