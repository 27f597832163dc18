import { allEnded } from '../kit/all-ended.ts'
import type { Clock } from '../kit/clock.ts'
import { showMs } from '../kit/duration.ts'

/** How much longer than the reference machine this one takes: limits of waiting are so much longer. */
export interface Pace {
  /** At least 1, at most 4. */
  readonly factor: number
  /** With the figures it follows from. */
  readonly because: string
}

/** What was measured, ms; null: it was not, or there was no answer. */
export interface Measured {
  /** A whole stack, from its first container to its last word. */
  readonly raiseMs: number | null
  /** A command that does nothing, in a container that runs. */
  readonly execMs: number | null
  readonly pingMs: number | null
}

export const unmeasured: Measured = { raiseMs: null, execMs: null, pingMs: null }

/** What a quiet machine of two cores was measured to need at most (docs/measurements.md), ms. */
const reference = { raiseMs: 2_000, execMs: 60, pingMs: 15 } as const
const names = {
  raiseMs: 'starting the stack',
  execMs: 'a command in a container',
  pingMs: 'a ping of the engine',
} as const
/** A machine that is slower than that carries no experiment: waiting longer for it would prove nothing. */
const mostTimes = 4
const asks = 3

/** The slowest of the measured figures tells the pace. Pure. */
export function paceOf(measured: Measured): Pace {
  const keys = ['raiseMs', 'execMs', 'pingMs'] as const
  const known = keys.flatMap((key) => {
    const ms = measured[key]
    return ms === null ? [] : [{ times: ms / reference[key], told: `${names[key]} took ${showMs(ms)}` }]
  })
  const factor = Math.min(mostTimes, Math.max(1, ...known.map(({ times }) => times)))
  return { factor, because: known.map(({ told }) => told).join(', ') || 'nothing was measured' }
}

/** Asks engine and container a few times; the median counts, for one answer may have met anything. */
export async function measurePace(
  { clock, ping, exec }: { clock: Clock; ping: () => Promise<unknown>; exec: () => Promise<unknown> },
  raiseMs: number | null,
): Promise<Measured> {
  const [pingMs, execMs] = await allEnded([medianOf(clock, ping), medianOf(clock, exec)])
  return { raiseMs, pingMs, execMs }
}

async function medianOf(clock: Clock, ask: () => Promise<unknown>): Promise<number | null> {
  const took: number[] = []
  for (let asked = 0; asked < asks; asked += 1) {
    const began = clock.now()
    const answered = await ask().then(
      () => true,
      () => false,
    )
    if (answered) took.push(clock.now() - began)
  }
  return took.sort((a, b) => a - b)[Math.floor(took.length / 2)] ?? null
}
