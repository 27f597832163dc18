import { startEndingWithUs } from '../engine/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import type { ComposeTool } from './project.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The ways to call it, best first. */
const commands = [['docker', 'compose'], ['docker-compose']] as const
/** Oldest that knows profiles, and `config` as it is read here. */
const oldest = { major: 1, minor: 28 }
const howToGetIt =
  'Debian and Ubuntu: apt-get install docker-compose (1.29 on Debian 12, 2.26 on Debian 13); elsewhere: ' +
  "Docker's docker-compose-plugin."

/** The Compose that is there, by calling it. COMPOSE_MISSING when none answers, or it is too old. */
export async function findCompose(env: Environment): Promise<ComposeTool> {
  const told: string[] = []
  for (const command of commands) {
    const ran = await runCompose({ command }, ['version', '--short'], { env }).catch((thrown: unknown) => ({
      code: null,
      out: '',
      err: reasonOf(thrown),
    }))
    const version = /^v?(\d+)\.(\d+)\S*$/m.exec(ran.out)
    if (ran.code !== 0 || !version) {
      told.push(`\`${command.join(' ')}\` ended with ${ran.code}`)
      continue
    }
    const [text, major, minor] = [version[0].replace(/^v/, ''), Number(version[1]), Number(version[2])]
    if (major > oldest.major || minor >= oldest.minor) return { command, version: text, major }
    told.push(
      `\`${command.join(' ')}\` is ${inert(text)}, and ${oldest.major}.${oldest.minor} is the oldest that will do`,
    )
  }
  throw new BadgatewayError('COMPOSE_MISSING', `No Docker Compose here: ${told.join(', ')}`, howToGetIt)
}

export interface ComposeRun {
  env: Environment
  /** Where it is started; absent: where we are. */
  cwd?: string
  signal?: AbortSignal | undefined
  /** Each line that it says beside its answer. */
  onLine?: (line: string) => void
}

export interface Ran {
  /** Null when a signal ended it. */
  code: number | null
  out: string
  /** Its last words. */
  err: string
}

const keptErrors = 16_000
/** A project of 1,000 services is some 2 MB. */
const mostOut = 64 * 1024 * 1024

/** Runs it to its end; it does not outlive us, and ends with the signal, whose reason is then thrown. */
export async function runCompose(
  { command }: Pick<ComposeTool, 'command'>,
  args: readonly string[],
  { env, cwd, signal, onLine }: ComposeRun,
): Promise<Ran> {
  signal?.throwIfAborted()
  const [program = '', ...first] = command
  const child = startEndingWithUs(program, [...first, ...args], quiet(env), cwd)
  signal?.addEventListener('abort', child.end, { once: true })
  let [out, err, line] = ['', '', '']
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    if (out.length < mostOut) out += data
  })
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    err = (err + data).slice(-keptErrors)
    const lines = (line + data).split('\n')
    line = lines.pop() ?? ''
    for (const one of lines) onLine?.(one)
  })
  try {
    const code = await child.closed
    signal?.throwIfAborted()
    return { code, out, err }
  } finally {
    signal?.removeEventListener('abort', child.end)
  }
}

/**
 * Neither colours nor moving lines: what it says is read. A file that includes another one from a registry or by Git is
 * refused by Compose: nothing of a project comes from elsewhere only because somebody looked at it (attack 20).
 */
function quiet(env: Environment): NodeJS.ProcessEnv {
  const local = { COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'false', COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false' }
  return { ...env, ...local, COMPOSE_ANSI: 'never', NO_COLOR: '1', BUILDKIT_PROGRESS: 'plain' }
}

/** What it said last, for a sentence of ours: masked, on one line. */
export function lastWords({ err, out }: Ran, lines = 4): string {
  const said = (err.trim() === '' ? out : err).split(/[\r\n]+/).map((one) => one.trim())
  return inert(
    said
      .filter((one) => one !== '')
      .slice(-lines)
      .join(' | '),
  )
}
