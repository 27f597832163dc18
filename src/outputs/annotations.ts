import type { WorkflowCommand } from '../kit/ci/workflow-command.ts'
import { counted } from '../kit/figures.ts'
import { findingsOf, unknownOf } from './findings.ts'
import type { ToldCheck } from './told.ts'

/** GitHub shows so many of each level for a step, and drops the others without a word. */
const shown = 10

/** What stands beside the lines of a pull request: what was found, and which cells could not tell. */
export function annotationsOf(told: ToldCheck): WorkflowCommand[] {
  const open = findingsOf(told).filter(({ accepted }) => accepted === undefined)
  const errors = open.map(({ title, says, change, place }): WorkflowCommand => {
    const message = [says, ...(change === null ? [] : [change])].join(' ')
    return { level: 'error', ...place, title: `badgateway: ${title}`, message }
  })
  const warnings = unknownOf(told).map(({ cell, because }): WorkflowCommand => {
    return {
      level: 'warning',
      file: told.stack,
      line: 1,
      title: `badgateway: ${cell} could not tell`,
      message: because,
    }
  })
  const left = Math.max(0, errors.length - shown) + Math.max(0, warnings.length - shown)
  const more: WorkflowCommand[] =
    left === 0
      ? []
      : [{ level: 'notice', title: 'badgateway', message: `${counted(left, 'more finding')}: see the step summary.` }]
  return [...errors.slice(0, shown), ...warnings.slice(0, shown), ...more]
}
