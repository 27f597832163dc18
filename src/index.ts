/** The public API. */
export { defineScenario, type Scenario, type ScenarioInput } from './scenario/index.ts'
