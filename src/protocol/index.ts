export type {
  Agent,
  AgentEvent,
  ConfigurationState,
  ForwardAnswer,
  ReachAnswer,
  ResourceSample,
} from './agent-types.ts'
export {
  type BehaviourName,
  type BehaviourSpec,
  behaviourNames,
  behaviourPath,
  behaviourSpec,
} from './behaviours.ts'
export { ports } from './ports.ts'
export { type PressAnswer, type PressWish, pressLimits } from './press.ts'
export { startBehaviourFile } from './start-behaviour.ts'
