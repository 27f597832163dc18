import { dirname } from 'node:path'
import { userFault } from '../faults/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { hide } from '../kit/masked.ts'
import { ownOf } from '../kit/own.ts'
import { shellCommand } from '../kit/shell.ts'
import { cellsOf, curedModes, type Mode, modes, ownMode, targetsOf } from '../modes/index.ts'
import {
  expectOwnCode,
  type Macros,
  type Moment,
  type OwnCommand,
  type ProjectFile,
  programsOf,
} from '../project/index.ts'
import { userRemedy } from '../remedies/index.ts'
import { type Kinds, kindsOf } from '../scenario/index.ts'
import { type CommandPlace, commandWords, type OwnProject, type StackDescription } from '../stack/index.ts'
import { userProbe } from '../watch/index.ts'

/** The user's own commands, ready to be named. */
export interface OwnCommands {
  readonly kinds: Kinds
  readonly modes: readonly Mode[]
  /** Looks at the end of each cell, by their kinds. */
  readonly finals: readonly string[]
  /** Looks of each cell that are only told, by their kinds. */
  readonly looks: Readonly<Record<Moment, readonly string[]>>
  /** Every command that may be run, in words. */
  readonly notes: readonly string[]
  /** Tells commands which Compose project is ours, once there is one. */
  readonly raisedAs: (project: OwnProject) => void
}

export interface OwnOptions {
  /** badgateway.yaml, absolute. */
  readonly file: string
  readonly project: Pick<ProjectFile, 'commands'> & Partial<Pick<ProjectFile, 'macros'>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absent: targets are not looked at. */
  readonly description?: StackDescription
}

/**
 * What the commands of a badgateway.yaml are: faults, remedies, probes, modes. Undefined: it has none. PROJECT_INVALID
 * where others may write the file, a secret is not there, a name is taken or a target is none.
 */
export async function ownCommands({ file, project, env, description }: OwnOptions): Promise<OwnCommands | undefined> {
  const { macros = {} } = project
  const commands = Object.entries(project.commands)
  if (commands.length === 0) return undefined
  await expectOwnCode(file)
  let raised: OwnProject | undefined
  const targets = description && targetsOf(description).map((target) => target.name)
  const wrong = commands.flatMap(([of, one]) => mistakesIn(of, one, env, targets))
  if (wrong.length > 0) {
    const hint = 'Nothing was started. badgateway check --list shows targets.'
    throw new BadgatewayError('PROJECT_INVALID', `${file}: ${wrong.map((line) => inert(line)).join('\n  ')}`, hint)
  }
  const made = commands.map(([of, one]) => {
    for (const secret of one.secrets) hide(ownOf(env, secret) ?? '')
    const place = { cwd: dirname(file), withinMs: one.limit, hasSecrets: one.secrets.length > 0, project: () => raised }
    return madeOf(of, one, place, macros)
  })
  const breaking = made.flatMap(({ modes: own }) => own)
  return {
    kinds: kindsOf(
      made.flatMap(({ kinds }) => kinds),
      `${file}: commands`,
    ),
    modes: [...breaking, ...(description ? curesOf(commands, description, [...modes, ...breaking]) : [])],
    finals: made.flatMap(({ finals }) => finals),
    looks: looksOf(commands),
    notes: commands.flatMap(([of, one]) => notesOf(of, one, macros)),
    raisedAs: (project) => {
      raised = project
    },
  }
}

type Commands = readonly (readonly [string, OwnCommand])[]

/** Cells that a remedy is to cure. PROJECT_INVALID for what is no cell. */
function curesOf(commands: Commands, description: StackDescription, known: readonly Mode[]): Mode[] {
  return commands.flatMap(([name, { remedy }]) => {
    if (!remedy?.cures) return []
    try {
      return curedModes(cellsOf(description, { only: remedy.cures }, known).cells, name)
    } catch (thrown) {
      const what = `commands.${name}.remedy.cures: ${reasonOf(thrown)}`
      throw new BadgatewayError('PROJECT_INVALID', inert(what), 'badgateway check --list shows all cells.')
    }
  })
}

const looksOf = (commands: Commands) => {
  const at = (moment: Moment) => commands.flatMap(([name, { probe }]) => (probe?.when?.includes(moment) ? [name] : []))
  return { before: at('before'), during: at('during'), after: at('after') }
}

function mistakesIn(of: string, { secrets, fault }: OwnCommand, env: OwnOptions['env'], targets?: readonly string[]) {
  const missing = secrets.filter((secret) => !ownOf(env, secret))
  const strange = (fault?.at ?? []).filter((target) => targets && !targets.includes(target))
  return [
    ...missing.map((secret) => `commands.${of}.secrets: the environment has no ${secret}`),
    ...strange.map((target) => `commands.${of}.fault.at: there is no '${target}'. There are: ${targets?.join(', ')}`),
  ]
}

function madeOf(name: string, { fault, remedy, probe, check }: OwnCommand, place: CommandPlace, macros: Macros) {
  const programs = (written: Written) => programsOf(written, macros)
  const undo = remedy?.undo === undefined ? {} : { undo: programs(remedy.undo) }
  const witness = fault ? programs(fault.witness) : []
  const breaks = fault && userFault({ name, run: programs(fault.run), undo: programs(fault.undo), witness }, place)
  const look = probe ?? check
  const kinds = [
    ...(breaks ? [breaks] : []),
    ...(remedy ? [userRemedy({ name, run: programs(remedy.run), ...undo }, place)] : []),
    ...(look ? [userProbe({ name, ...look, run: programs(look.run) }, place)] : []),
  ]
  return {
    kinds,
    modes: breaks ? [ownMode(breaks, fault.at, commandWords(witness))] : [],
    finals: check ? [name] : [],
  }
}

type Written = NonNullable<OwnCommand['check']>['run']

const parts = ['run', 'undo', 'witness'] as const

function notesOf(name: string, command: OwnCommand, macros: Macros): string[] {
  return (['fault', 'remedy', 'probe', 'check'] as const).flatMap((role) => {
    const given: Partial<Record<(typeof parts)[number], Written>> = command[role] ?? {}
    const words = parts.flatMap((part) => {
      const written = given[part]
      return written === undefined ? [] : [`${part}: ${programsOf(written, macros).map(shellCommand).join(' && ')}`]
    })
    return words.length > 0 ? [`Your ${role} '${name}' runs on this machine: ${words.join('; ')}`] : []
  })
}
