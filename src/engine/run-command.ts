import { inert } from '../kit/inert.ts'
import { startEndingWithUs } from './ends-with-us.ts'

/** A program of somebody's, as they wrote it. */
export interface CommandRun {
  /** Program and arguments; no shell reads them. */
  readonly argv: readonly string[]
  /** Folder in which it is started, absolute. */
  readonly cwd: string
  /** Beside our own environment. */
  readonly vars: Readonly<Record<string, string>>
  /** It is ended, with all that it started, when it takes longer. */
  readonly withinMs: number
  readonly signal?: AbortSignal | undefined
}

export interface CommandEnd {
  /** Null: it was ended by a signal, ours included. 127: there is no such program. */
  readonly code: number | null
  readonly late: boolean
  /** First line of its standard output, inert and masked. */
  readonly first: string
  /** Its last words, inert and masked: of standard error, or where that is empty of standard output. */
  readonly last: string
  /** The end of both, inert and masked, as one line. */
  readonly output: string
}

/** Of each stream so much is kept, characters: the first of the output, the last of both. */
const kept = 16_000
const shownWords = 300
const shownOutput = 2_000
/** What does not end when it is told to is killed after so many seconds. */
const graceS = 2

/** Runs it to its end; it does not outlive this process. Rejects with the reason of `signal`, once it has ended. */
export async function runCommand({ argv, cwd, vars, withinMs, signal }: CommandRun): Promise<CommandEnd> {
  signal?.throwIfAborted()
  const given = Object.entries(vars).map(([name, value]) => `${name}=${value}`)
  const child = startEndingWithUs('env', ['--', ...given, ...argv], undefined, cwd, graceS)
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.end()
  }, withinMs)
  signal?.addEventListener('abort', child.end, { once: true })
  let [first, out, err] = ['', '', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (first.length < kept) first += text.slice(0, kept)
    out = (out + text).slice(-kept)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err = (err + text).slice(-kept)
  })
  try {
    const code = await child.closed
    signal?.throwIfAborted()
    const [said, last] = [lineOf(first.split('\n', 1)), lastOf(err) || lastOf(out)]
    return {
      code: late ? null : code,
      late,
      first: said,
      last,
      output: inert(`${out}${err}`.trim(), 2 * kept).slice(-shownOutput),
    }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', child.end)
  }
}

const lineOf = (lines: readonly string[]) => inert(lines.join(' | ').trim(), shownWords)

function lastOf(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim())
  return lineOf(lines.filter((line) => line !== '').slice(-2))
}

/** How it ended, in words. */
export function endWords({ code, late }: Pick<CommandEnd, 'code' | 'late'>, withinMs: number): string {
  if (late) return `it took longer than ${withinMs / 1_000} s and was ended`
  return code === null ? 'a signal ended it' : `exit code ${code}`
}
