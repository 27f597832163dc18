import { BadgatewayError } from '../../kit/errors.ts'
import type { BehaviourSpec } from '../../protocol/index.ts'
import type { MeasureAct, Scene, Service } from '../../stack/index.ts'
import { memoryOf } from '../vitals.ts'
import { type LoadTestResult, loadTest } from './load-test.ts'
import { findCapacity } from './load-test-capacity.ts'

const mebibyte = 1_048_576
/** Number of the copy that is pressed in a server's place: no upstream names it. */
const copyNumber = 8
/** A server that uses no more than this share of its limit has headroom. */
const headroomShare = 0.6
/** A limit is doubled so many times at most. */
const mostDoublings = 3
/** Slow enough to see memory grow with the requests. */
const gentle = { connections: 2, seconds: 1.5, ratePerS: 60, timeoutMs: 1_000 } as const
/** More than users bring, and not all that the machine can: the users are on it too. */
const hard = {
  from: 8,
  to: 16,
  secondsEach: 0.5,
  ratePerS: 400,
  timeoutMs: 1_000,
  budgets: { failedShare: 0.01, p99Ms: 1_000 },
} as const
/** Where a budget was overspent with less than half of these requests served, the machine stood still: once more. */
const enoughServed = (hard.ratePerS * hard.secondsEach * Math.log2((2 * hard.to) / hard.from)) / 2
const mostPresses = 3

export interface MemoryNeed {
  /** MiB that leave room to spare under load; null: not even the most that was tried. */
  needMb: number | null
  act: MeasureAct
}

interface Tried {
  limitMb: number
  peakMb: number | null
  died: boolean
  /** Requests that it served while it was pressed hard. */
  served: number
  because: string
}

/**
 * The load test of a service before users come: copies of it, with its own limit and then twice as much and so on, are
 * pressed until one bears it with room to spare.
 */
export async function memoryNeedOf(scene: Scene, server: Service, behaviour: BehaviourSpec): Promise<MemoryNeed> {
  const started = scene.clock.now()
  const { memoryLimit } = await server.state()
  const tried: Tried[] = []
  if (memoryLimit === null) return { needMb: null, act: actOf(scene, started, tried, null) }
  for (let doublings = 0; doublings <= mostDoublings; doublings += 1) {
    const limitMb = Math.round(memoryLimit / mebibyte) * 2 ** doublings
    const one = await tryOut(scene, server, behaviour, limitMb, doublings === 0)
    tried.push(one)
    if (one.died || one.peakMb === null || one.peakMb > headroomShare * limitMb) continue
    return { needMb: limitMb, act: actOf(scene, started, tried, limitMb) }
  }
  return { needMb: null, act: actOf(scene, started, tried, null) }
}

async function tryOut(
  scene: Scene,
  { role }: Service,
  behaviour: BehaviourSpec,
  limitMb: number,
  isFirst: boolean,
): Promise<Tried> {
  const env = { BEHAVIOUR: JSON.stringify(behaviour) }
  const { scriptable } = scene.stack.description.can
  // Without the program that would outlive it, so that its death is the container's.
  const alone = scriptable ? { entrypoint: scriptable.program } : {}
  const copy = await scene.stack.addBackend(role, copyNumber, { env, memoryMb: limitMb, ...alone })
  await scene.registerUndo({ verb: 'remove-container', container: copy.containerId }, `remove the copy ${copy.name}`)
  try {
    // What a request costs is the same below any limit.
    const slow = isFirst ? await loadTest(scene, copy, gentle) : undefined
    const most = await pressHard(scene, copy)
    const bytes = await memoryOf(scene.stack, copy)
    const died = most.died || slow?.died === true
    const peakMb = bytes === null ? null : Math.round(bytes / mebibyte)
    const end = died ? `killed: ${most.because}` : `uses ${peakMb ?? 'an unknown amount of'} MB in the end`
    const because = [`with ${limitMb} MB`, ...(slow ? [costOf(slow)] : []), end].join(': ')
    return { limitMb, peakMb, died, served: most.served, because }
  } finally {
    await scene.stack.remove(copy.name)
  }
}

/** Again where it served too little to tell; LOAD_FAILED when it could hardly be asked at all. */
async function pressHard(scene: Scene, copy: Service) {
  let served = 0
  for (let press = 1; press <= mostPresses; press += 1) {
    const { steps, died, because, brokeAt } = await findCapacity(scene, copy, hard)
    served += steps.reduce((sum, step) => sum + Math.round(step.requests * (1 - step.failedShare)), 0)
    if (died || brokeAt === null || served >= enoughServed) return { died, because, served }
  }
  const message = `${copy.name}, a copy to be pressed, served ${served} requests in ${mostPresses} load tests`
  throw new BadgatewayError('LOAD_FAILED', message, 'That says nothing of its memory. Is the machine overloaded?')
}

function costOf({ mbPerThousandRequests: each, limitAfterRequests }: LoadTestResult): string {
  const growth = each === null || each === 0 ? 'no steady growth' : `${(each / 1_000).toFixed(2)} MB kept a request`
  return limitAfterRequests === null ? growth : `${growth}, its limit met after ~${limitAfterRequests} requests`
}

function actOf({ clock }: Scene, started: number, tried: readonly Tried[], needMb: number | null): MeasureAct {
  const said = tried.map(({ because }) => because).join('. ')
  const need = needMb === null ? 'no limit that was tried is enough' : `it needs ${needMb} MB, room to spare included`
  const evidence = { needMb, tried: tried.map(({ because: _, ...figures }) => figures) }
  const action = needMb === null ? 'rejected' : 'kept-off'
  return {
    measure: 'load-test',
    action,
    because: `${said || 'it has no limit'}. ${need}`,
    tookMs: clock.now() - started,
    evidence,
  }
}
