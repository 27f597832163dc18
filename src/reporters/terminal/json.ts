import { join } from 'node:path'
import { inertJson } from '../../kit/inert.ts'
import type { LiveReporter } from '../reporter.ts'
import { lacksOf, told } from '../verdict-json.ts'
import { groupStatus, statusOf } from '../words/status.ts'
import type { Screen } from './screen.ts'

/**
 * For programs: one JSON object at the end and nothing else: `{ status, runs: [Verdict], folder }`, and of a group
 * `{ status, group, incidents: [{ scenario, status, runs, folder }], notRun, folder }`.
 */
export function jsonReporter(screen: Screen): LiveReporter {
  return {
    name: 'json',
    onPlan: () => undefined,
    onFact: () => undefined,
    onEnd: ({ run, folder, partOf }) => {
      if (partOf !== undefined) return
      const runs = run.variants.map(told)
      screen.out(`${inertJson({ status: statusOf(run), runs, folder, ...lacksOf(run) })}\n`)
    },
    onGroupEnd: ({ group, folder }) => {
      const incidents = group.incidents.map(({ scenario, run, folder: place }) => {
        const runs = run.variants.map(told)
        return { scenario, status: statusOf(run), runs, folder: join(folder, place) }
      })
      const { name, notRun } = group
      const whole = { status: groupStatus(group), group: name, incidents, notRun, folder, ...lacksOf(group) }
      screen.out(`${inertJson(whole)}\n`)
    },
  }
}
