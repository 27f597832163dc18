export { atFault } from './at-fault.ts'
export type { BlockEdit } from './edit/block.ts'
export { type Edit, edit } from './edit/edit.ts'
export { brokenFile, closedPort, type Mistaken, noResolver, oneWrong, wrongName, wrongPort } from './edit/mistakes.ts'
export type { PassEdit } from './edit/passes.ts'
export type { ServerEdit, ServersEdit } from './edit/servers.ts'
export type { Change, EditedFile } from './edit/splices.ts'
export { type Shortened, timeoutsAtMost } from './edit/timeouts.ts'
export { handlingsOf } from './handling.ts'
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
export { connectReasons, type Reason, reasons, upstreamAddressOf, upstreamReasonOf } from './knowledge/error-log.ts'
export { type Escape, type FormatReader, formatReader } from './knowledge/log-format.ts'
export {
  type Asked,
  inspect,
  type LintFinding,
  type LintReport,
  lint,
  refusedFinding,
  rules,
  tellFinding,
} from './lint/lint.ts'
export { always, explained, lintDocs } from './lint/lint-docs.ts'
export { elsewhere } from './lint/others.ts'
export type { Known, Rule } from './lint/rule.ts'
export { type RuleName, ruleNames } from './lint/rule-names.ts'
export { sarifOf } from './lint/sarif.ts'
export type { Directive } from './read/directive.ts'
export { type Dump, dumpOf } from './read/dump.ts'
export { type Files, filesOf, type Reading } from './read/files.ts'
export { type Configuration, type Given, readConfiguration, type Unread } from './read/read.ts'
export { type CertificateFiles, certificateFiles } from './sites/certificates.ts'
export type { Where } from './sites/choose-server.ts'
export type { Lead, Spoken } from './sites/leads.ts'
export type { Listen } from './sites/listens.ts'
export { type OwnLog, ownLogOf } from './sites/own-log.ts'
export {
  type Answering,
  answeringOf,
  type Site,
  type SiteLocation,
  Sites,
  sitesOf,
  upstreamsOf,
} from './sites/sites.ts'
export type { Group, GroupServer } from './sites/upstreams.ts'
