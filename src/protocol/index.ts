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
export {
  type DeedOf,
  headerForms,
  type InterposerDeed,
  type InterposerReport,
  type InterposerScope,
  type InterposerWhat,
  type InterposerWish,
  interposerDeed,
  interposerProgram,
  interposerReport,
  interposerReportFile,
  interposerScope,
  interposerWhat,
  interposerWish,
  lateParts,
  type Met,
  ownChain,
  points,
} from './interposer.ts'
export { ports } from './ports.ts'
export { type PressAnswer, type PressWish, pressLimits } from './press.ts'
export { startBehaviourFile } from './start-behaviour.ts'
export { type TalkAnswer, type TalkWish, talkLimits } from './talk.ts'
