export type { MeasureAct, Release, Scene } from './scene.ts'
export type * from './types.ts'
export { ports, roles } from './types.ts'
