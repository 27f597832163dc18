export type { Directive } from './directive.ts'
export { type Dump, dumpOf } from './dump.ts'
export { type Edit, type EditedFile, edit, type ServerEdit, type ServersEdit } from './edit.ts'
export { connectReasons, type Reason, reasons, upstreamAddressOf, upstreamReasonOf } from './error-log.ts'
export { type Files, filesOf, type Reading } from './files.ts'
export { accessLine } from './instrument/access-line.ts'
export {
  type Added,
  type Instrumented,
  type Instruments,
  instrument,
  type Lacking,
  statusPaths,
} from './instrument/instrument.ts'
export { releaseIn, uninstrument, uninstrumentedDump } from './instrument/uninstrument.ts'
export {
  type Asked,
  inspect,
  type LintFinding,
  type LintReport,
  lint,
  refusedFinding,
  rules,
  tellFinding,
} from './lint.ts'
export { always, explained, lintDocs } from './lint-docs.ts'
export { type Model, modelOf, type Pass, type Upstream, type UpstreamServer, type Way } from './model.ts'
export { elsewhere } from './others.ts'
export { type Configuration, type Given, readConfiguration, type Unread } from './read.ts'
export type { Known, Rule } from './rule.ts'
export { type RuleName, ruleNames } from './rule-names.ts'
export { sarifOf } from './sarif.ts'
export { type Target, targetOf } from './targets.ts'
