export { type AttachedStranger, attachingOf, readAttached, touchedBy } from './attached.ts'
export { checksFor } from './budgets.ts'
export { configurationHashOf } from './configuration.ts'
export {
  type AttachedCheckEnd,
  type AttachedCheckOptions,
  type AttachedContainers,
  type AttachInput,
  attach,
  type ContainerLike,
  type OpenContainers,
  openContainers,
} from './containers.ts'
export { type Explained, explained, listed, storyWords } from './explain.ts'
export { type CheckEnd, type Checked, type CheckOptions, cellPool, check, checkFolder, planned } from './flow.ts'
export { type Comparison, compareSides } from './gate/compare.ts'
export { type GateAsked, type GateEnd, type GateOptions, type GateStage, gate } from './gate/flow.ts'
export type { Knee, KneeStep } from './gate/knee.ts'
export { type AskedThreshold, expectKnown } from './gate/plans.ts'
export { ownCommands } from './own.ts'
export { placesOf } from './places.ts'
export { type Readied, readyFor } from './ready.ts'
export { playedHere, type Sharing } from './shard.ts'
export { raisingOf, readStranger, type Stranger } from './stranger.ts'
export { type Playable, plansOn, playableOf, playableWords, readWritten, scenarioOn, type Written } from './told.ts'
export { inTurns, type Side, type TurnsEnd, type TurnsOptions } from './turns.ts'
