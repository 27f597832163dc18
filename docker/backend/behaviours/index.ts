import type { Behaviour } from '../behaviour.ts'
import { capacity } from './capacity.ts'
import { closedPort } from './closed-port.ts'
import { cpuBurn } from './cpu-burn.ts'
import { earlyClose } from './early-close.ts'
import { hang } from './hang.ts'
import { headerSize } from './header-size.ts'
import { invalidHeader } from './invalid-header.ts'
import { keepAliveLimits } from './keep-alive-limits.ts'
import { latency } from './latency.ts'
import { leakPerRequest } from './leak-per-request.ts'
import { reset } from './reset.ts'
import { status } from './status.ts'
import { truncatedBody } from './truncated-body.ts'
import { workingSet } from './working-set.ts'

/** Every behaviour, in the order in which they have their say: first what costs, then what waits, then what answers. */
export const behaviours: readonly Behaviour[] = [
  closedPort,
  capacity,
  cpuBurn,
  leakPerRequest,
  workingSet,
  keepAliveLimits,
  latency,
  headerSize,
  hang,
  reset,
  earlyClose,
  invalidHeader,
  truncatedBody,
  status,
]
