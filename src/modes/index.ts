export { modes } from './catalogue.ts'
export { type Cells, cellsOf, tagsKnown, usualHoldMs, type Wanted } from './cells.ts'
export { modesDoc } from './docs.ts'
export {
  type Cell,
  type Handlings,
  isLong,
  type LeftOut,
  longHoldMs,
  type Mode,
  type Outcome,
  type Target,
  type TargetKind,
} from './mode.ts'
export { type ModeName, modeNames } from './mode-names.ts'
export { curedModes, ownMode, ownTarget } from './own.ts'
export { quickOf } from './quick.ts'
export { targetsOf } from './targets.ts'
