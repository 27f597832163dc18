import { basename } from 'node:path'
import { judge, type Verdict } from './checks/index.ts'
import { attemptsBefore, keepPlanned, readRecord, runLayout, setAside } from './journal/index.ts'
import { within } from './kit/clock.ts'
import { BadgatewayError, type ErrorCode, type ExitCode, exitCodes, reasonOf } from './kit/errors.ts'
import { writePlain } from './kit/files.ts'
import { inertLines } from './kit/inert.ts'
import {
  fileReporters,
  filesOf,
  type LiveReporter,
  ownFiles,
  type ReportedRun,
  type ReportedVariant,
} from './reporters/index.ts'
import { type Conducted, type ConductOptions, conduct, type Plan } from './run/index.ts'
import { type Kinds, kindsFor } from './scenario/index.ts'

export interface ExperimentOptions extends Omit<ConductOptions, 'plan' | 'layout' | 'onFact'> {
  /** One plan a variant, all of the same scenario. */
  plans: readonly Plan[]
  /** Folder of this run: made here, must not exist yet but with what was played `before`. */
  folder: string
  /** Variants that were played in this folder before: its reports tell of them, too. Default: none. */
  before?: readonly ReportedVariant[]
  reporter: LiveReporter
  /** Kinds that the scenario brings along; absent: none. */
  kinds?: Kinds
  /** How often a variant with an inconclusive verdict is played again; default 0. What failed never is. */
  repeats?: number
}

export interface ExperimentEnd {
  run: ReportedRun
  exitCode: ExitCode
  /** What kept a variant from being played at all, so that no journal tells it. The others were played. */
  untold?: unknown
}

/** The whole flow. Start reading here: a plan becomes a journal, the journal a verdict, the verdict a report. */
export async function experiment(options: ExperimentOptions, parts = theirs): Promise<ExperimentEnd> {
  const conducted: Conducted[] = []
  const variants: ReportedVariant[] = []
  const run = { variants }
  const { before = [] } = options
  const records = [...before.map(({ record }) => record.plan), ...options.plans.map(({ record }) => record)]
  const [first] = records
  if (first) {
    await keepPlanned(options.folder, [{ scenario: first.scenario, variants: records.map(({ variant }) => variant) }])
  }
  let unplayed: { thrown: unknown } | undefined
  try {
    for (const plan of options.plans) {
      if (options.signal.aborted) break
      const thrown = await playVariant(options, plan, { conducted, variants, parts })
      if (thrown) unplayed ??= thrown
      const last = thrown?.thrown ?? conducted.at(-1)?.error
      // What may have left something, or has broken for good, would only break the next variant too.
      if (!conducted.every(isClean) || (last && !(await mayGoOn(last, options)))) break
    }
    if (unplayed && variants.length === 0) throw unplayed.thrown
    await parts.writeReports(options.folder, { variants: [...before, ...variants] })
  } catch (thrown) {
    throw worstOf(thrown, conducted)
  }
  options.reporter.onEnd({ run, folder: options.folder })
  // The one problem that no journal, and so no report, can tell.
  const untold = conducted.find((one) => one.error?.code === 'JOURNAL_UNWRITABLE')
  if (untold) throw worstOf(untold.error, conducted)
  const exitCode = exitCodeOf(run, conducted, options.plans.length)
  return { run, exitCode, ...(unplayed ? { untold: worstOf(unplayed.thrown, conducted) } : {}) }
}

/** What an experiment is made of; replaced in tests. */
const theirs = { conduct, judgeFolder, writeReports }

interface Played {
  conducted: Conducted[]
  variants: ReportedVariant[]
  parts: Pick<typeof theirs, 'conduct' | 'judgeFolder'>
}

/**
 * One variant, and once more while nobody can tell. What kept it from being played, or judged, is given back: the
 * others have their reports all the same.
 */
async function playVariant(
  options: ExperimentOptions,
  plan: Plan,
  { conducted, variants, parts }: Played,
): Promise<{ thrown: unknown } | undefined> {
  const { reporter, signal } = options
  const { record } = plan
  const place = runLayout(options.folder).variant(record.variant)
  const at = conducted.length
  // Disarmed, inconclusive is what it should be.
  for (let left = options.disarmed ? 0 : (options.repeats ?? 0); ; left -= 1) {
    reporter.onPlan(record)
    let variant: ReportedVariant
    try {
      conducted[at] = await parts.conduct({ ...options, plan, layout: place, onFact: (fact) => reporter.onFact(fact) })
      variant = await parts.judgeFolder(place.folder, options.kinds)
    } catch (thrown) {
      return { thrown }
    }
    if (left <= 0 || signal.aborted || !isOpen(conducted[at], variant)) {
      variants.push(variant)
      reporter.onVariant?.(variant)
      return undefined
    }
    const aside = basename(await setAside(place.folder))
    reporter.onRepeat?.({ plan: record, folder: aside, verdict: variant.verdict })
  }
}

/** Went to its end as far as the harness is concerned, and nobody can tell what it means. */
function isOpen({ clean, error }: Conducted, { verdict }: ReportedVariant): boolean {
  return clean && error === undefined && verdict.status === 'inconclusive'
}

