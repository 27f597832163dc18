import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { judge } from '../checks/index.ts'
import { readRecord } from '../journal/index.ts'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { entriesOf } from '../kit/files.ts'
import { scenariosFolder, versionOf } from '../kit/home.ts'
import { inert } from '../kit/inert.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { launchGroup } from '../launch.ts'
import {
  fanOut,
  type ReportedVariant,
  type ReporterKind,
  terminalReporter,
  toldOf,
  toldText,
} from '../reporters/index.ts'
import { builtInScenarios, findScenario, joined, type Scenario } from '../scenario/index.ts'
import { interrupted, pendingOf } from './check/pending.ts'
import type { CommandIo } from './io.ts'
import { scaleOf } from './options.ts'

/** Names of what scenarios bring along: the variant that takes every step, and the reporter that has the matrix. */
const [variant, reporterName] = ['runbook', 'runbook']

interface RunbookFlags {
  from?: string
  out: string
  timeScale: string
  quiet?: boolean
}

/** `badgateway runbook [CAUSE…]`: every step of a guide on every cause, as the scenarios' own reporter tells it. */
export function runbookCommand(io: CommandIo): Command {
  return new Command('runbook')
    .argument('[cause...]', 'names of causes (default: all)')
    .option('--from <folder>', 'print the matrix of a kept run again, from its journals alone')
    .option('--out <folder>', 'where runs are kept', 'runs')
    .option('--time-scale <duration>', 'what one minute of the incident takes here', '1s')
    .option('--quiet', 'print the matrix only')
    .action(async (causes: string[], flags: RunbookFlags) => {
      const { from } = flags
      io.setExit(await (from === undefined ? runbook(causes, flags, io) : runbookAgain(from, causes, io)))
    })
}

/** Runs all causes, or those named, one after the other, and prints the matrix that its reporter keeps. */
async function runbook(causes: readonly string[], flags: RunbookFlags, io: CommandIo): Promise<number> {
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
    const text = matrixText(
      group.incidents.flatMap(({ run }) => run.variants),
      io,
    )
    if (text !== undefined) io.out(text)
    io.out(`Report: ${inert(folder)}/runbook.html\n`)
    return exitCode
  } finally {
    ended()
  }
}

/** The scenarios that have every step as a variant: all, or those that are named. */
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
async function runbookAgain(from: string, causes: readonly string[], io: CommandIo): Promise<number> {
  const place = resolve(io.cwd, from)
  const kinds = joined(...(await scenariosFor([])).map((scenario) => scenario.kinds))
  const variants: ReportedVariant[] = []
  for (const folder of (await foldersWithJournal(place)).sort()) {
    const record = await readRecord(folder)
    if (causes.length > 0 && !causes.includes(record.plan.scenario)) continue
    variants.push({ record, verdict: judge(record, kinds.checks), own: kinds.reporters })
  }
  const text = matrixText(variants, io)
  if (text === undefined) {
    const message = `${place}: no journal there of a run that took the guide's steps`
    throw new BadgatewayError('RUN_DIR_INVALID', message, 'Name a folder like runs/runbook/TIME.')
  }
  io.out(text)
  return exitCodes.pass
}

const isIts = ({ kind }: ReporterKind) => kind === reporterName

function matrixText(variants: readonly ReportedVariant[], io: CommandIo): string | undefined {
  const reporter = variants.flatMap(({ own = [] }) => own).find(isIts)
  const told = reporter?.tell && toldOf({ kind: reporter.kind, tell: reporter.tell }, variants, 'terminal')
  return told ? toldText(told, io) : undefined
}

/** Folders below with a journal; no link is followed. */
async function foldersWithJournal(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder)
  const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  const below = await Promise.all(inside.map(foldersWithJournal))
  return [...(entries.some(({ name }) => name === 'journal.jsonl') ? [folder] : []), ...below.flat()]
}
