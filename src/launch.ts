import { join } from 'node:path'
import { measureCapacity } from './capacity.ts'
import { playedHere, type Sharing } from './check/index.ts'
import { openScope, sweep } from './cleanup/index.ts'
import { connectEngine, expectMemoryLimits, testcontainersEnvironment } from './engine/index.ts'
import { type ExperimentEnd, experiment } from './experiment.ts'
import { ensureImages, imageNames, rareImageNames } from './images/index.ts'
import { appendAfterDeath, hashOf } from './journal/index.ts'
import { realClock } from './kit/clock.ts'
import { BadgatewayError, exitCodes } from './kit/errors.ts'
import { dockerFolder } from './kit/home.ts'
import { didYouMean } from './kit/near-miss.ts'
import { heedTraps, trapWords } from './kit/outlook.ts'
import { filled } from './load/index.ts'
import type { LiveReporter } from './reporters/index.ts'
import { impossibleIn, type RuleSet, readRules } from './rules/index.ts'
import { heedRules, type KnownRules, lintScenario, type Plan, plansOf } from './run/index.ts'
import { type Group, type Scenario, whereOf } from './scenario/index.ts'
import { type PlannedRun, type SeriesEnd, series } from './series.ts'
import { promtoolTakes, type StackPool, stackPoolOf } from './stack/index.ts'

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
  /** What a scenario seems to prove and does not is USAGE, and not a word. */
  strict?: boolean
  /** How often an inconclusive variant is played again; default: once where `CI` is set, else never. */
  repeats?: number
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
  const found = await rulesIn(options)
  const plans = plansOf(scenario, options.variants ?? Object.keys(scenario.variants), { ...scaleOf(options), ...found })
  if (plans.length === 0) throw new BadgatewayError('USAGE', 'No variant is asked for', 'Leave it out to run all.')
  heedTraps(trapsIn(scenario, plans, found), options)
  const rules = heed(options, plans, found)
  const folder = join(options.out, scenario.name, stamp(new Date()))
  const end = await sharing(await readied({ ...options, ...rules }, plans), (ready) => {
    const kinds = scenario.kinds ? { kinds: scenario.kinds } : {}
    return experiment({ ...options, ...ready, ...kinds, repeats: repeatsOf(options), plans, folder })
  })
  // The others were played and told; what this one met no journal can tell.
  if (end.untold !== undefined) throw end.untold
  return { ...end, folder }
}

/** Where nobody looks on, what nobody can tell is played once more. */
export function repeatsOf({ repeats, env }: Pick<LaunchOptions, 'repeats' | 'env'>): number {
  return repeats ?? (env['CI'] ? 1 : 0)
}

export interface GroupOptions extends Omit<LaunchOptions, 'command' | 'variants'> {
  /** Names of variants, of which each scenario runs those it has; default: as it happened, and with its measures. */
  variants?: readonly string[] | 'all'
  /** What is typed to get one of the runs again. */
  commandOf: (scenario: string, variants: readonly string[]) => string
  /** So many variants at once, at most as many as the machine carries; default 1. */
  jobs?: number
  /** Only what falls to this shard is run; absent: all. */
  shard?: Pick<Sharing, 'share' | 'times'>
}

/** Runs all scenarios of a group, one after the other or some at once: all are planned before anything is started. */
export async function launchGroup(group: Group, options: GroupOptions): Promise<SeriesEnd & { folder: string }> {
  const found = await rulesIn(options)
  const runs = plannedRuns(group, options, found)
  const known = new Set(group.scenarios.flatMap((scenario) => Object.keys(scenario.variants)))
  const named = options.variants === 'all' ? [] : (options.variants ?? [])
  const unknown = named.find((variant) => !known.has(variant))
  if ((options.jobs ?? 1) > 1 && options.port !== undefined) {
    const message = `Port ${options.port} is for one site at a time, and ${options.jobs} are wanted at once`
    throw new BadgatewayError('USAGE', message, 'Leave out the port, or the jobs.')
  }
  if (unknown !== undefined || runs.length === 0) {
    const message =
      unknown === undefined ? 'No variant is asked for' : `No scenario of ${group.path} has a variant '${unknown}'`
    const near = unknown === undefined ? '' : didYouMean(unknown, [...known])
    throw new BadgatewayError('USAGE', message, `${near}There are: ${[...known].join(', ')}`)
  }
  const folder = join(options.out, ...group.path.split('/'), stamp(new Date()))
  // Disarmed, those that want the same stack follow each other.
  if (options.disarmed) runs.sort((a, b) => shapeOf(a).localeCompare(shapeOf(b)))
  const planned = runs.flatMap((run) => run.plans)
  const traps = runs.flatMap(({ scenario: { name }, plans }) =>
    group.scenarios.filter((one) => one.name === name).flatMap((one) => trapsIn(one, plans, found)),
  )
  heedTraps(traps, options)
  const rules = heed(options, planned, found)
  const mine = await shardOf(runs, group, { options, folder, found })
  if (mine.length === 0) {
    return { group: { name: group.name, incidents: [], notRun: [] }, exitCode: exitCodes.pass, folder }
  }
  const end = await sharing(await readied({ ...options, ...rules }, planned), async (ready) => {
    const [repeats, jobs] = [repeatsOf(options), await soundJobs(options, ready)]
    return await series({ ...options, ...ready, repeats, jobs, group: group.name, runs: mine, folder })
  })
  return { ...end, folder }
}

