export { faultByMode, namedStack } from './described.ts'
export {
  builtInScenarios,
  type Found,
  findGroup,
  findScenario,
  type Group,
  groupsOf,
  kindsFrom,
  kindsOf,
  parseScenario,
  scenarioJsonSchema,
  whereOf,
} from './find.ts'
export {
  type CheckInput,
  defineScenario,
  type ScenarioInput,
  type StepInput,
  type VariantInput,
} from './input.ts'
export { joined, type Kinds, namesOf, noKinds, type OwnKind } from './kinds.ts'
export { kindsFor } from './kinds-for.ts'
export { type Once, wordsOf } from './once.ts'
export {
  checkKindOf,
  type Scenario,
  type Step,
  type Variant,
} from './schema.ts'
export { type AskedStack, askedStack, describedStack, measureNames, type StackSpec, stackSpec } from './stack.ts'
export { type TimedStep, withoutTimes, withTimes } from './times.ts'
