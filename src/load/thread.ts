import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import type {
  Answer,
  EndedPart,
  Order,
  OrderMessage,
  SecondPart,
  Setup,
  StopMessage,
  WorkerMessage,
} from './books/wire.ts'
import type { LoadSample } from './types.ts'

/** What a worker may take to start, where it is alone in that; and to answer. */
const startWithinMs = 30_000
const answerWithinMs = 5_000

export interface Hearing {
  second(part: SecondPart): void
  /** The thread broke while it was running: LOAD_FAILED. */
  broken(error: BadgatewayError): void
}

/** One thread of a generator: what it is told, and what it says. */
export class GeneratorThread {
  /** The totals; undefined when the thread died first. */
  readonly ended: Promise<EndedPart | undefined>
  private readonly worker: Worker
  private readonly hearing: Hearing
  private readonly ready = Promise.withResolvers<void>()
  private readonly end = Promise.withResolvers<EndedPart | undefined>()
  private readonly asked: PromiseWithResolvers<Answer>[] = []
  private running = false
  private over = false

  constructor(engine: LoadSample['source'], setup: Setup<unknown>, hearing: Hearing) {
    this.hearing = hearing
    this.ended = this.end.promise
    // The same extension as this file: `.ts` in the repository, `.js` in the package.
    const url = new URL(`./${engine}/${engine}-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url)
    this.worker = new Worker(url, {
      workerData: setup,
      execArgv: [],
      name: `badgateway ${engine}`,
      // A roomy nursery: collecting it less often is what keeps pauses, and so schedule lag, short at high rates.
      resourceLimits: { maxYoungGenerationSizeMb: 96 },
    })
    this.ready.promise.catch(() => undefined)
    this.worker.on('message', (message: WorkerMessage) => this.heard(message))
    this.worker.on('error', (error) => this.broke(reasonOf(error), error))
    this.worker.on('messageerror', (error) => this.broke(reasonOf(error), error))
    this.worker.on('exit', (code) => this.broke(`its thread ended with code ${code}`))
  }

  /** Resolves when the plan can begin, of so many threads that start at once; LOAD_FAILED when it cannot start. */
  async start(atOnce: number): Promise<void> {
    await limited(this.ready.promise, startWithinMs * atOnce)
    this.running = true
  }

  /** Gives an order and what came of it; LOAD_FAILED when nothing did. */
  async ask(order: Order): Promise<Answer> {
    const answer = Promise.withResolvers<Answer>()
    const number = this.asked.push(answer) - 1
    this.worker.postMessage({ ...order, number } satisfies OrderMessage)
    const dead = this.ended.then(() => {
      throw new BadgatewayError('LOAD_FAILED', 'The load ended before it was changed', 'The change came to nothing.')
    })
    return await limited(Promise.race([answer.promise, dead]), answerWithinMs)
  }

  async stop(drainMs: number, untilMs: number | undefined): Promise<EndedPart | undefined> {
    this.worker.postMessage({ kind: 'stop', drainMs, untilMs } satisfies StopMessage)
    const ended = await limited(this.ended, drainMs + answerWithinMs).catch(() => undefined)
    await this.terminate()
    return ended
  }

  async terminate(): Promise<void> {
    this.over = true
    await this.worker.terminate()
  }

  private heard(message: WorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        this.ready.resolve()
        return
      case 'second':
        this.hearing.second(message.part)
        return
      case 'answer':
        this.asked[message.number]?.resolve(message.answer)
        return
      case 'ended':
        this.over = true
        this.end.resolve(message.part)
    }
  }

  private broke(reason: string, cause?: unknown): void {
    if (this.over) return
    this.over = true
    const said = `The load generator broke: ${reason}`
    const error = new BadgatewayError('LOAD_FAILED', said, 'The run proves nothing.', { cause })
    this.end.resolve(undefined)
    if (this.running) this.hearing.broken(error)
    else this.ready.reject(error)
  }
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
