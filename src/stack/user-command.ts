import { type CommandEnd, endWords, runCommand } from '../engine/index.ts'
import { shellCommand } from '../kit/shell.ts'
import type { Undo } from '../kit/undo.ts'
import type { Stack } from './types.ts'

/** What all commands of one badgateway.yaml share. */
export interface CommandPlace {
  /** Folder of the file, absolute. */
  readonly cwd: string
  readonly withinMs: number
  /** It says that variables of the environment hold secrets. */
  readonly hasSecrets: boolean
  /** Name of the Compose project as it is raised; undefined: none of ours. */
  readonly project: () => string | undefined
}

const longestWords = 120

/** A command for a sentence: whole where it is short. */
export function commandWords(argv: readonly string[]): string {
  const words = shellCommand(argv)
  return words.length > longestWords ? `${words.slice(0, longestWords)}…` : words
}

/** `api-1` → `API_1`. */
const variableOf = (name: string) => name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')

/** What a command is told of the stack, by its environment. */
export function commandVars({ entry, services }: Stack, { project }: CommandPlace): Record<string, string> {
  const name = project()
  const ids = services.map((one): [string, string] => [`BADGATEWAY_CONTAINER_${variableOf(one.name)}`, one.containerId])
  return {
    BADGATEWAY_URL: entry,
    ...(name === undefined ? {} : { BADGATEWAY_PROJECT: name }),
    ...Object.fromEntries(ids),
  }
}

/** Runs a command of the user's for this stack, on our side. */
export async function runUserCommand(
  stack: Stack,
  place: CommandPlace,
  argv: readonly string[],
  signal?: AbortSignal,
): Promise<CommandEnd & { words: string }> {
  const { cwd, withinMs } = place
  const end = await runCommand({ argv, cwd, withinMs, vars: commandVars(stack, place), signal })
  return { ...end, words: `${endWords(end, withinMs)}${end.last === '' ? '' : `: ${end.last}`}` }
}

/** A command of the user's as an undo. */
export function runUndoOf(stack: Stack, place: CommandPlace, argv: readonly string[]): Undo {
  const { cwd, withinMs, hasSecrets } = place
  return { verb: 'run', argv: [...argv], cwd, vars: commandVars(stack, place), withinMs, hasSecrets }
}
