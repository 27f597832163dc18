export type { ContainerFacts, PrometheusFacts, ProxyFacts, SurveyFacts } from './facts.ts'
export { parseProject, projectFileName, readProjectFile } from './read.ts'
export {
  type Budget,
  type ProjectFile,
  type ProjectInput,
  type Protocol,
  projectJsonSchema,
  projectSchema,
  protocols,
} from './schema.ts'
export type { Outside, Understood } from './survey/book.ts'
export { mainFileOf, nginxIn } from './survey/proxy.ts'
export { type Survey, surveyOf } from './survey/survey.ts'
