import type { FileContent } from './description/definition.ts'
import type { ProxyInstruments } from './description/instrumentation.ts'

/** A configuration of the proxy: every file of it, as it is reviewed: without what the harness adds. */
export interface Release {
  name: string
  hash: string
  files: readonly FileContent[]
  /** Absent: `/etc/nginx/nginx.conf`, and nothing is added to it. */
  layout?: Layout
}

/** Where a configuration's files lie. */
export interface Layout {
  /** The main file. */
  config: string
  /** Links that stand for files: their paths, and where they lead. */
  links?: ReadonlyMap<string, string>
  /** What is added where it is written, so that workers say which release they have read; absent: nothing. */
  instruments?: ProxyInstruments
}
