import { join } from 'node:path'
import { type ExperimentOptions, experiment, notProvenClean, writeAll } from './experiment.ts'
import { keepPlanned, type PlanRecord } from './journal/index.ts'
import { type ExitCode, exitCodes } from './kit/errors.ts'
import { groupReporters, type LiveReporter, type ReportedGroup, type ReportedIncident } from './reporters/index.ts'

/** One scenario of a series with its plans. */
export interface PlannedRun {
  scenario: { name: string; title: string }
  plans: readonly PlanRecord[]
}

export interface SeriesOptions extends Omit<ExperimentOptions, 'plans' | 'command'> {
  /** Name of the group, for the overview. */
  group: string
  runs: readonly PlannedRun[]
  /** What is typed to get these variants of a scenario again. */
  commandOf: (scenario: string, variants: readonly string[]) => string
}

export interface SeriesEnd {
  group: ReportedGroup
  exitCode: ExitCode
}

/**
 * One experiment after the other, and an overview over all. A verdict of one does not stop the others; what may have
 * left something, or broke the harness, does: it would only break the next one too.
 */
export async function series(options: SeriesOptions, play = experiment): Promise<SeriesEnd> {
  const { group: name, runs, folder, signal, reporter, commandOf } = options
  const incidents: ReportedIncident[] = []
  const codes: ExitCode[] = []
  let broken: { thrown: unknown } | undefined
  await keepPlanned(
    folder,
    runs.map(({ scenario, plans }) => ({ scenario: scenario.name, variants: plans.map(({ variant }) => variant) })),
  )
  for (const { scenario, plans } of runs) {
    if (signal.aborted || broken || codes.some(stops)) break
    try {
      const place = join(folder, scenario.name)
      const part = {
        ...options,
        plans,
        folder: place,
        command: commandOf(
          scenario.name,
          plans.map(({ variant }) => variant),
        ),
      }
      const { run, exitCode } = await play({ ...part, reporter: partOf(reporter, name) })
      incidents.push({ scenario: scenario.name, title: scenario.title, folder: scenario.name, run })
      codes.push(exitCode)
    } catch (thrown) {
      broken = { thrown }
    }
  }
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

function stops(code: ExitCode): boolean {
  return code === exitCodes.unclean || code === exitCodes.environment
}

function partOf(reporter: LiveReporter, group: string): LiveReporter {
  return { ...reporter, onEnd: (ended) => reporter.onEnd({ ...ended, partOf: group }) }
}

function notRunOf(runs: readonly PlannedRun[], incidents: readonly ReportedIncident[]): string[] {
  return runs.flatMap(({ scenario, plans }) => {
    const run = incidents.find((incident) => incident.scenario === scenario.name)?.run
    const played = new Set(run?.variants.map(({ verdict }) => verdict.variant))
    return plans.filter(({ variant }) => !played.has(variant)).map(({ variant }) => `${scenario.name}/${variant}`)
  })
}
