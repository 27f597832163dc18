import { join } from 'node:path'
import { answers, type ExperimentOptions, experiment, mayGoOn, notProvenClean, writeAll } from './experiment.ts'
import { keepPlanned } from './journal/index.ts'
import { type ExitCode, exitCodes } from './kit/errors.ts'
import { groupReporters, type LiveReporter, type ReportedGroup, type ReportedIncident } from './reporters/index.ts'
import type { Plan } from './run/index.ts'

/** One scenario of a series with its plans. */
export interface PlannedRun {
  scenario: { name: string; title: string }
  plans: readonly Plan[]
}

export interface SeriesOptions extends Omit<ExperimentOptions, 'plans' | 'command'> {
  /** Name of the group, for the overview. */
  group: string
  runs: readonly PlannedRun[]
  /** What is typed to get these variants of a scenario again. */
  commandOf: (scenario: string, variants: readonly string[]) => string
  /** So many scenarios at once, each playing one variant at a time; default 1. */
  jobs?: number
}

export interface SeriesEnd {
  group: ReportedGroup
  exitCode: ExitCode
}

/**
 * One experiment after the other, or some at once, and an overview over all. Neither a verdict nor an environment error
 * of one stops the others; what may have left something, or will last, does: it would only break the next one too.
 */
export async function series(options: SeriesOptions, play = experiment): Promise<SeriesEnd> {
  const { group: name, runs, folder, signal, reporter, jobs = 1 } = options
  const ended = new Map<PlannedRun, ReportedIncident>()
  const codes: ExitCode[] = []
  let broken: { thrown: unknown } | undefined
  await keepPlanned(
    folder,
    runs.map(({ scenario, plans }) => ({ scenario: scenario.name, variants: variantsOf(plans) })),
  )
  let isOver = false
  const one = async (planned: PlannedRun) => {
    const { name: scenario, title } = planned.scenario
    try {
      const { run, exitCode, untold } = await play(partOf(options, planned))
      ended.set(planned, { scenario, title, folder: scenario, run })
      codes.push(exitCode)
      if (untold !== undefined) broken ??= { thrown: untold }
      isOver ||= exitCode === exitCodes.unclean
      isOver ||= exitCode === exitCodes.environment && !(await answers(options.engine))
    } catch (thrown) {
      broken ??= { thrown }
      isOver ||= !(await mayGoOn(thrown, options))
    }
  }
  const waiting = [...runs]
  const worker = async () => {
    for (let next = waiting.shift(); next && !isOver && !signal.aborted; next = waiting.shift()) await one(next)
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  const incidents = runs.flatMap((planned) => ended.get(planned) ?? [])
  const group = { name, incidents, notRun: notRunOf(runs, incidents) }
  const written = await writeOverview(folder, group).catch((thrown: unknown) => ({ thrown }))
  reporter.onGroupEnd?.({ group, folder })
  // What broke a run matters more than an overview that could not be written.
  const failed = broken ?? written
  if (failed) throw worstThrown(failed.thrown, codes)
  return { group, exitCode: worstExit(group.notRun.length > 0 ? [...codes, exitCodes.environment] : codes) }
}

/** What could not be told must not hide that something may be left. */
export function worstThrown(thrown: unknown, codes: readonly ExitCode[]): unknown {
  return codes.includes(exitCodes.unclean) ? notProvenClean(thrown) : thrown
}

/** Every file of the overview. RUN_DIR_INVALID when one cannot be written. */
export async function writeOverview(folder: string, group: ReportedGroup): Promise<void> {
  const files = groupReporters.map((one) => ({ file: one.file, write: () => one.write(group) }))
  await writeAll(folder, files)
}

const ranks: readonly ExitCode[] = [
  exitCodes.unclean,
  exitCodes.environment,
  exitCodes.fail,
  exitCodes.inconclusive,
  exitCodes.pass,
]

/** The worst of several runs, as one run ranks its variants; nothing run is no pass. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return ranks.find((code) => codes.includes(code)) ?? exitCodes.environment
}

const variantsOf = (plans: readonly Plan[]) => plans.map(({ record }) => record.variant)

function partOf(options: SeriesOptions, { scenario, plans }: PlannedRun): ExperimentOptions {
  const { group, folder, commandOf, jobs = 1 } = options
  const own = jobs > 1 ? options.reporter.beside?.(scenario.name) : undefined
  const live = own ?? options.reporter
  const reporter: LiveReporter = { ...live, onEnd: (ended) => live.onEnd({ ...ended, partOf: group }) }
  const variants = variantsOf(plans)
  const command = commandOf(scenario.name, variants)
  return { ...options, plans, folder: join(folder, scenario.name), command, reporter }
}

function notRunOf(runs: readonly PlannedRun[], incidents: readonly ReportedIncident[]): string[] {
  return runs.flatMap(({ scenario, plans }) => {
    const run = incidents.find((incident) => incident.scenario === scenario.name)?.run
    const played = new Set(run?.variants.map(({ verdict }) => verdict.variant))
    return variantsOf(plans)
      .filter((variant) => !played.has(variant))
      .map((variant) => `${scenario.name}/${variant}`)
  })
}
