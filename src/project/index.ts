export type { ContainerFacts, ProjectFacts, ProxyFacts, SurveyFacts } from './facts.ts'
export {
  type Budget,
  type ProjectFile,
  type ProjectInput,
  type Protocol,
  projectJsonSchema,
  projectSchema,
  protocols,
} from './schema.ts'
export { type Survey, surveyOf, type Understood } from './survey.ts'
