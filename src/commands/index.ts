export { commandsFor } from './all.ts'
export type { CommandIo } from './io.ts'
