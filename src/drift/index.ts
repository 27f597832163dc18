export type { Change, Direction } from './compare.ts'
export {
  type CellDrift,
  type DriftState,
  driftOf,
  exitBeside,
  isRed,
  type Plays,
  sideBySide,
  updated,
} from './drift.ts'
export { type Accepted, type Entry, entryOf } from './entry.ts'
export { compareQuantiles, type PlayedSeconds, type QuantileDifference } from './quantiles.ts'
export {
  expectLike,
  type Made,
  made,
  readSnapshot,
  type Snapshot,
  snapshotFileName,
  writeSnapshot,
} from './snapshot.ts'
export { driftLines, driftMarkdown, driftSentence } from './words.ts'
