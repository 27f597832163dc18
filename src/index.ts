import { resolve } from 'node:path'
import type { Verdict } from './checks/index.ts'
import type { Fact } from './journal/index.ts'
import { shellCommand } from './kit/shell.ts'
import type { ScenarioInput } from './scenario/index.ts'

/** The public API. What needs an engine or draws charts is loaded only when it is called. */
export type { Finding, Status, Verdict } from './checks/index.ts'
export type { Fact, FactKind, FactOf, PlanRecord } from './journal/index.ts'
export { BadgatewayError, exitCodes } from './kit/errors.ts'
export { defineScenario, type Scenario, type ScenarioInput } from './scenario/index.ts'

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
export async function run(scenario: ScenarioInput | string, options: RunOptions = {}): Promise<RunEnd> {
  const [{ launch }, { findScenario, parseScenario }, { scenariosFolder, versionOf }] = await Promise.all([
    import('./launch.ts'),
    import('./scenario/index.ts'),
    import('./kit/home.ts'),
  ])
  const isName = typeof scenario === 'string'
  const found = isName ? await findScenario(scenario, scenariosFolder()) : parseScenario(scenario, 'the scenario')
  const { env = process.env, out = 'runs', signal = new AbortController().signal, onFact = () => undefined } = options
  const end = await launch(found, {
    ...options,
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

/** Judges the run in this folder of one variant again, from plan and journal alone, and makes its reports again. */
export async function judge(folder: string): Promise<Verdict> {
  const { judgeFolder } = await import('./experiment.ts')
  return (await judgeFolder(resolve(folder))).verdict
}