interface Placed {
  options: GroupOptions
  folder: string
  found: FoundRules
}

/** What falls to this shard; without one all. */
async function shardOf(runs: PlannedRun[], group: Group, { options, folder, found }: Placed): Promise<PlannedRun[]> {
  const { shard, images = {}, version, say, disarmed = false } = options
  if (!shard) return runs
  const configuration = hashOf({ images, rules: found.files })
  const asked = { ...shard, options: { disarmed, repeats: repeatsOf(options) }, configuration }
  const all = runs.flatMap(({ plans }) => plans.map((plan) => ({ plan })))
  const mine = await playedHere({ shard: asked, folder, version, group: group.path, say }, all)
  const left = new Set(mine.map(({ plan }) => plan))
  return runs.flatMap((run) => {
    const plans = run.plans.filter((plan) => left.has(plan))
    return plans.length > 0 ? [{ ...run, plans }] : []
  })
}

/** The plans of all; the mistakes of all scenarios are told at once. */
function plannedRuns({ scenarios }: Group, options: GroupOptions, found: FoundRules): PlannedRun[] {
  const wrong: BadgatewayError[] = []
  const runs = scenarios.flatMap((scenario) => {
    try {
      const plans = plansOf(scenario, groupVariants(scenario, options.variants), { ...scaleOf(options), ...found })
      return plans.length > 0 ? [{ scenario, plans }] : []
    } catch (thrown) {
      if (!(thrown instanceof BadgatewayError) || thrown.code !== 'SCENARIO_INVALID') throw thrown
      wrong.push(thrown)
      return []
    }
  })
  const [first, ...others] = wrong
  if (!first) return runs
  if (others.length === 0) throw first
  throw new BadgatewayError('SCENARIO_INVALID', wrong.map(({ message }) => message).join('\n'), first.hint)
}

/** As many at once as were asked for and as are sound, with a word where that is fewer. */
async function soundJobs({ jobs = 1, say }: GroupOptions, { engine, pool }: Ready & { pool?: StackPool }) {
  if (jobs <= 1) return 1
  if (pool) {
    say('Disarmed runs share a stack, so they are played one after the other.')
    return 1
  }
  const { stacksAtOnce, because } = await measureCapacity(engine)
  if (jobs <= stacksAtOnce) return jobs
  say(`This machine carries ${stacksAtOnce} at once and not ${jobs}: ${because}.`)
  return stacksAtOnce
}

type Ready = Awaited<ReturnType<typeof readied>>

/** Disarmed runs change nothing, so they share a stack where they want the same; all others have one each. */
async function sharing<T>(ready: Ready, work: (ready: Ready & { pool?: StackPool }) => Promise<T>): Promise<T> {
  if (!ready.disarmed) return await work(ready)
  const pool = stackPoolOf(() => openScope(ready.engine))
  try {
    return await work({ ...ready, pool })
  } finally {
    await pool.close()
  }
}

const shapeOf = ({ plans: [first] }: PlannedRun) => JSON.stringify(first?.stack)

const groupDefaults: readonly string[] = ['as-it-happened', 'with-measures']

