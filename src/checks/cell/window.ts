import { type Fact, factsOf } from '../../journal/index.ts'
import { secondMs } from '../reading/seconds.ts'

/** The time in which a cell's fault was there, monotonic ms since the run started. */
export interface FaultTime {
  /** When it was begun. */
  readonly fromT: number
  /** When it was said to be there. */
  readonly inForceT: number
  /** When it was taken away. */
  readonly toT: number
  /** When it was gone. */
  readonly goneT: number
  /** It was ended, or ended by itself, in the story. */
  readonly isEnded: boolean
}

/** Null: nothing was ever in force. */
export function faultTime(facts: readonly Fact[]): FaultTime | null {
  const injected = factsOf(facts, 'fault-injected').find(({ outcome }) => outcome === 'in-force')
  if (!injected) return null
  const itself = factsOf(facts, 'fault-undone').find(({ by, n }) => by === 'itself' && n > injected.n)
  const begin = { fromT: injected.startedT, inForceT: injected.t }
  if (itself) return { ...begin, toT: itself.t, goneT: itself.t, isEnded: true }
  const ended = factsOf(facts, 'remedy-applied').find(({ n, changed }) => changed && n > injected.n)
  const undo = factsOf(facts, 'phase-entered').find(({ phase, n }) => phase === 'undo' && n > injected.n)
  const end = ended ?? undo
  const lastT = facts.at(-1)?.t ?? injected.t
  const toT = ended?.startedT ?? undo?.t ?? lastT
  return { ...begin, toT, goneT: end?.t ?? lastT, isEnded: ended !== undefined }
}

interface Asked {
  readonly n: number
  readonly fromT: number
  readonly requests: number
  readonly failed: number
  readonly firstFailedT: number
  readonly lastFailedT: number
}

/** What users met while it was there: asked from the first failure on, for what injects it takes a while itself. */
export function metIn<S extends Asked>(seconds: readonly S[], { fromT, inForceT, toT, goneT }: FaultTime) {
  const since = seconds.filter((one) => one.failed > 0 && one.lastFailedT >= fromT)
  const during = since.filter((one) => one.firstFailedT < goneT)
  const failed = during.reduce((sum, one) => sum + one.failed, 0)
  const beginT = Math.min(inForceT, ...during.map(({ firstFailedT }) => Math.max(fromT, firstFailedT)))
  const endT = Math.max(toT, Math.min(goneT, ...during.slice(-1).map(({ lastFailedT }) => lastFailedT)))
  const asked = Math.max(failed, askedBetween(seconds, beginT, endT))
  return { since, during, beginT, endT, failed, asked, share: asked === 0 ? 0 : failed / asked }
}

/**
 * How many requests left in a time, by the seconds of the load: of one that lies in it only in part, that part, for
 * users ask at even intervals.
 */
export function askedBetween(
  seconds: readonly Pick<Asked, 'fromT' | 'requests'>[],
  fromT: number,
  toT: number,
): number {
  const sum = seconds.reduce((all, { fromT: begin, requests }) => {
    const inside = Math.min(toT, begin + secondMs) - Math.max(fromT, begin)
    return all + requests * Math.max(0, Math.min(1, inside / secondMs))
  }, 0)
  return Math.round(sum)
}
