import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { checkRunId, openGuardLog, ownerOf, removeOwners, watchCalls, writeOwners } from '../engine/index.ts'
import { within } from '../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { type GuardAnswer, type GuardRequest, guardAnswer, readLine } from './guard-lines.ts'
import type { Promised } from './undo-stack.ts'

export interface GuardOptions {
  runId: string
  journalFile: string
  /** As DOCKER_HOST wants it. */
  dockerHost: string
  /** Folder with ca.pem, cert.pem and key.pem when the engine wants TLS. */
  certPath?: string
}

/** A process of its own session that outlives us and ends the chaos when we no longer can. */
export interface Guard {
  readonly pid: number
  /** Resolves when the guard holds this undo. GUARD_FAILED when it does not. */
  register(entry: Promised): Promise<void>
  /** Resolves when the guard has let go of this undo. */
  done(id: string): Promise<void>
  /** Sends it home with nothing done. Resolves when its process is gone. */
  clean(): Promise<void>
  /** Leaves the rest to it: it undoes what it holds and removes what is ours, also when this process ends. */
  abandon(): void
  /** Resolves, never rejects, when the guard ended though it was needed. */
  readonly lost: Promise<BadgatewayError>
}

/** A quiet machine starts the guard in 0.4 s; with 15 tasks waiting for each core it took more than 10 s. */
const answerLimitMs = 30_000
/** From the thread that everything waits for: one that hangs is silent. */
const beatMs = 1_000
const program = fileURLToPath(new URL(`../guard${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url))

/** Starts the guard of one run; resolves when it says that it is ready. GUARD_FAILED when it does not. */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const journalFile = resolve(options.journalFile)
  const { child, input, output } = spawnGuard(options, journalFile)
  const line = talk(child, input, output)
  try {
    await within(answerLimitMs, 'its first word', line.ready)
    writeOwners(journalFile, { runId: options.runId, harness: ownerOf(process.pid), guard: ownerOf(child.pid ?? 0) })
  } catch (thrown) {
    line.letGo()
    child.kill('SIGKILL')
    throw failed(`The guard did not start: ${reasonOf(thrown)}`, thrown)
  }
  // A harness that has nothing else to do may end; the closed pipe then tells the guard.
  for (const handle of [child, input, output]) if ('unref' in handle) (handle as ChildProcess).unref()
  return {
    pid: child.pid ?? 0,
    register: (entry) => line.ask({ say: 'register', entry }),
    done: (id) => line.ask({ say: 'done', id }),
    clean: async () => {
      line.letGo()
      await line.ask({ say: 'clean' })
      await within(answerLimitMs, 'ending the guard', line.gone)
      removeOwners(journalFile)
    },
    abandon: () => {
      line.letGo()
      input.end()
    },
    lost: line.lost,
  }
}

/** Its standard output is a pipe of ours, its log a file: it holds nothing that a caller of the harness waits for. */
function spawnGuard(options: GuardOptions, journalFile: string) {
  const log = openLog(journalFile)
  const { runId, dockerHost, certPath } = options
  const who = ['--run', checkRunId(runId), '--journal', journalFile, '--owner', ownerOf(process.pid)]
  const where = ['--engine', dockerHost, ...(certPath ? ['--certificates', certPath] : [])]
  const child = spawn(process.execPath, [program, ...who, ...where], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', log],
  })
  closeSync(log)
  const { stdin: input, stdout: output } = child
  if (!input || !output) throw failed('The guard got no pipes')
  return { child, input, output }
}

function openLog(journalFile: string): number {
  try {
    return openGuardLog(journalFile)
  } catch (thrown) {
    throw failed(`The guard cannot have a log: ${reasonOf(thrown)}`, thrown)
  }
}

type Question<T> = T extends { seq: number } ? Omit<T, 'seq'> : never

function talk(child: ChildProcess, input: Writable, output: Readable) {
  const waiting = new Map<number, (answer: GuardAnswer) => void>()
  const lost = Promise.withResolvers<BadgatewayError>()
  let needed = true
  let end: BadgatewayError | undefined
  let seq = 0
  const over = (because: string) => {
    end ??= failed(`The guard is gone: ${because}`)
    if (needed) lost.resolve(end)
    for (const answer of waiting.values()) answer({ seq: -1, ok: false, because: end.message })
    waiting.clear()
  }
  input.on('error', (error) => over(error.message))
  child.on('error', (error) => over(error.message))
  const gone = new Promise<void>((resolveGone) => {
    child.once('exit', (code, signal) => {
      over(signal ? `killed by ${signal}` : `it ended with ${code}`)
      resolveGone()
    })
  })
  createInterface({ input: output }).on('line', (text) => {
    const answer = readLine(guardAnswer, text)
    if (!answer) return
    waiting.get(answer.seq)?.(answer)
    waiting.delete(answer.seq)
  })
  const answerTo = async (number: number) => {
    if (end) throw end
    const { promise, resolve: answered } = Promise.withResolvers<GuardAnswer>()
    waiting.set(number, answered)
    const { ok, because } = await within(answerLimitMs, 'an answer of the guard', promise)
    if (!ok) throw failed(`The guard refused: ${because}`)
  }
  const ask = async (question: Question<GuardRequest>) => {
    seq += 1
    const answer = answerTo(seq)
    input.write(`${JSON.stringify({ ...question, seq })}\n`)
    await answer
  }
  void gone.then(keepTelling((line) => (end || !input.writable ? undefined : input.write(`${JSON.stringify(line)}\n`))))
  const letGo = () => {
    needed = false
  }
  return { ask, ready: answerTo(0), gone, lost: lost.promise, letGo }
}

/** Says that we live, and what we ask of the engine; gives back how to stop. */
function keepTelling(tell: (line: GuardRequest) => unknown): () => void {
  const beating = setInterval(() => tell({ say: 'beat' }), beatMs)
  beating.unref()
  const unwatch = watchCalls((call) => tell({ say: 'call', ...call }))
  return () => {
    clearInterval(beating)
    unwatch()
  }
}

function failed(message: string, cause?: unknown): BadgatewayError {
  return new BadgatewayError('GUARD_FAILED', message, 'Its last words are in logs/guard.log of the run.', { cause })
}
