export { connectAgent, reachAnswer } from './agent.ts'
export { agentDefinition, agentName } from './agent-definition.ts'
export { signsOf } from './behaviour-signs.ts'
export { type Capability, lacking } from './capabilities.ts'
export { filesOf } from './container.ts'
export type { ServiceDefinition } from './definition.ts'
export type * from './description.ts'
export { filterings, filterPackets } from './firewall.ts'
export { emptyFirewall, lookAround } from './firewall-rules.ts'
export { listensOn } from './inside/listening.ts'
export { interpose, type Standing } from './interposer.ts'
export { type Lender, lenderOf, type Place } from './lender.ts'
export type { Prometheus, RuleGroup, Sample, Series, Target } from './prometheus.ts'
export { promtoolTakes } from './promtool.ts'
export { type RaiseOptions, raiseStack } from './raise.ts'
export { releaseHistory } from './release-history.ts'
export { replaceService } from './replace.ts'
export type {
  Hearer,
  Keeper,
  Layout,
  MeasureAct,
  Release,
  ReleaseHistory,
  RunningSurge,
  Scene,
  Surge,
} from './scene.ts'
export { addBehaviour, behaviourOf, controlPort, setBehaviour } from './scriptable.ts'
export { effectiveConfiguration } from './snapshot/effective-configuration.ts'
export { type Difference, differencesBetween, type Names } from './snapshot/snapshot-differences.ts'
export { snapshotOfFresh } from './snapshot/snapshot-fresh.ts'
export { type Drifted, driftedBackends, tellDrift } from './specified.ts'
export { raiseWithStaging } from './staging.ts'
export type * from './types.ts'
export { proxyName, sameServers, theseServers, upstreamName, type WhichServers, whichServers } from './which-servers.ts'
export { writeBack } from './write-back.ts'
