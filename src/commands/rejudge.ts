import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { judgeFolder, writeReports } from '../experiment.ts'
import { factsOf, lacksIn, lastAttempts, readPlanned, runLayout, variantLayout } from '../journal/index.ts'
import { BadgatewayError, type ExitCode, exitCodes } from '../kit/errors.ts'
import { entriesOf, isThere, readPlain } from '../kit/files.ts'
import type { ReportedGroup, ReportedIncident, ReportedRun, ReportedVariant } from '../reporters/index.ts'
import { type Kinds, kindsFrom } from '../scenario/index.ts'
import { worstExit, writeOverview } from '../series.ts'
import type { CommandIo } from './io.ts'

/** What lay in a folder, told again. */
export interface Rejudged {
  place: string
  /** All variants that were found; of a group those of all scenarios. */
  run: ReportedRun
  /** Set when the folder is that of a group. */
  group?: ReportedGroup
  /** Variants, `scenario/variant`, that were going to be run in this folder and left no journal. */
  missing: string[]
  /** Does the folder say what was going to be run in it? One variant alone speaks for itself. */
  known: boolean
}

/**
 * Judges and reports what lies in this folder: one variant, a run with several, or a group of runs. `files` define the
 * kinds that its scenarios brought along.
 */
export async function rejudge(folder: string, io: CommandIo, files: readonly string[] = []): Promise<Rejudged> {
  const place = resolve(io.cwd, folder)
  const kinds = await kindsFrom(files.map((file) => resolve(io.cwd, file)))
  if (isThere(variantLayout(place).journal)) {
    return { run: { variants: [await judgeFolder(place, kinds)] }, place, missing: [], known: true }
  }
  const run = await rejudgeRun(place, kinds)
  if (run) return { run, place, ...(await missingIn(place, run.variants)) }
  const incidents: ReportedIncident[] = []
  const inside: Missing[] = []
  for (const name of await namesIn(place)) {
    const inner = await rejudgeRun(join(place, name), kinds)
    const plan = inner?.variants[0]?.record.plan
    if (!inner || !plan) continue
    incidents.push({ scenario: plan.scenario, title: plan.title, folder: name, run: inner })
    inside.push(await missingIn(join(place, name), inner.variants))
  }
  if (incidents.length === 0) {
    const message = `${place}: no journal.jsonl there, nor in a folder below`
    const hint = 'Name a folder like runs/SCENARIO/TIME, runs/SCENARIO/TIME/VARIANT or runs/GROUP/TIME.'
    throw new BadgatewayError('RUN_DIR_INVALID', message, hint)
  }
  incidents.sort((a, b) => startOf(a.run.variants[0]) - startOf(b.run.variants[0]))
  const variants = incidents.flatMap((incident) => incident.run.variants)
  const { missing: ofGroup, known } = await missingIn(place, variants)
  const missing = [...ofGroup, ...inside.flatMap((one) => one.missing), ...(await notRunIn(place, incidents))]
  const lacks = await lacksIn(place)
  const told = lacks.length > 0 ? { lacks } : {}
  const group = { name: basename(dirname(place)), incidents, notRun: [...new Set(missing)], ...told }
  await writeOverview(place, group)
  return { run: { variants }, place, group, missing: group.notRun, known: known && inside.every((one) => one.known) }
}

type Missing = Pick<Rejudged, 'missing' | 'known'>

/** What was going to be run here, by the folder's own record, and is not there. */
async function missingIn(place: string, variants: readonly ReportedVariant[]): Promise<Missing> {
  const planned = await readPlanned(place)
  const there = new Set(variants.map(({ record: { plan } }) => `${plan.scenario}/${plan.variant}`))
  const names = (planned ?? []).flatMap((one) => one.variants.map((variant) => `${one.scenario}/${variant}`))
  return { missing: names.filter((name) => !there.has(name)), known: planned !== null }
}

/** Undefined when no variant lies directly below this folder. */
async function rejudgeRun(place: string, kinds: Kinds): Promise<ReportedRun | undefined> {
  const names = await namesIn(place)
  const hasJournal = (name: string) => isThere(variantLayout(join(place, name)).journal)
  const inside = lastAttempts(names.filter(hasJournal)).map((name) => join(place, name))
  if (inside.length === 0) return undefined
  const variants: ReportedVariant[] = []
  for (const path of inside) variants.push(await judgeFolder(path, kinds))
  const order = ((await readPlanned(place)) ?? []).flatMap((one) => one.variants)
  const placeOf = ({ record: { plan } }: ReportedVariant) => order.indexOf(plan.variant)
  // Shards play at the same time, so the plan says what comes first.
  variants.sort((a, b) => placeOf(a) - placeOf(b) || startOf(a) - startOf(b))
  const lacks = await lacksIn(place)
  const run = { variants, ...(lacks.length > 0 ? { lacks } : {}) }
  await writeReports(place, run)
  return run
}

