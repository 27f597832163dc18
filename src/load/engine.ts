import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { LatencySummary, LedgerClass } from '../kit/ledger.ts'
import { classOf, codeCount, codeOf, ledgerOf, openCode } from './codes.ts'
import {
  type LoadChange,
  type LoadOptions,
  type LoadSample,
  type LoadSummary,
  poolOf,
  type RunningUsers,
  type TargetSpec,
} from './types.ts'
import type { ChangeMessage, EndedMessage, Setup, SharedBooks, StopMessage, WorkerMessage } from './wire.ts'

/** Address space, not memory: room for 256 million requests. */
const mostClassBytes = 512 * 1024 * 1024
const firstClassBytes = 64 * 1024
/** What a worker may take to start, and to answer after its drain time has passed. */
const startWithinMs = 10_000
const answerWithinMs = 5_000
const mostPerS = 100_000

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

type Change = Parameters<RunningUsers['change']>[0]

/**
 * Runs one engine in a worker of its own, so that nothing the harness does can delay a request. Only the users' engine
 * understands `change`.
 */
export async function startEngine<Spec>(
  engine: LoadSample['source'],
  crowd: { users: number; pool?: number | undefined },
  spec: Spec,
  options: LoadOptions,
): Promise<RunningUsers> {
  const shared = sharedBooks()
  const { also = [], idPrefix, forMs, env } = options
  const setup: Setup<Spec> = { spec, targets: [options, ...also].map(targetOf), env, idPrefix, forMs, shared }
  // The same extension as this file: `.ts` in the repository, `.js` in the package.
  const url = new URL(`./${engine}-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url)
  const worker = new Worker(url, {
    workerData: setup,
    execArgv: [],
    name: `badgateway ${engine}`,
    // A roomy nursery: collecting it less often is what keeps pauses, and so schedule lag, short at high rates.
    resourceLimits: { maxYoungGenerationSizeMb: 96 },
  })
  const ears = listen(worker, options)
  await limited(ears.started, startWithinMs).catch(async (thrown: unknown) => {
    // It may be alive and only late: left alone it would knock for ever, and keep the process from ending.
    await worker.terminate()
    throw thrown
  })
  let stopped: Promise<LoadSummary> | undefined
  let most = crowd.users
  return {
    stop: (drainMs) => {
      stopped ??= stopEngine(worker, ears, drainMs).then((ended) => summaryOf(engine, most, shared, ended))
      return stopped
    },
    change: async (to) => {
      refuseChange(to, crowd, stopped !== undefined)
      most = Math.max(most, to.users ?? 0)
      return await changeEngine(worker, ears, to)
    },
  }
}

function refuseChange(to: Change, crowd: { users: number; pool?: number | undefined }, over: boolean): void {
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

async function changeEngine(worker: Worker, ears: Ears, to: Change): Promise<LoadChange> {
  const number = ears.changes.length
  const change = Promise.withResolvers<LoadChange>()
  ears.changes.push(change.resolve)
  worker.postMessage({ kind: 'change', number, ratePerS: to.ratePerS, users: to.users } satisfies ChangeMessage)
  const dead = ears.ended.then(() => {
    throw new BadgatewayError('LOAD_FAILED', 'The load ended before it was changed', 'The change came to nothing.')
  })
  return await limited(Promise.race([change.promise, dead]), answerWithinMs)
}

interface Ears {
  started: Promise<void>
  /** The totals; undefined when the worker died first. */
  ended: Promise<EndedMessage['summary'] | undefined>
  /** Who waits for which change, by its number. */
  changes: ((change: LoadChange) => void)[]
}

function listen(worker: Worker, options: LoadOptions): Ears {
  const started = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<EndedMessage['summary'] | undefined>()
  const changes: Ears['changes'] = []
  let running = false
  let over = false
  const broke = (reason: string, cause?: unknown) => {
    if (over) return
    over = true
    const error = new BadgatewayError('LOAD_FAILED', `The load generator broke: ${reason}`, 'The run proves nothing.', {
      cause,
    })
    ended.resolve(undefined)
    if (running) options.onBroken(error)
    else started.reject(error)
  }
  started.promise.catch(() => undefined)
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'started') {
      running = true
      started.resolve()
    } else if (message.kind === 'sample') options.onSample(message.sample)
    else if (message.kind === 'changed') changes[message.number]?.(message.change)
    else {
      over = true
      ended.resolve(message.summary)
    }
  })
  worker.on('error', (error) => broke(reasonOf(error), error))
  worker.on('messageerror', (error) => broke(reasonOf(error), error))
  worker.on('exit', (code) => broke(`its thread ended with code ${code}`))
  return { started: started.promise, ended: ended.promise, changes }
}

async function stopEngine(worker: Worker, ears: Ears, drainMs: number): Promise<EndedMessage['summary'] | undefined> {
  worker.postMessage({ kind: 'stop', drainMs } satisfies StopMessage)
  const ended = await limited(ears.ended, drainMs + answerWithinMs).catch(() => undefined)
  await worker.terminate()
  return ended
}

/** Empty books that two threads can share. */
export function sharedBooks(): SharedBooks {
  return {
    planned: new Float64Array(new SharedArrayBuffer(8)),
    classes: new SharedArrayBuffer(firstClassBytes, { maxByteLength: mostClassBytes }),
  }
}

/** The summary from the engine's totals, or from the shared books alone when the engine died. */
export function summaryOf(
  source: LoadSample['source'],
  users: number,
  shared: SharedBooks,
  ended: EndedMessage['summary'] | undefined,
): LoadSummary {
  const classes = new Uint16Array(shared.classes)
  const planned = shared.planned[0] ?? 0
  const { latencyByCode, ...rest } = ended ?? salvaged(planned, classes)
  const byName = new Map(latencyByCode.map(([code, latency]) => [classOf(code), latency]))
  return {
    source,
    users,
    ...rest,
    classOf: (k) => (k >= 0 && k < planned ? classOf(classes[k] ?? openCode) : undefined),
    latencyOf: (name: LedgerClass): LatencySummary => byName.get(name) ?? null,
  }
}

/** What a dead worker had counted: every request is still in one class, those that were open in `in_flight_at_end`. */
function salvaged(planned: number, classes: Uint16Array): EndedMessage['summary'] {
  const counts = new Uint32Array(codeCount)
  const inFlight = codeOf('in_flight_at_end')
  for (let k = 0; k < planned; k += 1) {
    if (!classes[k]) classes[k] = inFlight
    const code = classes[k] ?? inFlight
    counts[code] = (counts[code] ?? 0) + 1
  }
  const ledger = ledgerOf(counts)
  return { planned, ledger, latencyMs: null, latencyByCode: [], scheduleLagMs: null, achievedRate: 0 }
}

/** kit's `within` would say "deadline"; here a late worker is a broken generator. */
async function limited<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(
      new BadgatewayError('LOAD_FAILED', `The load generator said nothing for ${ms} ms`, 'Is the machine overloaded?'),
    )
  }, ms)
  return await Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}
