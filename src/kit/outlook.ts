import { BadgatewayError } from './errors.ts'
import { inert, inertJson } from './inert.ts'
import type { Json } from './json.ts'

/** What is known of a run before anything is started: by it a kind refuses what could only go wrong. */
export interface Outlook {
  /** Names of all services that there will be. */
  readonly services: readonly string[]
  /** By then there may be servers with numbers that nobody has now. */
  readonly mayGrow: boolean
  /** The most users that may ever take turns. */
  readonly pool: number
  /** Names of the faults that come before. */
  readonly faults: readonly string[]
  /** Measures that may be named. */
  readonly measures: readonly string[]
  /** Why the look of this step, or this probe, cannot find that; undefined: it can, or there is none to ask. */
  unfindable(look: { step: number; probe: string | undefined }, finding: string): string | undefined
  /**
   * Why nothing will be said of an alert: no rule has it, or none that is loaded, where it must be; undefined:
   * something may be, or nobody has read the rules.
   */
  unheard(alert: string, mustBe: 'loaded' | 'written'): string | undefined
}

/** Something in a spec that could only be missed in the middle of a run. */
export interface Mistake {
  /** Below the spec, `servers.0`; empty: the spec itself. */
  readonly path: string
  readonly value?: Json | undefined
  readonly what: string
}

/** Below this place. */
export function below(place: string, mistakes: readonly Mistake[]): Mistake[] {
  return mistakes.map((one) => ({ ...one, path: one.path === '' ? place : `${place}.${one.path}` }))
}

/** Something that is valid and proves less than it seems to, in one line: file, path, what, value. */
export function trapWords(file: string, { path, value, what }: Mistake): string {
  const found = value === undefined ? '' : ` (found ${inertJson(value).slice(0, 80)})`
  return `${inert(file)}: ${inert(path)}: ${inert(what)}${found}`
}

/** Tells each of them before anything starts; strictly: USAGE with all of them. */
export function heedTraps(
  lines: readonly string[],
  { strict = false, say }: { strict?: boolean | undefined; say: (text: string) => void },
): void {
  if (!strict) for (const line of lines) say(line)
  else if (lines.length > 0) {
    throw new BadgatewayError('USAGE', lines.join('\n  '), 'Nothing was started. Without --strict these are warnings.')
  }
}
