import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { Command } from 'commander'
import { planned, readStranger } from '../check/index.ts'
import { exitCodes } from '../kit/errors.ts'
import { counted } from '../kit/figures.ts'
import { scenariosFolder } from '../kit/home.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { heedTraps, trapWords } from '../kit/outlook.ts'
import { lintOf } from '../launch.ts'
import { projectFileName } from '../project/index.ts'
import { findScenario, kindsFrom } from '../scenario/index.ts'
import { fileOf } from './check/flags.ts'
import type { CommandIo } from './io.ts'
import { collect, kindsOption, strictOption } from './options.ts'

/** `badgateway lint [FILE]`: what is valid there and proves less than it seems to; nothing is started. */
export function lintCommand(io: CommandIo): Command {
  return new Command('lint')
    .argument('[file]', 'badgateway.yaml, its folder, or a scenario (name or file)', '.')
    .option('--rules <folder>', 'of a scenario: the Prometheus rule files that it is told with in place of ours')
    .option(...kindsOption, collect, [])
    .option(...strictOption)
    .option('--json', 'print JSON')
    .action(async (file: string, flags: LintFlags) => {
      io.setExit(await lintAction(file, flags, io))
    })
}

export interface LintFlags {
  kinds: string[]
  rules?: string
  strict?: boolean
  json?: boolean
}

/** 0, or USAGE for what is not valid, and strictly for each warning. */
export async function lintAction(named: string, flags: LintFlags, io: CommandIo): Promise<number> {
  const lines = isProject(named, io) ? await projectTraps(named, io) : await scenarioTraps(named, flags, io)
  if (flags.json) io.out(`${inertJson({ warnings: lines }, 2)}\n`)
  else {
    for (const line of lines) io.out(`${inert(line)}\n`)
    io.out(`${counted(lines.length, 'warning')}.\n`)
  }
  if (flags.strict) heedTraps(lines, { strict: true, say: () => undefined })
  return exitCodes.pass
}

/** A folder is that of a badgateway.yaml; whatever else has another name is a scenario. */
function isProject(named: string, { cwd }: CommandIo): boolean {
  const isFolder = statSync(resolve(cwd, named), { throwIfNoEntry: false })?.isDirectory() ?? false
  return isFolder || basename(named) === projectFileName
}

async function projectTraps(named: string, io: CommandIo): Promise<string[]> {
  const stranger = await readStranger({ file: fileOf(named, io), env: io.env, signal: new AbortController().signal })
  return planned(stranger, {}).traps.map((one) => trapWords(stranger.file, one))
}

async function scenarioTraps(named: string, { kinds, rules }: LintFlags, io: CommandIo): Promise<string[]> {
  const given = await kindsFrom(kinds.map((file) => resolve(io.cwd, file)))
  const scenario = await findScenario(named, scenariosFolder(), given)
  return await lintOf(scenario, rules === undefined ? {} : { rulesFolder: resolve(io.cwd, rules) })
}
