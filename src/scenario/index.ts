export {
  builtInScenarios,
  type Found,
  findGroup,
  findScenario,
  type Group,
  groupsOf,
  parseScenario,
  scenarioJsonSchema,
  whereOf,
} from './find.ts'
export { type Once, wordsOf } from './once.ts'
export {
  defineScenario,
  refusedCheck,
  type Scenario,
  type ScenarioInput,
  type Step,
  stepSchema,
  type Variant,
} from './schema.ts'
export { type AskedStack, askedStack, describedStack, measureNames, type StackSpec, stackSpec } from './stack.ts'
export { type TimedStep, withoutTimes, withTimes } from './times.ts'
