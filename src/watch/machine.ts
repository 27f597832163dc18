import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { NewFact } from '../journal/index.ts'
import { type Clock, onTheBeat, within } from '../kit/clock.ts'
import { type CpuTime, readCpuTime, sharesBetween } from './cpu-time.ts'

const lookEveryMs = 1_000
/** A command in a container costs the engine CPU of its own: only every fifth second. */
const execEveryMs = 5_000
/** A quiet engine answers a ping in 1 to 3 ms and a command in 60 to 150 ms: later than this is no answer in time. */
const pingLimitMs = 2_000
const execLimitMs = 5_000
/** Ms between two looks of Node at its own loop: they cost some 0.1 % of a core. */
const loopBeatMs = 20

type Sample = Extract<NewFact, { kind: 'machine-sample' }>
type Silent = NonNullable<Sample['unanswered']>[number]

/** Delay of the event loop since it was last taken, ms. */
export interface LoopDelay {
  take(): { p99: number; max: number }
  end(): void
}

interface Wiring {
  /** Asks the engine whether it is there, and lets a command that does nothing run in a container of ours. */
  ping: () => Promise<unknown>
  exec: () => Promise<unknown>
  clock: Clock
  write: (fact: NewFact) => void
  /** Journal time of a wall instant. */
  toT: (wallMs: number) => number
  signal: AbortSignal
  readCpu?: () => Promise<CpuTime | null>
  loop?: LoopDelay
}

/**
 * How much room the machine has, once a second until the signal: the CPU, the harness's own event loop, and how long
 * engine and containers take for nothing. What does not answer is noted, and never stops the run.
 */
export function watchMachine(wiring: Wiring): void {
  const { clock, write, toT, signal, readCpu = readCpuTime, loop = loopDelay() } = wiring
  const asked = [
    new Asked('engine-ping', wiring.ping, { everyMs: lookEveryMs, limitMs: pingLimitMs, clock }),
    new Asked('exec', wiring.exec, { everyMs: execEveryMs, limitMs: execLimitMs, clock }),
  ] as const
  let before: { cpu: CpuTime | null; t: number } | undefined
  const look = async () => {
    const cpu = await readCpu().catch(() => null)
    const t = toT(clock.wall())
    const since = before
    const loopDelayMs = loop.take()
    const [ping, exec] = asked.map((one) => one.takeAndAsk())
    before = { cpu, t }
    if (!since || signal.aborted) return
    const spanMs = Math.max(0, t - since.t)
    const shares = cpu && since.cpu ? sharesBetween(since.cpu, cpu, spanMs) : noShares
    const unanswered = [ping, exec].flatMap((one) => (one?.silent ? [one.silent] : []))
    write({
      kind: 'machine-sample',
      fromT: since.t,
      spanMs,
      ...shares,
      loopDelayMs,
      enginePingMs: ping?.ms ?? null,
      execMs: exec?.ms ?? null,
      ...(unanswered.length > 0 ? { unanswered } : {}),
      source: shares.cpuPressure === null ? 'stat' : 'psi',
    })
  }
  void onTheBeat({ everyMs: () => lookEveryMs, clock, signal }, look).finally(() => loop.end())
}

/** Where the kernel tells nothing, the machine is taken for idle: what is not known excuses nobody. */
const noShares = { cpuBusy: 0, cpuPressure: null, steal: 0 }

interface Rhythm {
  everyMs: number
  limitMs: number
  clock: Clock
}

/** Asks on a beat of its own, one question at a time, and keeps what came since it was last looked at. */
class Asked {
  private readonly name: Silent
  private readonly ask: () => Promise<unknown>
  private readonly rhythm: Rhythm
  private askedAt = Number.NEGATIVE_INFINITY
  private isOpen = false
  private result: { ms: number | null; silent?: Silent } = { ms: null }

  constructor(name: Silent, ask: () => Promise<unknown>, rhythm: Rhythm) {
    this.name = name
    this.ask = ask
    this.rhythm = rhythm
  }

  takeAndAsk(): { ms: number | null; silent?: Silent } {
    const { result, rhythm } = this
    this.result = { ms: null }
    // A beat that comes a little early is the beat all the same.
    if (!this.isOpen && rhythm.clock.now() - this.askedAt >= rhythm.everyMs - lookEveryMs / 4) void this.once()
    return result
  }

  private async once(): Promise<void> {
    const { clock, limitMs } = this.rhythm
    this.isOpen = true
    this.askedAt = clock.now()
    try {
      await within(limitMs, this.name, this.ask())
      this.result = { ms: clock.now() - this.askedAt }
    } catch {
      this.result = { ms: null, silent: this.name }
    } finally {
      this.isOpen = false
    }
  }
}

function loopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: loopBeatMs })
  histogram.enable()
  // What it counts is the time between two looks: their beat is no delay.
  const late = (ns: number) => Math.max(0, ns / 1e6 - loopBeatMs)
  return {
    take: () => {
      const delay =
        histogram.count === 0 ? { p99: 0, max: 0 } : { p99: late(histogram.percentile(99)), max: late(histogram.max) }
      histogram.reset()
      return delay
    },
    end: () => histogram.disable(),
  }
}
