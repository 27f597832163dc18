import { join } from 'node:path'
import { type ExperimentEnd, experiment } from './experiment.ts'
import { appendAfterDeath } from './journal/index.ts'
import { realClock } from './kit/clock.ts'
import { BadgatewayError } from './kit/errors.ts'
import type { LiveReporter } from './reporters/index.ts'
import { planOf } from './run/index.ts'
import type { Scenario } from './scenario/index.ts'
import { expectRules } from './stack/container.ts'
import { connectEngine, expectMemoryLimits, testcontainersEnvironment } from './stack/engine.ts'
import { dockerFolder, ensureImages } from './stack/images.ts'
import { sweep } from './stack/sweep.ts'

export interface LaunchOptions {
  /** Names of variants; default: all of the scenario. */
  variants?: readonly string[]
  /** Real ms for one minute of the incident; default 1000. */
  incidentMinuteMs?: number
  /** Folder that keeps runs. */
  out: string
  /** Images in place of ours, by name: `{ proxy: 'nginx:1.30' }`. */
  images?: Readonly<Record<string, string>>
  /** Folder with Prometheus rule files in place of ours. */
  rulesFolder?: string
  /** Port of the site on 127.0.0.1; default: a free one. */
  port?: number
  /** Negative control: nothing is injected. */
  disarmed?: boolean
  env: Readonly<Record<string, string | undefined>>
  setEnv: (variables: Readonly<Record<string, string>>) => void
  version: string
  command: string
  signal: AbortSignal
  reporter: LiveReporter
  /** Told what is being made or swept before the run. */
  say: (text: string) => void
}

/**
 * Gets everything ready, sweeps what dead runs left, and runs a scenario. What is wrong with the plan is found first.
 */
export async function launch(scenario: Scenario, options: LaunchOptions): Promise<ExperimentEnd & { folder: string }> {
  const { incidentMinuteMs, images = {}, rulesFolder, port, say, signal, disarmed = false } = options
  const scale = incidentMinuteMs === undefined ? {} : { incidentMinuteMs }
  const variants = new Set(options.variants ?? Object.keys(scenario.variants))
  const plans = [...variants].map((variant) => planOf(scenario, { variant, ...scale }))
  if (plans.length === 0) throw new BadgatewayError('USAGE', 'No variant is asked for', 'Leave it out to run all.')
  if (rulesFolder !== undefined) await expectRules(rulesFolder)
  signal.throwIfAborted()
  const folder = join(options.out, scenario.name, stamp(new Date()))
  // Only of this machine: users knock at 127.0.0.1, and so does the harness at its agent.
  const engine = await connectEngine(options.env)
  expectMemoryLimits(engine.info)
  options.setEnv(testcontainersEnvironment(engine))
  const { docker } = engine
  signal.throwIfAborted()
  const tags = await ensureImages(docker, { images, onStep: (text) => say(text) })
  signal.throwIfAborted()
  await sweep(docker, { log: say, openRecord: (file) => appendAfterDeath(file, realClock) })
  const stack = { docker, images: tags, dockerFolder: dockerFolder(), ...scenario.stack }
  const replaced = rulesFolder === undefined ? {} : { rulesFolder }
  const published = port === undefined ? {} : { port }
  const end = await experiment({
    ...options,
    plans,
    folder,
    engine,
    disarmed,
    stack: { ...stack, ...replaced, ...published },
  })
  return { ...end, folder }
}

/** `2026-11-20T22-31-05.123Z`: sorts by time, and is a file name everywhere. */
function stamp(date: Date): string {
  return date.toISOString().replaceAll(':', '-')
}
