import type { Sabotage } from '../edit.ts'
import { deedKinds } from './deeds.ts'
import { endKinds } from './ends.ts'
import { faultKinds } from './faults.ts'
import { handKinds } from './hands.ts'
import { loadKinds } from './load.ts'
import { monitorKinds } from './monitor.ts'
import { runKinds } from './run.ts'
import { secondKinds } from './seconds.ts'
import { stackKinds } from './stack.ts'

/** Every way that is known to spoil the journal of a run that passed. None of them may pass. */
export const sabotages: readonly Sabotage[] = [
  ...runKinds,
  ...endKinds,
  ...handKinds,
  ...stackKinds,
  ...faultKinds,
  ...deedKinds,
  ...loadKinds,
  ...secondKinds,
  ...monitorKinds,
]
