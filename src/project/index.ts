export type { Entry } from './ask.ts'
export { type AttachedContainer, attachedContainers } from './attached.ts'
export { expectOwnCode, type Moment, moments, type OwnCommand } from './commands.ts'
export type { OwnData } from './data.ts'
export { type Described, descriptionOf, namedContainers, trafficOf } from './description.ts'
export type { ContainerFacts, PrometheusFacts, ProxyFacts, SurveyFacts } from './facts.ts'
export { fieldTable } from './field-table.ts'
export { lookInside, type Seen } from './look.ts'
export { type Macros, programsOf } from './macros.ts'
export { memoryFoldersOf } from './memory.ts'
export { parseProject, projectFileName, readProjectFile } from './read.ts'
export { redirectsAway } from './redirects.ts'
export { answeredOf, withAskedPages } from './refine.ts'
export { ruleFilesIn } from './rule-files.ts'
export { rulesOf } from './rules.ts'
export {
  type Budget,
  type ProjectFile,
  type ProjectInput,
  type Protocol,
  projectJsonSchema,
  projectSchema,
  protocols,
  shareSchema,
} from './schema.ts'
export type { Outside, Understood } from './survey/book.ts'
export { mainFileOf, nginxIn } from './survey/proxy.ts'
export { type Survey, surveyOf } from './survey/survey.ts'
export { theirsOf } from './theirs.ts'
export { type LoggedTraffic, readAccessLog } from './traffic/access-log.ts'
export { logFormatsOf } from './traffic/formats.ts'
export { withDescribedTraffic, withLoggedTraffic } from './traffic/merge.ts'
export { type DescribedTraffic, readOpenApi } from './traffic/openapi.ts'
export { templateRule } from './traffic/template.ts'
export { projectYaml, schemaUrl } from './yaml.ts'
