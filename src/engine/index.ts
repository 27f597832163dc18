export { CallBook, tellCall, watchCalls } from './calls-under-way.ts'
export {
  type CpuLimit,
  coresIn,
  cpuLimitOf,
  cpuUpdate,
  memoryLimitOf,
  memoryUpdate,
} from './container/container-limits.ts'
export { type Death, deathOf, isRunning, killedCode } from './container/death.ts'
export { execApart } from './container/exec-apart.ts'
export { killedAndToldLate } from './container/late-kill.ts'
export { restartContainer, startAgain, stopSeconds } from './container/restart.ts'
export { lastLogLines, linesOf } from './container/said.ts'
export { startWhenFree } from './container/start-when-free.ts'
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
export { type Owned, packFiles, repackFolder, unpackFiles, unpackFolder } from './files/archive.ts'
export { removeCopies } from './files/copies.ts'
export { mountOf, putFiles } from './files/put-files.ts'
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
export {
  agree,
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
export { removeAllOf } from './remove-all.ts'
export { type CommandEnd, endWords, runCommand } from './run-command.ts'
export { compareWorlds, takeSnapshot, type WorldSnapshot } from './world.ts'
