import { resolve } from 'node:path'
import { BadgatewayError } from '../kit/errors.ts'
import { ownerOf } from './owner.ts'

export { ownerAlive } from './owner.ts'

export type Labels = Readonly<Record<string, string>>

/** What every container, network and volume of a run wears. `docker ps --filter label=badgateway` finds them all. */
export const labelKeys = {
  run: 'badgateway',
  owner: 'badgateway.owner',
  role: 'badgateway.role',
  journal: 'badgateway.journal',
  /** Which stack of the run, when it is not the shop itself. */
  stack: 'badgateway.stack',
} as const

/** Run ids become names of networks and volumes, and words of commands. */
const runIdShape = /^[a-zA-Z0-9][\w.-]{0,99}$/

export const isRunId = (text: string) => runIdShape.test(text)

/** A run id that can be a label and a name; UNDO_REFUSED when it cannot. */
export function checkRunId(runId: string): string {
  if (isRunId(runId)) return runId
  const hint = 'A run id has letters, digits, dots, dashes and underscores, at most 100.'
  throw new BadgatewayError('UNDO_REFUSED', `'${runId}' is no run id`, hint)
}

/** Labels for everything that this process makes for one run. `journalFile` may be relative; the label is absolute. */
export function runLabels(run: { runId: string; journalFile: string; role?: string }): Record<string, string> {
  return {
    [labelKeys.run]: checkRunId(run.runId),
    [labelKeys.owner]: ownerOf(process.pid),
    [labelKeys.journal]: resolve(run.journalFile),
    ...(run.role ? { [labelKeys.role]: run.role } : {}),
  }
}

/** The commands that remove everything of one run by hand, for when nothing else can: printed and run verbatim. */
export function manualCommands(runId: string): string[] {
  const filter = `--filter label=${labelKeys.run}=${checkRunId(runId)}`
  return [
    `docker ps -aq ${filter} | xargs -r docker rm -fv`,
    `docker network ls -q ${filter} | xargs -r docker network rm`,
    `docker volume ls -q ${filter} | xargs -r docker volume rm -f`,
  ]
}