/** Names in a folder of runs. RUN_DIR_INVALID when one is a link: a folder of somebody else's may lead anywhere. */
async function namesIn(place: string): Promise<string[]> {
  const entries = await entriesOf(place)
  const link = entries.find((entry) => entry.isSymbolicLink() && !isReport(entry.name))
  if (!link) return entries.map(({ name }) => name)
  const message = `${join(place, link.name)} is a link, and none is followed in a folder of runs`
  throw new BadgatewayError('RUN_DIR_INVALID', message, 'Put the folder itself there, or take the link away.')
}

/** What is written there anyway is replaced, whatever it is. */
const isReport = (name: string) => /\.(html|md|xml|json)$/.test(name)

/** Of `verdict.json`, in bytes. */
const overviewLimit = 64 * 1024 * 1024

const toldBefore = z.object({ notRun: z.array(z.string()) })

/** What was asked for and never run left no journal: only the overview of then knows of it. */
async function notRunIn(place: string, incidents: readonly ReportedIncident[]): Promise<string[]> {
  const text = await readPlain(runLayout(place).verdict, overviewLimit).catch(() => 'null')
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

/** What the run or group would have exited with: what was asked for and is not there is no pass. */
export function exitOfRejudged({ run, group, missing, known }: Rejudged): ExitCode {
  const codes = group ? group.incidents.map((incident) => exitOf(incident.run)) : [exitOf(run)]
  const missed = [...(missing.length > 0 ? [exitCodes.environment] : []), ...(known ? [] : [exitCodes.inconclusive])]
  const { lacks = [] } = group ?? run
  // Part of a plan is no run, whatever came of it; but what may be left is left.
  if (lacks.length > 0) return codes.includes(exitCodes.unclean) ? exitCodes.unclean : exitCodes.inconclusive
  return worstExit([...codes, ...missed])
}

/** What is not there, in words; undefined when everything is. */
export function lackOf({ missing, known, run, group }: Missing & Pick<Rejudged, 'run' | 'group'>): string | undefined {
  const { lacks = [] } = group ?? run
  if (lacks.length > 0) return ['The shards lack:', ...lacks].join('\n  ')
  if (missing.length > 0) return `Never run, or not there any more: ${missing.join(', ')}`
  return known ? undefined : 'Nothing here says which variants were going to be run (planned.json): no pass.'
}

/** Whose journals have no end, and what that means, in words; undefined when all have one. */
export function cutOf({ variants }: ReportedRun): string | undefined {
  const cut = variants.filter(({ record }) => factsOf(record.facts, 'run-ended').length === 0)
  if (cut.length === 0) return undefined
  const names = cut.map(({ record: { plan } }) => `${plan.scenario}/${plan.variant}`).join(', ')
  if (cut.every(({ verdict }) => verdict.clean)) return `${names} has no end: it died before anything was begun`
  const hint = "'badgateway clean' looks for it, and removes what is there"
  return `${names} has no end: it died, and no record, the guard's included, says that nothing is left of it; ${hint}`
}

/** What the run would have exited with, as far as journals can tell. */
export function exitOf(run: ReportedRun): ExitCode {
  const verdicts = run.variants.map((variant) => variant.verdict)
  if (verdicts.some((one) => !one.clean)) return exitCodes.unclean
  const ended = run.variants.map(({ record }) => factsOf(record.facts, 'run-ended').at(-1)?.reason)
  if (ended.some((reason) => reason !== 'completed')) {
    const broken = run.variants.some(({ record }) => factsOf(record.facts, 'problem').length > 0)
    const died = ended.includes('killed') || ended.includes(undefined)
    return broken || died ? exitCodes.environment : exitCodes.inconclusive
  }
  if (verdicts.some((one) => one.status === 'fail')) return exitCodes.fail
  return verdicts.some((one) => one.status === 'inconclusive') ? exitCodes.inconclusive : exitCodes.pass
}
