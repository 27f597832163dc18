export { explained, listed } from './explain.ts'
export { type CheckEnd, type Checked, type CheckOptions, cellPool, check, checkFolder, planned } from './flow.ts'
export { ownCommands } from './own.ts'
export { raisingOf, readStranger, type Stranger } from './stranger.ts'
