export { packFiles, repackFolder, unpackFiles, unpackFolder } from './archive.ts'
export { CallBook, tellCall, watchCalls } from './calls-under-way.ts'
export { removeCopies } from './copies.ts'
export { type Death, deathOf, isRunning, killedCode } from './death.ts'
export { startEndingWithUs } from './ends-with-us.ts'
export {
  connectEngine,
  type Engine,
  type EngineInfo,
  type EngineOptions,
  expectMemoryLimits,
  testcontainersEnvironment,
} from './engine.ts'
export { type Environment, foreignHost } from './engine-address.ts'
export { isNobodyThere } from './engine-failure.ts'
export { engineReason, followProgress } from './engine-progress.ts'
export { execApart } from './exec-apart.ts'
export { expectFree, freePort } from './free-port.ts'
export {
  claimSweep,
  guardFiles,
  type Owners,
  openGuardLog,
  readOwners,
  removeOwners,
  writeOwners,
} from './guard-files.ts'
export { checkRunId, isRunId, type Labels, labelKeys, manualCommands, runLabels } from './labels.ts'
export { killedAndToldLate } from './late-kill.ts'
export {
  containerName,
  intend,
  nothingOnRecord,
  type OnRecord,
  onRecordOf,
  readOnRecord,
  tellForeign,
} from './on-record.ts'
export { builtPrefix, findOurs, isGone, nameOf, removeThing, removeThings, type Thing } from './ours.ts'
export { hearOwnCalls } from './own-calls.ts'
export { ownerAlive, ownerOf, ownerOfOtherBoot, ownerState } from './owner.ts'
export { mountOf, putFiles } from './put-files.ts'
export { removeAllOf } from './remove-all.ts'
export { restartContainer, startAgain, stopSeconds } from './restart.ts'
export { lastLogLines, linesOf } from './said.ts'
export { startWhenFree } from './start-when-free.ts'
export { compareWorlds, takeSnapshot, type WorldSnapshot } from './world.ts'
