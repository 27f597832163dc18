import type { Sabotage } from '../edit.ts'
import { faultKinds } from './faults.ts'
import { handKinds } from './hands.ts'
import { loadKinds } from './load.ts'
import { monitorKinds } from './monitor.ts'
import { runKinds } from './run.ts'

/** Every way that is known to spoil the journal of a run that passed. None of them may pass. */
export const sabotages: readonly Sabotage[] = [...runKinds, ...handKinds, ...faultKinds, ...loadKinds, ...monitorKinds]
