export {
  builtInScenarios,
  type Found,
  findGroup,
  findScenario,
  type Group,
  groupsOf,
  parseScenario,
  scenarioJsonSchema,
} from './find.ts'
export {
  defineScenario,
  type Scenario,
  type ScenarioInput,
  type Step,
  type StepAction,
  stepActions,
  type Variant,
} from './schema.ts'
