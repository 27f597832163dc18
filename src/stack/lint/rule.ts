import type { Model } from './model.ts'
import type { Directive } from './parse.ts'

/** What cannot be read from the files, as far as somebody knows it. */
export interface Known {
  /** How long the backends keep an idle connection, s; undefined: not known. */
  backendKeepAliveS?: number | undefined
  /** `host:port` where nobody listens, looked at from where the proxy stands. */
  unreachable?: readonly string[]
}

/** One place that a rule is about. */
export interface Trapped {
  readonly directive: Directive
  /** What is wrong there, with the values found. */
  readonly says: string
}

/** One trap of Nginx's configuration. */
export interface Rule {
  /** Stable name. */
  readonly trap: string
  /** `trap`: it fails users sooner or later. `note`: it is worth knowing. */
  readonly level: 'trap' | 'note'
  /** What happens then, for who does not know it. */
  readonly because: string
  readonly remedy: string
  find(model: Model, known: Known): readonly Trapped[]
}
