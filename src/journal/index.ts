export { appendAfterDeath } from './after-death.ts'
export { attemptsBefore, lastAttempts, setAside } from './attempts.ts'
export {
  type Fact,
  type FactKind,
  type FactOf,
  factsOf,
  journalFormat,
  leastWindowMs,
  type NewFact,
  phases,
  requestsToTell,
  sampleMs,
} from './facts.ts'
export {
  goodSince,
  isSlow,
  slowSecondsAtMost,
  steadyStateOf,
  unservedOf,
} from './good-service.ts'
export {
  type ClockSet,
  type IncidentClock,
  incidentClock,
  incidentClockOf,
  overlapMs,
  type Standing,
} from './incident-clock.ts'
export { runLayout, type VariantLayout, variantLayout } from './layout.ts'
export { alertStates, alertWays } from './observations.ts'
export { type CheckSpec, type PlannedStep, type PlanRecord, planRecord } from './plan.ts'
export { hashOf, planHashOf } from './plan-hash.ts'
export { keepPlanned, readPlanned } from './planned.ts'
export { readJournal, readRecord } from './reader.ts'
export type { RunRecord } from './record.ts'
export {
  type Dealing,
  dealt,
  fallsTo,
  keepJoined,
  keepShard,
  lacksIn,
  pieceName,
  readShard,
  type ShardRecord,
  shardFileName,
} from './shard.ts'
export { type Journal, openJournal } from './writer.ts'
