export type {
  ComposeBind,
  ComposeHealthcheck,
  ComposeMount,
  ComposePort,
  ComposeProject,
  ComposeService,
  ComposeTmpfs,
  ComposeTool,
  ComposeVolume,
  Copied,
  ProjectQuery,
  RaisedContainer,
  RaisedProject,
} from './project.ts'
export { type RaiseProjectOptions, raiseProject } from './raise.ts'
export { readProject } from './read.ts'
export { serviceLabel } from './removal.ts'
export { findCompose } from './tool.ts'