/** Those of the wanted variants that the scenario has; without a wish, its first one where it has none of the usual. */
function groupVariants({ variants }: Scenario, wanted: GroupOptions['variants']): string[] {
  const own = Object.keys(variants)
  if (wanted === 'all') return own
  if (wanted) return wanted.filter((variant) => own.includes(variant))
  const usual = groupDefaults.filter((variant) => own.includes(variant))
  return usual.length > 0 ? usual : own.slice(0, 1)
}

type Readying = Pick<LaunchOptions, 'images' | 'port' | 'disarmed' | 'env' | 'setEnv' | 'signal' | 'say'> & {
  ownRules?: RuleSet['files']
}

/** USAGE where a request wants something from the environment that is not there. What is there is shown nowhere. */
function refuseUnset({ load: { users, pressure } }: Plan, env: LaunchOptions['env']): void {
  filled(users.mix, env)
  if (pressure) filled(pressure.mix, env)
}

const scaleOf = ({ incidentMinuteMs }: Pick<LaunchOptions, 'incidentMinuteMs'>) => ({ incidentMinuteMs })

interface FoundRules extends Omit<RuleSet, 'rules'> {
  rules: KnownRules
}

const trapsIn = (scenario: Scenario, plans: readonly Plan[], { rules }: FoundRules) =>
  lintScenario(scenario, plans, rules).map((one) => trapWords(whereOf(scenario), one))

/** What is valid in a scenario and proves less than it seems to; SCENARIO_INVALID for what is not valid. */
export async function lintOf(
  scenario: Scenario,
  options: Pick<LaunchOptions, 'rulesFolder' | 'incidentMinuteMs'> = {},
): Promise<string[]> {
  const found = await rulesIn(options)
  return trapsIn(scenario, plansOf(scenario, Object.keys(scenario.variants), { ...scaleOf(options), ...found }), found)
}

/** Reads the rules that are to be loaded, somebody's own or ours. */
async function rulesIn({ rulesFolder }: Pick<LaunchOptions, 'rulesFolder'>): Promise<FoundRules> {
  const found = await readRules(rulesFolder ?? join(dockerFolder(), 'monitoring', 'rules'))
  return { ...found, rules: { own: rulesFolder !== undefined, rules: found.rules } }
}

/** Says at once what the rules will not tell; gives back those that are loaded in place of ours. */
function heed(
  { say, env }: Pick<LaunchOptions, 'say' | 'env'>,
  plans: readonly Plan[],
  { rules, files, leftOut }: FoundRules,
): { ownRules?: RuleSet['files'] } {
  for (const plan of plans) refuseUnset(plan, env)
  const told = [...impossibleIn(rules.rules), ...plans.flatMap((plan) => heedRules(plan, rules))]
  for (const text of new Set([...leftOut, ...told])) say(text)
  return rules.own ? { ownRules: files } : {}
}

/** Engine, images and a sweep: what is needed once, however many runs there are. */
export async function readied(options: Readying, plans: readonly Pick<Plan, 'stack'>[] = []) {
  const { images = {}, ownRules, port, say, signal, disarmed = false } = options
  signal.throwIfAborted()
  // Only of this machine: users knock at 127.0.0.1, and so does the harness at its agent.
  const engine = await connectEngine(options.env)
  expectMemoryLimits(engine.info)
  options.setEnv(testcontainersEnvironment(engine))
  const { docker } = engine
  signal.throwIfAborted()
  const only = [...imageNames, ...rareOf(plans)]
  const tags = await ensureImages(docker, { images, only, signal, onStep: (text) => say(text) })
  signal.throwIfAborted()
  await sweep(docker, { log: say, openRecord: (file) => appendAfterDeath(file, realClock) })
  if (ownRules) await promtoolTakes(engine, tags.monitoring, ownRules)
  const replaced = ownRules ? { ownRules } : {}
  const published = port === undefined ? {} : { port }
  return {
    engine,
    disarmed,
    stack: { docker, images: tags, dockerFolder: dockerFolder(), ...replaced, ...published },
  }
}

function rareOf(plans: readonly Pick<Plan, 'stack'>[]) {
  const wanted = plans.flatMap(({ stack }) => [stack.proxyImage, stack.staging?.proxyImage])
  return rareImageNames.filter((name) => wanted.some((one) => one === name))
}

/** `2026-11-20T22-31-05.123Z`: sorts by time, and is a file name everywhere. */
export function stamp(date: Date): string {
  return date.toISOString().replaceAll(':', '-')
}
