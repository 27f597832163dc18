import { visible } from '../words/visible.ts'

/** Where a terminal reporter writes. It knows no process. */
export interface Screen {
  out(text: string): void
  err(text: string): void
  readonly isTty: boolean
  /** Width in characters. */
  readonly columns: number
  readonly color: boolean
}

/**
 * Captured text for a terminal or a CI log: no control character reaches it, and nothing in it is a command to the
 * machine that reads the log (`::error::`, `##[…]`, `##vso[…]`, `##teamcity[…]`).
 */
export function plain(text: string, limit?: number): string {
  return visible(text, limit)
    .replace(/^(\s*):(?=:)/, '$1\\x3a')
    .replace(/#(?=#\w*\[)/g, '\\x23')
}
