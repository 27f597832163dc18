export type { Directive } from './directive.ts'
export { type Dump, dumpOf } from './dump.ts'
export type { BlockEdit } from './edit/block.ts'
export { type Edit, edit } from './edit/edit.ts'
export { brokenFile, closedPort, type Mistaken, noResolver, oneWrong, wrongName, wrongPort } from './edit/mistakes.ts'
export type { PassEdit } from './edit/passes.ts'
export type { ServerEdit, ServersEdit } from './edit/servers.ts'
export type { Change, EditedFile } from './edit/splices.ts'
export { type Shortened, timeoutsAtMost } from './edit/timeouts.ts'
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
export { elsewhere } from './others.ts'
export { type Configuration, type Given, readConfiguration, type Unread } from './read.ts'
export type { Known, Rule } from './rule.ts'
export { type RuleName, ruleNames } from './rule-names.ts'
export { sarifOf } from './sarif.ts'
export { type CertificateFiles, certificateFiles } from './sites/certificates.ts'
export type { Where } from './sites/choose-server.ts'
export type { Lead, Spoken } from './sites/leads.ts'
export type { Listen } from './sites/listens.ts'
export { type Answering, answeringOf, type Site, type SiteLocation, sitesOf, upstreamsOf } from './sites/sites.ts'
export type { Group, GroupServer } from './sites/upstreams.ts'
