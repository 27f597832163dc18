import { factsOf } from '../../journal/facts.ts'
import type { RunRecord } from '../../journal/record.ts'

/** The command that plays this again: the one that was given when it is on record. */
export function repeatCommand({ plan, facts }: RunRecord): string {
  const given = factsOf(facts, 'run-started')[0]?.environment['command']
  return typeof given === 'string' && given !== '' ? given : `npx badgateway run ${plan.scenario}`
}
