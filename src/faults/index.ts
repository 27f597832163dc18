import type { z } from 'zod'
import { type OwnSpec, type Ready, readyOf, unionOf } from '../kit/kind.ts'
import { backendBehaviour } from './backend-behaviour.ts'
import { backendOffline } from './backend-offline.ts'
import { containerFault } from './container.ts'
import { cpuBurn } from './cpu-burn.ts'
import { cpuLimit } from './cpu-limit.ts'
import { deployRelease } from './deploy-release.ts'
import { diskFull } from './disk-full.ts'
import type { AnyFaultKind, Fault } from './fault.ts'
import { interposed } from './interpose.ts'
import { maskedTimeout } from './masked-timeout.ts'
import { memoryLimit } from './memory-limit.ts'
import { memoryOverload } from './memory-overload.ts'
import { misconfiguredContainer } from './misconfigured-container.ts'
import { missingFile } from './missing-file.ts'
import { nameLookup } from './name-lookup.ts'
import { packetFilter } from './packet-filter.ts'
import { patchProxyFault } from './patch-proxy.ts'
import { proxyConfig } from './proxy-config.ts'
import { proxyFiles } from './proxy-files.ts'
import { trafficSpike } from './traffic-spike.ts'
import { wrongBalancing } from './wrong-balancing.ts'
import { wrongUpstream } from './wrong-upstream.ts'

/** Every fault there is: a new one is a file and a line here. */
export const faults = [
  backendBehaviour,
  backendOffline,
  containerFault,
  cpuBurn,
  cpuLimit,
  deployRelease,
  diskFull,
  interposed,
  maskedTimeout,
  memoryLimit,
  memoryOverload,
  misconfiguredContainer,
  missingFile,
  nameLookup,
  packetFilter,
  patchProxyFault,
  proxyConfig,
  proxyFiles,
  trafficSpike,
  wrongBalancing,
  wrongUpstream,
] as const

export const faultSpec = unionOf(faults)
export type FaultSpec = z.output<typeof faultSpec>

/** What a spec becomes; `own`: kinds that the scenario brings along. */
export const readyFault = (spec: FaultSpec | OwnSpec, own: readonly AnyFaultKind[] = []): Ready<Fault> => {
  return readyOf([...faults, ...own], spec)
}

export { type AnyFaultKind, defineFault, type Fault, type Injection, type WitnessObservation } from './fault.ts'
export { unfitFor } from './proxy-files.ts'
export { type UserFault, userFault } from './user-command.ts'
