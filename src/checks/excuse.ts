import { inSeconds, percent } from '../kit/figures.ts'
import type { MachineRoom, Room } from './reading/machine.ts'

/** By how much the system missed a limit of its own time, and in which window. Instants are monotonic ms. */
export interface Miss {
  readonly fromT: number
  readonly toT: number
  /**
   * Ms beyond the limit; `limitMs`: it did not happen at all in the window, and was due so long after its begin. A
   * share of what was asked for in the window, 0 … 1, where the limit is a rate. `crowded`: what was seen there may be
   * the machine's doing: a look that got no answer in time, or an alert on slow answers.
   */
  readonly over: { readonly ms: number } | { readonly limitMs: number } | { readonly share: number } | 'crowded'
}

/** Of what may be the machine's doing, it must have had no room for half of the time. */
const crowdedShare = 0.5

/**
 * Why a miss cannot be held against the system: the machine took more from it in this window than it missed by.
 * Undefined when that is not so. Strict on purpose: a machine that had no room for one of thirty seconds explains one
 * second, and a defect that is worse than that stays one.
 */
export function excuseOf(machine: Pick<MachineRoom, 'between'>, { fromT, toT, over }: Miss): string | undefined {
  const room = machine.between(fromT, toT)
  if (room.lostMs <= 0) return undefined
  const windowMs = Math.max(1, toT - fromT)
  if (over === 'crowded') return room.starvedMs >= crowdedShare * windowMs ? room.because : undefined
  const cost = `${room.because}, which may have cost ${inSeconds(room.lostMs)}`
  // What has not happened had its time when what was left to it is as long as its limit.
  if ('limitMs' in over) {
    const leftMs = windowMs - room.lostMs
    return leftMs < over.limitMs ? `${cost}: ${inSeconds(leftMs)} were left of it` : undefined
  }
  if ('share' in over)
    return over.share <= room.lostMs / windowMs ? `${cost}: ${shareWords(room, windowMs)}` : undefined
  return over.ms <= room.lostMs ? `${cost}, and it was missed by ${inSeconds(over.ms)}` : undefined
}

function shareWords({ lostMs }: Room, windowMs: number): string {
  return `up to ${percent(Math.round((lostMs / windowMs) * 1_000) / 1_000)} of it`
}
