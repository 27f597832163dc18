import { availableParallelism } from 'node:os'
import { BadgatewayError } from '../kit/errors.ts'
import { sampleOf, summaryOf } from './books/merge.ts'
import type { SecondPart, Setup, SharedBooks } from './books/wire.ts'
import { GeneratorThread } from './thread.ts'
import {
  type LoadChange,
  type LoadOptions,
  type LoadSample,
  type LoadSummary,
  mostRateOf,
  poolOf,
  type RunningUsers,
  type TargetSpec,
  type UsersSpec,
} from './types.ts'

/** Address space, not memory: room for 256 million requests. */
const mostClassBytes = 512 * 1024 * 1024
const firstClassBytes = 64 * 1024
const mostPerS = 100_000
/** What one thread keeps to with ease on a core of its own: a fourth of what it can. docs/measurements.md. */
const perThreadPerS = 10_000
const mostThreads = 4

type Change = Parameters<RunningUsers['change']>[0]
interface Crowd {
  users: number
  pool?: number | undefined
}

/** Several threads where one would be late: as many as there are cores, and users to share. */
export function threadsFor(spec: UsersSpec, cores = availableParallelism()): number {
  const wanted = Math.ceil(mostRateOf(spec) / perThreadPerS)
  return Math.max(1, Math.min(wanted, cores, poolOf(spec), mostThreads))
}

/**
 * Runs one engine in workers of its own, so that nothing the harness does can delay a request. Only the users' engine
 * understands `change`, and only its plan can be shared between threads: each has the users whose number leaves its own
 * remainder, so that a user's requests stay in order.
 */
export async function startEngine<Spec>(
  engine: LoadSample['source'],
  crowd: Crowd,
  spec: Spec,
  options: LoadOptions,
  threads = 1,
): Promise<RunningUsers> {
  const load = new SharedLoad(engine, crowd, options, threads)
  await load.start(spec)
  return load
}

/** One load, whose plan several threads share. */
class SharedLoad implements RunningUsers {
  private readonly engine: LoadSample['source']
  private readonly crowd: Crowd
  private readonly options: LoadOptions
  private readonly shared: SharedBooks
  private readonly count: number
  private threads: GeneratorThread[] = []
  /** Parts of seconds that not all threads have told yet, by the number of the second. */
  private readonly parts = new Map<number, SecondPart[]>()
  private beginMs: number | undefined
  private stopped: Promise<LoadSummary> | undefined
  private most: number
  private isBroken = false
  /** Orders to all threads are given one after the other. */
  private last: Promise<unknown> = Promise.resolve()

  constructor(engine: LoadSample['source'], crowd: Crowd, options: LoadOptions, count: number) {
    this.engine = engine
    this.crowd = crowd
    this.options = options
    this.count = count
    this.shared = sharedBooks(count)
    this.most = crowd.users
  }

  async start<Spec>(spec: Spec): Promise<void> {
    const { also = [], idPrefix, forMs, env } = this.options
    const targets = [this.options, ...also].map(targetOf)
    const hearing = { second: (part: SecondPart) => this.heard(part), broken: (error: Error) => this.broke(error) }
    this.threads = Array.from({ length: this.count }, (_, thread) => {
      const setup: Setup<Spec> = {
        spec,
        targets,
        env,
        idPrefix,
        forMs,
        shared: this.shared,
        thread,
        threads: this.count,
      }
      return new GeneratorThread(this.engine, setup, hearing)
    })
    try {
      await Promise.all(this.threads.map((thread) => thread.start(this.count)))
      await this.all((thread) => thread.ask({ kind: 'go' }))
    } catch (thrown) {
      // Some may be alive and only late: left alone they would knock for ever, and keep the process from ending.
      await Promise.all(this.threads.map((thread) => thread.terminate()))
      throw thrown
    }
  }

  stop(drainMs: number): Promise<LoadSummary> {
    this.stopped ??= this.inTurn(async () => {
      const untilMs = await this.hold().catch(() => undefined)
      const ended = await this.all((thread) => thread.stop(drainMs, untilMs))
      for (const index of [...this.parts.keys()].sort((a, b) => a - b)) this.tell(index)
      return summaryOf(this.engine, this.most, this.shared, ended)
    })
    return this.stopped
  }

  async change(to: Change): Promise<LoadChange> {
    refuseChange(to, this.crowd, this.stopped !== undefined)
    this.most = Math.max(this.most, to.users ?? 0)
    return await this.inTurn(async () => {
      const atMs = await this.hold()
      const order = { kind: 'change', ratePerS: to.ratePerS, users: to.users, atMs } as const
      const [first] = await this.all((thread) => thread.ask(order))
      if (first?.change) return first.change
      throw new BadgatewayError('LOAD_FAILED', 'The load ended before it was changed', 'The change came to nothing.')
    })
  }

  /**
   * Lets all threads pause, and gives an instant of the plan that none of them has come to: they go on from there
   * together. One thread alone need not pause.
   */
  private async hold(): Promise<number | undefined> {
    if (this.threads.length === 1) return undefined
    const held = await this.all((thread) => thread.ask({ kind: 'hold' }))
    return Math.max(...held.map(({ atMs = 0 }) => atMs))
  }

  private async all<T>(act: (thread: GeneratorThread) => Promise<T>): Promise<T[]> {
    return await Promise.all(this.threads.map(act))
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.last.then(act)
    this.last = next.catch(() => undefined)
    return next
  }

  private heard(part: SecondPart): void {
    const parts = this.parts.get(part.index) ?? []
    // Each thread has an epoch of its own, to a part of a millisecond: the first that is heard is that of all.
    this.beginMs ??= part.beginMs
    parts.push({ ...part, beginMs: this.beginMs })
    this.parts.set(part.index, parts)
    if (parts.length === this.threads.length) this.tell(part.index)
  }

  private tell(index: number): void {
    const [first, ...others] = this.parts.get(index) ?? []
    this.parts.delete(index)
    if (first) this.options.onSample(sampleOf([first, ...others]))
  }

  private broke(error: Error): void {
    if (this.isBroken) return
    this.isBroken = true
    this.options.onBroken(error)
  }
}

/** Options hold functions, which cannot go to another thread. */
function targetOf({ target, host, socketPath, credentials, tls }: TargetSpec): TargetSpec {
  return {
    target,
    ...(host === undefined ? {} : { host }),
    ...(socketPath === undefined ? {} : { socketPath }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls === undefined ? {} : { tls }),
  }
}

function refuseChange(to: Change, crowd: Crowd, over: boolean): void {
  const pool = poolOf(crowd)
  const { ratePerS, users = 1 } = to
  const wrong =
    (over && 'it has ended') ||
    (!(ratePerS > 0 && ratePerS <= mostPerS) && `${ratePerS}/s is no rate from above 0 to ${mostPerS}`) ||
    (!(Number.isInteger(users) && users > 0 && users <= pool) && `${users} users are not from 1 to the pool's ${pool}`)
  if (!wrong) return
  throw new BadgatewayError(
    'LOAD_FAILED',
    `The load cannot be changed: ${wrong}`,
    'Its most users are load.users.pool.',
  )
}

/** Empty books that threads can share. */
export function sharedBooks(threads = 1): SharedBooks {
  return {
    reached: new Float64Array(new SharedArrayBuffer(8 * threads)),
    classes: new SharedArrayBuffer(firstClassBytes, { maxByteLength: mostClassBytes }),
    begin: new BigInt64Array(new SharedArrayBuffer(8)),
  }
}
