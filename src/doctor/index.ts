export { examine, isUsable } from './doctor.ts'
export { type Finding, row } from './doctor-findings.ts'
export { availableMemory } from './doctor-probes.ts'
export { type ContainerSpeed, measureContainers } from './speed.ts'
