import { join, resolve } from 'node:path'
import { writeAll } from '../experiment.ts'
import { type RunRecord, readRecord } from '../journal/index.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { entriesOf } from '../kit/files.ts'
import { scenariosFolder, versionOf } from '../kit/home.ts'
import { inert } from '../kit/inert.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { launchGroup } from '../launch.ts'
import { fanOut, runbookMarkdown, runbookPage, runbookText, terminalReporter } from '../reporters/index.ts'
import { builtInScenarios, findScenario, type Scenario } from '../scenario/index.ts'
import { worstThrown } from '../series.ts'
import type { CommandIo } from './io.ts'
import { pendingOf } from './pending.ts'
import { interrupted, scaleOf } from './run-action.ts'

/** The variant that takes every step of the guide. */
const variant = 'runbook'

export interface RunbookFlags {
  out: string
  timeScale: string
  quiet?: boolean
}

/** Runs all causes, or those named, one after the other, and prints and keeps the matrix. */
export async function runbookAction(causes: readonly string[], flags: RunbookFlags, io: CommandIo): Promise<number> {
  const scenarios = await scenariosFor(causes)
  const quiet = flags.quiet ?? false
  const abort = new AbortController()
  const pending = pendingOf()
  const ended = io.onInterrupt((times) => interrupted(times, abort, io, pending.told))
  try {
    const { exitCode, folder, group } = await launchGroup(
      { name: variant, path: variant, scenarios },
      {
        variants: [variant],
        incidentMinuteMs: scaleOf(flags.timeScale),
        out: resolve(io.cwd, flags.out),
        env: io.env,
        setEnv: io.setEnv,
        version: versionOf(),
        commandOf: (scenario) => `npx badgateway run ${scenario} --variant ${variant} --time-scale ${flags.timeScale}`,
        signal: abort.signal,
        reporter: fanOut([terminalReporter({ io, quiet, json: false }), pending.reporter], (reporter, thrown) => {
          io.err(`${inert(reporter)} failed: ${inert(String(thrown))}\n`)
        }),
        say: (text) => (quiet ? undefined : io.err(`${inert(text)}\n`)),
      },
    )
    const records = group.incidents.flatMap(({ run }) => run.variants.map(({ record }) => record))
    await writeAll(folder, [
      { file: 'runbook.md', write: () => runbookMarkdown(records) },
      { file: 'runbook.html', write: () => runbookPage(records) },
    ]).catch((thrown: unknown) => {
      throw worstThrown(thrown, [exitCode])
    })
    io.out(`${runbookText(records, io)}Report: ${inert(folder)}/runbook.html\n`)
    return exitCode
  } finally {
    ended()
  }
}

/** The scenarios that have the guide's steps as a variant: all, or those that are named. */
async function scenariosFor(causes: readonly string[]): Promise<Scenario[]> {
  const folder = scenariosFolder()
  const known = await builtInScenarios(folder)
  const all = await Promise.all(known.map(({ name }) => findScenario(name, folder)))
  const guided = all.filter(({ variants }) => variant in variants)
  const unknown = causes.find((cause) => guided.every(({ name }) => name !== cause))
  if (unknown === undefined) return causes.length === 0 ? guided : guided.filter(({ name }) => causes.includes(name))
  const names = guided.map(({ name }) => name)
  throw new BadgatewayError(
    'SCENARIO_UNKNOWN',
    `'${unknown}' is no cause of the runbook`,
    `${didYouMean(unknown, names)}There are: ${names.join(', ')}`,
  )
}

/** Prints the matrix of what lies in this folder, from plans and journals alone; changes nothing there. */
export async function runbookAgain(from: string, causes: readonly string[], io: CommandIo): Promise<number> {
  const place = resolve(io.cwd, from)
  const folders = await foldersWithJournal(place)
  const records: RunRecord[] = []
  for (const folder of folders.sort()) records.push(await readRecord(folder))
  const asked = records.filter(({ plan }) => causes.length === 0 || causes.includes(plan.scenario))
  const measured = asked.filter(({ plan }) => plan.variant === variant)
  const told = measured.length > 0 ? measured : asked.filter(({ plan }) => plan.checks.some(isGuided))
  if (told.length === 0) {
    const message = `${place}: no journal there of a run that took the guide's steps`
    throw new BadgatewayError('RUN_DIR_INVALID', message, 'Name a folder like runs/runbook/TIME.')
  }
  io.out(runbookText(told, io))
  return exitCodes.pass
}

/** Folders below with a journal; no link is followed. */
async function foldersWithJournal(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder)
  const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  const below = await Promise.all(inside.map(foldersWithJournal))
  return [...(entries.some(({ name }) => name === 'journal.jsonl') ? [folder] : []), ...below.flat()]
}

const isGuided = ({ kind }: { kind: string }) => kind === 'guide-step'
