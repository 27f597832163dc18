import { type CommandEnd, endWords, runCommand } from '../engine/index.ts'
import type { Evidence } from '../kit/json.ts'
import { shellCommand } from '../kit/shell.ts'
import type { Scene } from './scene.ts'
import type { Stack } from './types.ts'

/** What all commands of one badgateway.yaml share. */
export interface CommandPlace {
  /** Folder of the file, absolute. */
  readonly cwd: string
  readonly withinMs: number
  /** It says that variables of the environment hold secrets. */
  readonly hasSecrets: boolean
  /** The Compose project as it is raised; undefined: none of ours. */
  readonly project: () => OwnProject | undefined
}

export interface OwnProject {
  readonly name: string
  /** The file that it is raised from, absolute. */
  readonly file: string
}

const longestWords = 120

/** Programs of the user's that are run one after the other, up to the first that ends with another code than 0. */
export type Programs = readonly (readonly string[])[]

/** Commands for a sentence: whole where they are short. */
export function commandWords(programs: Programs): string {
  const words = programs.map(shellCommand).join(' && ')
  return words.length > longestWords ? `${words.slice(0, longestWords)}…` : words
}

/** `api-1` → `API_1`. */
const variableOf = (name: string) => name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')

/** What a command is told of the stack, by its environment. */
export function commandVars({ entry, services }: Stack, { project }: CommandPlace): Record<string, string> {
  const raised = project()
  const ids = services.map((one): [string, string] => [`BADGATEWAY_CONTAINER_${variableOf(one.name)}`, one.containerId])
  return {
    BADGATEWAY_URL: entry,
    BADGATEWAY_ENTRY: entry,
    ...(raised ? composeVars(raised) : {}),
    ...Object.fromEntries(ids),
  }
}

/** What Compose asks for: so that it means our project, and not the one of the folder, which may be up. */
function composeVars({ name, file }: OwnProject): Record<string, string> {
  const compose = { COMPOSE_PROJECT_NAME: name, COMPOSE_FILE: file, COMPOSE_PATH_SEPARATOR: '|', COMPOSE_PROFILES: '' }
  return { BADGATEWAY_PROJECT: name, BADGATEWAY_COMPOSE_FILE: file, ...compose }
}

/** Runs commands of the user's for this stack, on our side; gives how the last that was run has ended. */
export async function runUserCommand(
  stack: Stack,
  place: CommandPlace,
  programs: Programs,
  signal?: AbortSignal,
): Promise<CommandEnd & { words: string }> {
  const { cwd, withinMs } = place
  const [argv = [], ...rest] = programs
  const end = await runCommand({ argv, cwd, withinMs, vars: commandVars(stack, place), signal })
  if (end.code === 0 && rest.length > 0) return await runUserCommand(stack, place, rest, signal)
  return { ...end, words: `${endWords(end, withinMs)}${end.last === '' ? '' : `: ${end.last}`}` }
}

/**
 * The same of a command that changes something. Other containers may stand in places of the stack afterwards: they are
 * followed, and are in the evidence. Nginx is not told where they are, which is the command's to do.
 */
export async function runUserDeed(
  stack: Stack,
  place: CommandPlace,
  programs: Programs,
  { signal, clock }: Pick<Scene, 'signal' | 'clock'>,
): Promise<Awaited<ReturnType<typeof runUserCommand>> & { evidence: Evidence }> {
  const replaced = replacements(stack)
  const began = clock.now()
  const end = await runUserCommand(stack, place, programs, signal)
  const tookMs = Math.round(clock.now() - began)
  await stack.refresh({ quietly: true })
  return { ...end, evidence: { run: programs.map((argv) => [...argv]), code: end.code, tookMs, ...replaced() } }
}

/** From now on: which containers stand in places of the stack where others stood, for evidence; empty: none. */
export function replacements({ services }: Pick<Stack, 'services'>): () => Evidence {
  const before = new Set(services.map(({ containerId }) => containerId))
  return () => {
    const others = services.filter(({ containerId }) => !before.has(containerId))
    const replaced = others.map(({ name: service, containerId: container }) => ({ service, container }))
    return replaced.length > 0 ? { replaced } : {}
  }
}

/** Promises that these commands are run as an undo: what is promised last is run first. */
export async function promiseUndo(
  { stack, registerUndo }: Pick<Scene, 'stack' | 'registerUndo'>,
  { cwd, withinMs, hasSecrets, ...place }: CommandPlace,
  programs: Programs,
): Promise<void> {
  const vars = commandVars(stack, { cwd, withinMs, hasSecrets, ...place })
  for (const argv of programs.toReversed()) {
    await registerUndo({ verb: 'run', argv: [...argv], cwd, vars, withinMs, hasSecrets }, commandWords([argv]))
  }
}
