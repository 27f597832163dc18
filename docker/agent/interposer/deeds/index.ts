import type { InterposerDeed } from '../../../../src/protocol/index.ts'
import type { Deed } from '../deed.ts'
import { fin, hang, reset, truncate } from './cuts.ts'
import { bigHeader, endlessHeader, invalidHeader, status } from './headers.ts'
import { bandwidth, idleClose, latency, raceClose } from './pace.ts'

/** What is done, from what was wished. */
export function deedOf(wish: InterposerDeed, seed: number): Deed {
  switch (wish.does) {
    case 'latency':
      return latency(seed)(wish)
    case 'hang':
      return hang(wish)
    case 'reset':
      return reset(wish)
    case 'fin':
      return fin(wish)
    case 'truncate':
      return truncate(wish)
    case 'big-header':
      return bigHeader(wish)
    case 'invalid-header':
      return invalidHeader(wish)
    case 'endless-header':
      return endlessHeader(wish)
    case 'status':
      return status(wish)
    case 'bandwidth':
      return bandwidth(wish)
    case 'idle-close':
      return idleClose(wish)
    case 'race-close':
      return raceClose(wish)
  }
}
