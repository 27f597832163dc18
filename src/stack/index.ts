export type { OwnLog } from '../nginx/index.ts'
export { connectAgent } from './agent.ts'
export type { Alertmanager, HeldAlert, Notified } from './alertmanager.ts'
export { type AttachOptions, attachStack } from './attach/attach.ts'
export { attachToOthers } from './attach/attach-to-others.ts'
export type { ContainerOf } from './attach/look.ts'
export { siteMoves, siteOf } from './attach/site.ts'
export { signsOf } from './behaviour-signs.ts'
export { filterings, filterPackets } from './beside/firewall.ts'
export { emptyFirewall, lookAround } from './beside/firewall-rules.ts'
export type { HttpProbed } from './beside/http-probe.ts'
export { interpose, type Standing } from './beside/interposer.ts'
export { listensOn } from './beside/listening.ts'
export { mislead } from './beside/name-server.ts'
export { type PacketCounts, type Route, routeTo } from './beside/proc-net.ts'
export { fillingOf, fillRoom, pageBytes, type RoomOn, roomOn, takesPage } from './beside/room-on.ts'
export { type ShownCertificate, shownCertificate } from './beside/shown-certificate.ts'
export { type Vantage, vantageOf } from './beside/vantage.ts'
export { askData, type DataQuestion } from './data.ts'
export { agentDefinition, agentName } from './description/agent-definition.ts'
export { type Capability, lacking } from './description/capabilities.ts'
export type { FileContent, ServiceDefinition } from './description/definition.ts'
export type * from './description/description.ts'
export { contradictionsIn } from './description/sound.ts'
export {
  proxyName,
  sameServers,
  theseServers,
  upstreamName,
  type WhichServers,
  whichServers,
} from './description/which-servers.ts'
export { type Measured, measuredOf, monitoringFiles } from './monitoring/configuration.ts'
export { withMonitoring } from './monitoring/definition.ts'
export type { Prometheus, RuleGroup, Sample, Series, Target } from './prometheus.ts'
export { filesOf } from './raise/container.ts'
export { instrumentedFiles } from './raise/instrumented-files.ts'
export { promtoolTakes } from './raise/promtool.ts'
export { type RaiseOptions, raiseStack } from './raise/raise.ts'
export { type Drifted, driftedBackends, tellDrift } from './raise/specified.ts'
export { type Acquired, type Place, type StackPool, stackPoolOf } from './raise/stack-pool.ts'
export { type Raised, raiseWithStaging } from './raise/staging.ts'
export type { Layout, Release } from './release.ts'
export { releaseHistory } from './release-history.ts'
export { replaceService } from './replace.ts'
export type {
  DriftWatcher,
  EndFault,
  FaultEnd,
  Hearer,
  MeasureAct,
  ReleaseHistory,
  RunningSurge,
  Scene,
  Surge,
} from './scene.ts'
export { addBehaviour, behaviourOf, setBehaviour } from './scriptable.ts'
export { effectiveConfiguration } from './snapshot/effective-configuration.ts'
export { type Difference, differencesBetween, type Names } from './snapshot/snapshot-differences.ts'
export { snapshotOfFresh } from './snapshot/snapshot-fresh.ts'
export type * from './types.ts'
export {
  type CommandPlace,
  commandWords,
  type OwnProject,
  type Programs,
  promiseUndo,
  replacements,
  runUserCommand,
  runUserDeed,
} from './user-command.ts'
export { writeBack } from './write-back.ts'
