/** What can be asked of the engine that changes a container. `signal`: one that ends no program, such as HUP. */
export const engineCalls = [
  'start',
  'stop',
  'restart',
  'kill',
  'signal',
  'pause',
  'unpause',
  'update',
  'rename',
  'remove',
  'connect',
  'disconnect',
] as const

export type EngineCall = (typeof engineCalls)[number]
