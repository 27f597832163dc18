import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { judgeFolder, writeReports } from '../experiment.ts'
import { factsOf, lastAttempts, runLayout, variantLayout } from '../journal/index.ts'
import { BadgatewayError, type ExitCode, exitCodes } from '../kit/errors.ts'
import type { ReportedGroup, ReportedIncident, ReportedRun, ReportedVariant } from '../reporters/index.ts'
import { worstExit, writeOverview } from '../series.ts'
import type { CommandIo } from './io.ts'

/** What lay in a folder, told again. */
export interface Retold {
  place: string
  /** All variants that were found; of a group those of all scenarios. */
  run: ReportedRun
  /** Set when the folder is that of a group. */
  group?: ReportedGroup
}

/** Judges and reports what lies in this folder: one variant, a run with several, or a group of runs. */
export async function retell(folder: string, io: CommandIo): Promise<Retold> {
  const place = resolve(io.cwd, folder)
  if (existsSync(variantLayout(place).journal)) return { run: { variants: [await judgeFolder(place)] }, place }
  const run = await retellRun(place)
  if (run) return { run, place }
  const incidents: ReportedIncident[] = []
  for (const name of await readdir(place).catch(() => [])) {
    const inner = await retellRun(join(place, name))
    const plan = inner?.variants[0]?.record.plan
    if (inner && plan) incidents.push({ scenario: plan.scenario, title: plan.title, folder: name, run: inner })
  }
  if (incidents.length === 0) {
    const message = `${place}: no journal.jsonl there, nor in a folder below`
    const hint = 'Name a folder like runs/SCENARIO/TIME, runs/SCENARIO/TIME/VARIANT or runs/GROUP/TIME.'
    throw new BadgatewayError('RUN_DIR_INVALID', message, hint)
  }
  incidents.sort((a, b) => startOf(a.run.variants[0]) - startOf(b.run.variants[0]))
  const group = { name: basename(dirname(place)), incidents, notRun: await notRunIn(place, incidents) }
  await writeOverview(place, group)
  return { run: { variants: incidents.flatMap((incident) => incident.run.variants) }, place, group }
}

/** Undefined when no variant lies directly below this folder. */
async function retellRun(place: string): Promise<ReportedRun | undefined> {
  const hasJournal = (name: string) => existsSync(variantLayout(join(place, name)).journal)
  const names = (await readdir(place).catch(() => [])).filter(hasJournal)
  const inside = lastAttempts(names).map((name) => join(place, name))
  if (inside.length === 0) return undefined
  const variants: ReportedVariant[] = []
  for (const path of inside) variants.push(await judgeFolder(path))
  variants.sort((a, b) => startOf(a) - startOf(b))
  const run = { variants }
  await writeReports(place, run)
  return run
}

const toldBefore = z.object({ notRun: z.array(z.string()) })

/** What was asked for and never run left no journal: only the overview of then knows of it. */
async function notRunIn(place: string, incidents: readonly ReportedIncident[]): Promise<string[]> {
  const text = await readFile(runLayout(place).verdict, 'utf8').catch(() => 'null')
  const { data } = toldBefore.safeParse(parsed(text))
  const played = incidents.flatMap(({ scenario, run }) =>
    run.variants.map(({ verdict }) => `${scenario}/${verdict.variant}`),
  )
  return (data?.notRun ?? []).filter((name) => !played.includes(name))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function startOf(variant: ReportedVariant | undefined): number {
  return Date.parse(variant?.record.facts[0]?.at ?? '')
}

/** What the group would have exited with. */
export function exitOfGroup({ incidents, notRun }: ReportedGroup): ExitCode {
  const codes = incidents.map(({ run }) => exitOf(run))
  return worstExit(notRun.length > 0 ? [...codes, exitCodes.environment] : codes)
}

/** What the run would have exited with, as far as journals can tell. */
export function exitOf(run: ReportedRun): ExitCode {
  const verdicts = run.variants.map((variant) => variant.verdict)
  if (verdicts.some((one) => !one.clean)) return exitCodes.unclean
  const ended = run.variants.map(({ record }) => factsOf(record.facts, 'run-ended').at(-1)?.reason)
  if (ended.some((reason) => reason !== 'completed')) {
    const broken = run.variants.some(({ record }) => factsOf(record.facts, 'problem').length > 0)
    return broken || ended.includes('killed') ? exitCodes.environment : exitCodes.inconclusive
  }
  if (verdicts.some((one) => one.status === 'fail')) return exitCodes.fail
  return verdicts.some((one) => one.status === 'inconclusive') ? exitCodes.inconclusive : exitCodes.pass
}
