import { pressLimits } from '../../protocol/index.ts'
import type { Service } from '../../stack/index.ts'
import { memoryOf, vitalsOf } from '../vitals.ts'
import { isAnother, type LoadTestWish, type Place, pressOnce, sumOf } from './load-test.ts'
import { type Growth, growthOf, type LoadBudgets, overspent } from './load-test-maths.ts'

const lookEveryMs = 200

export interface CapacityWish extends Omit<LoadTestWish, 'connections' | 'seconds'> {
  budgets: Pick<LoadBudgets, 'failedShare' | 'p99Ms'>
  /** First and most connections; default 1 and the most that the agent can, 200. */
  from?: number
  to?: number
  /** How long each number of connections is pressed; default 1. */
  secondsEach?: number
  /** No step is begun that could not end within so many ms of pressing; default 60,000. */
  withinMs?: number
}

/** One number of connections, pressed for a while. */
export interface CapacityStep {
  connections: number
  requests: number
  requestsPerS: number
  failedShare: number
  p99Ms: number | null
  /** The most memory that was seen meanwhile; null when none was. */
  peakBytes: number | null
  /** What of the budgets it overspent; empty when nothing. */
  wrong: string[]
}

export interface Capacity {
  service: string
  steps: CapacityStep[]
  /** The best throughput within the budgets; null when the first step overspent them. */
  best: { connections: number; requestsPerS: number } | null
  /** Connections at which a budget was overspent; null when none was as far as it was tried. */
  brokeAt: number | null
  died: boolean
  oomKilled: boolean
  /** What each request at once costs; its `limitAt` is how many meet the memory limit. */
  memory: Growth | null
  because: string
}

/** Doubles the connections until a budget is overspent, the container dies, or the most or the time is reached. */
export async function findCapacity(scene: Place, service: Service, wish: CapacityWish): Promise<Capacity> {
  const { budgets, from = 1, to = pressLimits.connections, secondsEach = 1, withinMs = 60_000, ...load } = wish
  const { failedShare, p99Ms } = budgets
  const before = await vitalsOf(service)
  const endMs = scene.clock.now() + withinMs
  const steps: CapacityStep[] = []
  let connections = from
  let end = ''
  let [died, oomKilled] = [false, false]
  while (end === '') {
    const step = await pressedAt(scene, service, { ...load, connections, seconds: secondsEach })
    const now = await vitalsOf(service)
    died = isAnother(before, now)
    oomKilled = now.oomKilled && died
    const wrong = overspent({ ...step, growth: null, died }, { failedShare, p99Ms })
    steps.push({ ...step, wrong })
    const next = Math.min(connections * 2, to)
    if (wrong.length > 0) end = `at ${connections} connections ${wrong.join('; ')}${oomKilled ? ', out of memory' : ''}`
    else if (next <= connections) end = `nothing gave way up to ${connections} connections`
    else if (scene.clock.now() + secondsEach * 1_000 > endMs) end = `time was over after ${connections} connections`
    connections = next
  }
  const last = steps.at(-1)
  // While it was dying nobody could look: what was seen of that step is less than there was.
  const lived = died ? steps.slice(0, -1) : steps
  const points = lived.flatMap(({ connections: count, peakBytes: bytes }) => (bytes === null ? [] : [{ count, bytes }]))
  return {
    service: service.name,
    steps,
    best: bestOf(steps),
    brokeAt: last && last.wrong.length > 0 ? last.connections : null,
    died,
    oomKilled,
    memory: growthOf(points, before.memoryLimit),
    because: `${service.name}: ${end}${wordsOf(bestOf(steps))}`,
  }
}

function bestOf(steps: readonly CapacityStep[]): Capacity['best'] {
  const good = steps.filter((step) => step.wrong.length === 0)
  const best = good.toSorted((a, b) => b.requestsPerS - a.requestsPerS)[0]
  return best ? { connections: best.connections, requestsPerS: best.requestsPerS } : null
}

function wordsOf(best: Capacity['best']): string {
  if (!best) return '; no load was within the budgets'
  return `; within them it served at most ${Math.round(best.requestsPerS)}/s, on ${best.connections} connections`
}

/** Presses, and looks at the memory meanwhile: what open requests hold is gone when they have ended. */
async function pressedAt(scene: Place, service: Service, wish: LoadTestWish): Promise<Omit<CapacityStep, 'wrong'>> {
  let peakBytes: number | null = null
  const over = new AbortController()
  const looking = (async () => {
    while (!over.signal.aborted) {
      const bytes = await memoryOf(scene.stack, service)
      if (bytes !== null) peakBytes = Math.max(peakBytes ?? 0, bytes)
      await scene.clock.sleep(lookEveryMs, over.signal).catch(() => undefined)
    }
  })()
  try {
    const { requests, requestsPerS, failedShare, p99Ms } = sumOf([await pressOnce(scene, service, wish)])
    return { connections: wish.connections, requests, requestsPerS, failedShare, p99Ms, peakBytes }
  } finally {
    over.abort()
    await looking
  }
}
