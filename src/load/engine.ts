import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type { LatencySummary, LedgerClass } from '../kit/ledger.ts'
import { classOf, codeCount, codeOf, ledgerOf, openCode } from './codes.ts'
import type { LoadOptions, LoadSample, LoadSummary, RunningLoad } from './types.ts'
import type { EndedMessage, Setup, SharedBooks, StopMessage, WorkerMessage } from './wire.ts'

/** Address space, not memory: room for 256 million requests. */
const mostClassBytes = 512 * 1024 * 1024
const firstClassBytes = 64 * 1024
/** What a worker may take to start, and to answer after its drain time has passed. */
const startWithinMs = 10_000
const answerWithinMs = 5_000

/** Runs one engine in a worker of its own, so that nothing the harness does can delay a request. */
export async function startEngine<Spec>(
  engine: LoadSample['source'],
  users: number,
  spec: Spec,
  options: LoadOptions,
): Promise<RunningLoad> {
  const shared = sharedBooks()
  const { target, idPrefix, host, forMs } = options
  const setup: Setup<Spec> = { spec, target, idPrefix, host, forMs, shared }
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
  return {
    stop: (drainMs) => {
      stopped ??= stopEngine(worker, ears, drainMs).then((ended) => summaryOf(engine, users, shared, ended))
      return stopped
    },
  }
}

interface Ears {
  started: Promise<void>
  /** The totals; undefined when the worker died first. */
  ended: Promise<EndedMessage['summary'] | undefined>
}

function listen(worker: Worker, options: LoadOptions): Ears {
  const started = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<EndedMessage['summary'] | undefined>()
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
    else {
      over = true
      ended.resolve(message.summary)
    }
  })
  worker.on('error', (error) => broke(reasonOf(error), error))
  worker.on('messageerror', (error) => broke(reasonOf(error), error))
  worker.on('exit', (code) => broke(`its thread ended with code ${code}`))
  return { started: started.promise, ended: ended.promise }
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
