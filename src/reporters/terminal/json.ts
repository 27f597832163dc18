import type { LiveReporter } from '../reporter.ts'
import { statusOf } from '../words/status.ts'
import type { Screen } from './screen.ts'

/** For programs: one JSON object at the end, `{ status, runs: [Verdict], folder }`, and nothing else. */
export function jsonReporter(screen: Screen): LiveReporter {
  return {
    name: 'json',
    onPlan: () => undefined,
    onFact: () => undefined,
    onEnd: ({ run, folder }) => {
      const runs = run.variants.map(({ verdict }) => verdict)
      screen.out(`${JSON.stringify({ status: statusOf(run), runs, folder })}\n`)
    },
  }
}
