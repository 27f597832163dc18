import { judge, type Verdict } from './checks/index.ts'
import { keepPlanned, type PlanRecord, readRecord, runLayout } from './journal/index.ts'
import { BadgatewayError, type ExitCode, exitCodes, reasonOf } from './kit/errors.ts'
import { writePlain } from './kit/files.ts'
import { inertLines } from './kit/inert.ts'
import { fileReporters, type LiveReporter, type ReportedRun, type ReportedVariant } from './reporters/index.ts'
import { type Conducted, type ConductOptions, conduct } from './run/index.ts'

export interface ExperimentOptions extends Omit<ConductOptions, 'plan' | 'layout' | 'onFact'> {
  /** One plan a variant, all of the same scenario. */
  plans: readonly PlanRecord[]
  /** Folder of this run: made here, must not exist yet. */
  folder: string
  reporter: LiveReporter
}

export interface ExperimentEnd {
  run: ReportedRun
  exitCode: ExitCode
}

/** The whole flow. Start reading here: a plan becomes a journal, the journal a verdict, the verdict a report. */
export async function experiment(options: ExperimentOptions): Promise<ExperimentEnd> {
  const layout = runLayout(options.folder)
  const conducted: Conducted[] = []
  const variants: ReportedVariant[] = []
  const run = { variants }
  const [first] = options.plans
  if (first) {
    await keepPlanned(options.folder, [{ scenario: first.scenario, variants: options.plans.map((one) => one.variant) }])
  }
  try {
    for (const plan of options.plans) {
      if (options.signal.aborted) break
      options.reporter.onPlan(plan)
      const place = layout.variant(plan.variant)
      conducted.push(
        await conduct({ ...options, plan, layout: place, onFact: (fact) => options.reporter.onFact(fact) }),
      )
      variants.push(await judgeFolder(place.folder))
      // What broke the harness or may have left something would only break the next variant too.
      if (conducted.some((one) => !one.clean || one.error)) break
    }
    await writeReports(options.folder, run)
  } catch (thrown) {
    throw worstOf(thrown, conducted)
  }
  options.reporter.onEnd({ run, folder: options.folder })
  // The one problem that no journal, and so no report, can tell.
  const untold = conducted.find((one) => one.error?.code === 'JOURNAL_UNWRITABLE')
  if (untold) throw worstOf(untold.error, conducted)
  return { run, exitCode: exitCodeOf(run, conducted, options.plans.length) }
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
  const message = `The end of the run is not proven clean, and it cannot be told: ${reasonOf(thrown)}`
  return new BadgatewayError('NOT_CLEAN', message, hint, { cause: thrown })
}

/** Judges what lies in a variant's folder, from plan and journal alone, and stores the opinion beside them. */
export async function judgeFolder(folder: string): Promise<ReportedVariant> {
  const record = await readRecord(folder)
  const verdict = judge(record)
  const variant = { record, verdict }
  await writeReports(folder, { variants: [variant] }, variant)
  return variant
}

/** Writes every file reporter's file; one that fails does not stop the others. */
export async function writeReports(folder: string, run: ReportedRun, alone?: ReportedVariant): Promise<void> {
  if (run.variants.length === 0) return
  const files = fileReporters.map((reporter) => {
    const write = () => (alone && reporter.writeVariant ? reporter.writeVariant(alone) : reporter.write(run))
    return { file: reporter.file, write }
  })
  await writeAll(folder, files)
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
