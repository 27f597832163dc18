export { untilAnswering, untilServing } from './answering.ts'
export { diffReleases, type FileDiff } from './diff.ts'
export { watchDrift } from './drift-watcher.ts'
export { addForAll, configurationOf, editedFiles, editsOf, namedServers, structureOf } from './edited.ts'
export { healthOf, pageOf } from './health.ts'
export { changeInPlace } from './in-place.ts'
export { liveProxy, nginxVersion } from './live-proxy.ts'
export { memoryNeedOf } from './load-test/memory-need.ts'
export { tryRelease } from './load-test/try-release.ts'
export { patchProxy } from './patch.ts'
export { deploy } from './pipeline.ts'
export {
  askProxy,
  type CachedAnswer,
  cachedPaths,
  cacheEntries,
  cacheFolder,
  isStoredError,
  removeCached,
} from './proxy/proxy-cache.ts'
export { type Timing, timingsOf, timingWords } from './proxy/timings.ts'
export { registerRestore } from './register-restore.ts'
export { changedRelease, changesBetween, currentRelease, readRelease, upstreamServers } from './release.ts'
export { reviewOf, tellDeviation } from './review.ts'
export { canDrain, reload, restartInTurn } from './rolling/rolling-restart.ts'
export { rollOut } from './rolling.ts'
export { lastReleaseOf, releaseOf } from './running-release.ts'
export { addServers, shareWith, usualRelease, watchToo } from './scale.ts'
export { proveLive, refusalOf, servedHash, switchRelease, workersOf } from './switch.ts'
export { validateRelease } from './validate.ts'
