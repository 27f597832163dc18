export { type AttachedStranger, attachingOf, readAttached, touchedBy } from './attached.ts'
export {
  type AttachedCheckEnd,
  type AttachedCheckOptions,
  type AttachedContainers,
  type AttachInput,
  attach,
  type ContainerLike,
} from './containers.ts'
export { type Explained, explained, listed } from './explain.ts'
export { type CheckEnd, type Checked, type CheckOptions, cellPool, check, checkFolder, planned } from './flow.ts'
export { ownCommands } from './own.ts'
export { placesOf } from './places.ts'
export { raisingOf, readStranger, type Stranger } from './stranger.ts'
export { inTurns, type Side, type TurnsEnd, type TurnsOptions } from './turns.ts'
