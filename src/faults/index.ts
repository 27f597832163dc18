import type { z } from 'zod'
import { makeOf, needsOf, unionOf } from '../kit/kind.ts'
import { backendBehaviour } from './backend-behaviour.ts'
import { backendOffline } from './backend-offline.ts'
import { cpuBurn } from './cpu-burn.ts'
import { deployRelease } from './deploy-release.ts'
import type { Fault } from './fault.ts'
import { maskedTimeout } from './masked-timeout.ts'
import { memoryOverload } from './memory-overload.ts'
import { misconfiguredContainer } from './misconfigured-container.ts'
import { missingFile } from './missing-file.ts'
import { packetFilter } from './packet-filter.ts'
import { patchProxyFault } from './patch-proxy.ts'
import { proxyConfig } from './proxy-config.ts'
import { trafficSpike } from './traffic-spike.ts'
import { wrongBalancing } from './wrong-balancing.ts'
import { wrongUpstream } from './wrong-upstream.ts'

/** Every fault there is: a new one is a file and a line here. */
export const faults = [
  backendBehaviour,
  backendOffline,
  cpuBurn,
  deployRelease,
  maskedTimeout,
  memoryOverload,
  misconfiguredContainer,
  missingFile,
  packetFilter,
  patchProxyFault,
  proxyConfig,
  trafficSpike,
  wrongBalancing,
  wrongUpstream,
] as const

export const faultSpec = unionOf(faults)
export type FaultSpec = z.output<typeof faultSpec>

export const faultFor = (spec: FaultSpec): Fault => makeOf(faults, spec)

/** What a stack must be able to do for it, by the name of the capability. */
export const faultNeeds = (spec: { kind: string }): readonly string[] => needsOf(faults, spec)

export type { Fault, Injection, Sighting } from './fault.ts'
