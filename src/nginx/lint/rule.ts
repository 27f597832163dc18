import type { Model } from '../knowledge/model.ts'
import type { Directive } from '../read/directive.ts'
import type { RuleName } from './rule-names.ts'

/** What cannot be read from the files, as far as somebody knows it. */
export interface Known {
  /** How long the backends keep an idle connection, s; undefined: not known. */
  backendKeepAliveS?: number | undefined
  /** `host:port` where nothing listens, looked at from where the proxy stands. */
  unreachable?: readonly string[]
  /** The Nginx that reads it, `1.30.1`; undefined: any. */
  version?: string | undefined
}

/**
 * `trap`: it fails users sooner or later. `note`: it is worth knowing. `hint`: it is, too, and most configurations have
 * it: told to those who ask.
 */
export type Level = 'trap' | 'note' | 'hint'

/** One place that a rule is about. */
export interface Trapped {
  readonly directive: Directive
  /** What is wrong there, with the values found. */
  readonly says: string
  /** Where it differs from the rule's own. */
  readonly level?: Level
}

/** One trap of Nginx's configuration. */
export interface Rule {
  readonly trap: RuleName
  readonly level: Level
  /** What it says of a configuration, in one sentence. */
  readonly claims: string
  /** What happens then, for who does not know it. */
  readonly because: string
  readonly remedy: string
  /** For which versions of Nginx it holds; undefined: for all since 1.22. */
  readonly versions?: string
  /** A configuration that has it, and one that only looks like it. */
  readonly bad: string
  readonly good: string
  find(model: Model, known: Known): readonly Trapped[]
}

/** One finding a directive, however many places it holds for. */
export function once(found: readonly (Trapped | undefined)[]): Trapped[] {
  const unique = new Map(found.flatMap((one) => (one ? [[one.directive, one] as const] : [])))
  return [...unique.values()]
}
