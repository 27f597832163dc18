import { type Fault, type FaultSpec, readyFault } from '../../src/faults/index.ts'
import { type Remedy, type RemedySpec, readyRemedy } from '../../src/remedies/index.ts'
import { type Probe, type ProbeSpec, readyProbe } from '../../src/watch/index.ts'

/** What a spec becomes, at once: a plan makes it when its step begins. */
export const faultFor = (spec: FaultSpec): Fault => readyFault(spec).make()
export const remedyFor = (spec: RemedySpec): Remedy => readyRemedy(spec).make()
export const probeFor = (spec: ProbeSpec): Probe => readyProbe(spec).make()
