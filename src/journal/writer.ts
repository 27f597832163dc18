import { close, constants, fdatasync, fstatSync, mkdirSync, openSync, write } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Clock } from '../kit/clock.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { Fact, NewFact } from './facts.ts'
import { completeFact, lineOf } from './lines.ts'

/** Where facts go: numbered, stamped and appended in the order of the calls. */
export interface Journal {
  readonly file: string
  /** Monotonic ms since the journal was opened: the `t` that a fact written now would get. */
  now(): number
  /** The fact with its number and times; on disk a little later. JOURNAL_UNWRITABLE once the disk has refused. */
  write(fact: NewFact): Fact
  /** The same, resolved when it and all before it are flushed to the disk. */
  writeDurably(fact: NewFact): Promise<Fact>
  /** Resolves when all that was written so far is on the disk. JOURNAL_UNWRITABLE when it is not. */
  flushed(): Promise<void>
  /**
   * Called with every fact as it is written; gives back how to stop it. One that throws is dropped, and that is a fact.
   */
  onFact(listener: (fact: Fact) => void): () => void
  /** Resolves, never rejects, with the reason when the disk refuses: the run is to stop. */
  readonly failed: Promise<BadgatewayError>
  /** Resolves when everything is flushed. JOURNAL_UNWRITABLE when something could not be. */
  close(): Promise<void>
}

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants

/** What may wait in memory for a slow disk, in bytes. */
const waitingLimit = 64 * 1024 * 1024
/** Further apart than this, ms, two clocks were not read at the same moment. */
const apartMs = 5
const mostReadings = 3

/** Opens a new journal. JOURNAL_UNWRITABLE when the file cannot be made or holds a run already. */
export function openJournal(file: string, clock: Clock): Journal {
  const appender = openAppender(file, 'new')
  const begin = clock.now()
  const listeners = new Set<(fact: Fact) => void>()
  let n = 0

  const write = (fact: NewFact): Fact => {
    appender.refuseIfBroken()
    const complete = completeFact(fact, { n: n + 1, ...momentOf(clock, begin) })
    n += 1
    appender.append(lineOf(complete))
    for (const listener of [...listeners]) tell(listener, complete)
    return complete
  }
  const tell = (listener: (fact: Fact) => void, fact: Fact) => {
    try {
      listener(fact)
    } catch (thrown) {
      listeners.delete(listener)
      const message = `A listener to the journal failed at fact ${fact.n}: ${reasonOf(thrown)}`
      write({ kind: 'problem', code: 'INTERNAL', message, hint: 'It gets no further facts.', whose: 'harness' })
    }
  }

  return {
    file,
    now: () => clock.now() - begin,
    write,
    writeDurably: async (fact) => {
      const complete = write(fact)
      await appender.flushed()
      return complete
    },
    onFact: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    flushed: appender.flushed,
    failed: appender.failed,
    close: appender.close,
  }
}

/** Both clocks at one moment: they are read again where something came between the two. */
function momentOf(clock: Clock, begin: number): { t: number; wall: number } {
  let now = clock.now()
  let wall = clock.wall()
  for (let reading = 1; reading < mostReadings && clock.now() - now > apartMs; reading += 1) {
    now = clock.now()
    wall = clock.wall()
  }
  return { t: now - begin, wall }
}

export interface Appender {
  append(line: string): void
  /** Resolves when all that was appended so far is on the disk. */
  flushed(): Promise<void>
  refuseIfBroken(): void
  readonly failed: Promise<BadgatewayError>
  close(): Promise<void>
}

/** Ordered, buffered appending to one file; after the first refusal nothing more is written. */
export function openAppender(file: string, which: 'new' | 'existing'): Appender {
  const fd = open(file, which)
  const broke = Promise.withResolvers<BadgatewayError>()
  let waiting: string[] = []
  let waitingBytes = 0
  let broken: BadgatewayError | undefined
  let closed = false
  let work = Promise.resolve()

  const refuseIfBroken = () => {
    if (broken) throw broken
    if (closed) throw unwritable(file, 'it is closed already')
  }
  const fail = (thrown: unknown) => {
    broken ??= thrown instanceof BadgatewayError ? thrown : unwritable(file, reasonOf(thrown), thrown)
    waiting = []
    broke.resolve(broken)
    return broken
  }
  const pour = async () => {
    if (broken || waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    waitingBytes = 0
    await writeAll(fd, text)
  }
  const enqueue = (job: () => Promise<void>) => {
    work = work.then(job).catch((thrown: unknown) => void fail(thrown))
    return work
  }
  const flushed = async () => {
    await enqueue(() => pour().then(() => (broken ? undefined : syncData(fd))))
    if (broken) throw broken
  }
  return {
    append: (line) => {
      waitingBytes += line.length
      if (waitingBytes > waitingLimit) throw fail(unwritable(file, 'the disk does not keep up'))
      if (waiting.push(line) === 1) void enqueue(pour)
    },
    flushed,
    refuseIfBroken,
    failed: broke.promise,
    close: async () => {
      if (closed) return
      closed = true
      await flushed().finally(() => closeFile(fd))
    },
  }
}

const writeTo = promisify(write)
const syncData = promisify(fdatasync)
const closeFile = promisify(close)

async function writeAll(fd: number, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await writeTo(fd, bytes, done, bytes.length - done)
    done += bytesWritten
  }
}

function open(file: string, which: 'new' | 'existing'): number {
  try {
    if (which === 'new') mkdirSync(dirname(file), { recursive: true })
    const fd = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
    const found = fstatSync(fd)
    if (which === 'existing' && !found.isFile()) throw new Error('it is no regular file')
    if (which === 'new' && found.size > 0) throw new Error('it holds a run already')
    return fd
  } catch (thrown) {
    throw unwritable(file, reasonOf(thrown), thrown, which)
  }
}

function unwritable(
  file: string,
  because: string,
  cause?: unknown,
  which: 'new' | 'existing' = 'new',
): BadgatewayError {
  return new BadgatewayError(
    'JOURNAL_UNWRITABLE',
    `The journal ${file} cannot be written: ${because}`,
    `Is the disk full, or the folder read-only?${which === 'new' ? ' Choose another one with --out.' : ''}`,
    { cause },
  )
}
