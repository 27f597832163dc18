import type { LiveReporter } from '../reporter.ts'
import { colorsFor } from './colors.ts'
import { ending } from './ending.ts'
import { groupEnding } from './group-ending.ts'
import { jsonReporter } from './json.ts'
import { liveReporter } from './live.ts'
import type { Screen } from './screen.ts'

export interface TerminalOptions {
  readonly io: Screen
  /** Only the verdict. */
  readonly quiet: boolean
  /** Only one JSON object at the end; stronger than quiet. */
  readonly json: boolean
}

/** What the user sees while it runs and when it has ended, in the way that was asked for. */
export function terminalReporter({ io, quiet, json }: TerminalOptions): LiveReporter {
  if (json) return jsonReporter(io)
  const colors = colorsFor(io.color)
  if (!quiet) return liveReporter(io, colors)
  return {
    name: 'quiet',
    onPlan: () => undefined,
    onFact: () => undefined,
    onEnd: (ended) => (ended.partOf === undefined ? io.out(ending(ended, colors)) : undefined),
    onGroupEnd: (ended) => io.out(groupEnding(ended, colors)),
  }
}