/** Errors that the next run would meet too. */
const lasting: readonly ErrorCode[] = ['JOURNAL_UNWRITABLE', 'ENGINE_UNREACHABLE', 'INTERRUPTED']
/** A quiet engine answers in 2 ms; one that takes this long starts no container in time either. */
const engineLimitMs = 10_000

/** An environment error of one run is no reason not to play the next, unless it lasts or the engine itself is gone. */
export async function mayGoOn(thrown: unknown, { engine }: Pick<ExperimentOptions, 'engine'>): Promise<boolean> {
  if (!(thrown instanceof BadgatewayError) || thrown.exitCode !== exitCodes.environment) return false
  return !lasting.includes(thrown.code) && (await answers(engine))
}

/** Does the engine answer at all? */
export async function answers(engine: Pick<ExperimentOptions['engine'], 'docker'>): Promise<boolean> {
  try {
    await within(engineLimitMs, 'a ping of the engine', engine.docker.ping())
    return true
  } catch {
    return false
  }
}

/** A stack that was lent is no run's own: what is left of it is told by an error. */
const isClean = ({ clean, error }: Conducted) => clean && error?.code !== 'NOT_CLEAN'

/** A report that cannot be written must not hide that something may be left. */
export function worstOf(thrown: unknown, conducted: readonly Conducted[]): unknown {
  if (conducted.every(isClean)) return conducted.find((one) => one.error)?.error ?? thrown
  return notProvenClean(thrown)
}

/** For what could not be told of a run whose end is not proven clean. */
export function notProvenClean(thrown: unknown): BadgatewayError {
  const hint = 'Something of the run may be left: badgateway clean removes it.'
  const message = `The end of the run is not proven clean, and its report failed: ${reasonOf(thrown)}`
  return new BadgatewayError('NOT_CLEAN', message, hint, { cause: thrown })
}

/**
 * Judges what lies in a variant's folder, from plan and journal alone, and stores the opinion beside them. `kinds`:
 * what its scenario brings along; USAGE where it brought along a check or reporter that is not among them.
 */
export async function judgeFolder(folder: string, kinds?: Kinds): Promise<ReportedVariant> {
  const record = await readRecord(folder)
  const { checks, reporters: own } = await kindsFor(record.plan, kinds)
  const attempts = await Promise.all(
    (await attemptsBefore(folder)).map(async (earlier) => {
      return { folder: basename(earlier), verdict: judge(await readRecord(earlier), checks) }
    }),
  )
  const before = attempts.length > 0 ? { attempts } : {}
  const variant = { record, verdict: judge(record, checks), ...before, ...(own.length > 0 ? { own } : {}) }
  await writeReports(folder, { variants: [variant] }, variant)
  return variant
}

/** Writes every file reporter's file; one that fails does not stop the others. Own ones tell of whole runs. */
export async function writeReports(folder: string, run: ReportedRun, alone?: ReportedVariant): Promise<void> {
  if (run.variants.length === 0) return
  const files = (alone ? fileReporters : filesOf(run)).map((reporter) => {
    const write = () => (alone && reporter.writeVariant ? reporter.writeVariant(alone) : reporter.write(run))
    return { file: reporter.file, write }
  })
  await writeAll(folder, [...files, ...(alone ? [] : ownFiles(run))])
}

/** Its zero-width spaces keep sites from making links of what was captured. */
const ownOfMarkdown = '\u200b'

/** Writes each file below a folder that is made when it is not there; RUN_DIR_INVALID names all that failed. */
export async function writeAll(
  folder: string,
  files: readonly { file: string; write: () => string | Promise<string> }[],
): Promise<void> {
  const failures: string[] = []
  for (const { file, write } of files) {
    try {
      await writePlain(folder, file, inertLines(await write(), { own: ownOfMarkdown }))
    } catch (thrown) {
      failures.push(`${file}: ${reasonOf(thrown)}`)
    }
  }
  if (failures.length === 0) return
  const hint = 'The journal is complete: badgateway report makes the reports again.'
  throw new BadgatewayError('RUN_DIR_INVALID', `Reports could not be written: ${failures.join('; ')}`, hint)
}

/**
 * Whose fault it was, worst first: not proven clean, the harness itself, the system, or nobody can tell. What was
 * asked for and never run is no pass.
 */
export function exitCodeOf(run: ReportedRun, conducted: readonly Conducted[], planned: number): ExitCode {
  const verdicts: Verdict[] = run.variants.map((variant) => variant.verdict)
  if (!conducted.every(isClean)) return exitCodes.unclean
  if (conducted.length < planned || conducted.some((one) => one.error)) return exitCodes.environment
  if (conducted.some((one) => one.reason !== 'completed') || verdicts.length === 0) {
    const environment = run.variants.some((one) => one.record.facts.some((fact) => fact.kind === 'problem'))
    return environment ? exitCodes.environment : exitCodes.inconclusive
  }
  if (verdicts.some((one) => one.status === 'fail')) return exitCodes.fail
  return verdicts.some((one) => one.status === 'inconclusive') ? exitCodes.inconclusive : exitCodes.pass
}
