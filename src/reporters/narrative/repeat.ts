import { factsOf, type RunRecord } from '../../journal/index.ts'
import { shellCommand, shellWords } from '../../kit/shell.ts'

/**
 * The command that plays this again: the one on record, where it is one of ours and nothing else. Whoever sent this
 * record may have written it, and whoever reads it may paste it into a shell.
 */
export function repeatCommand({ plan, facts }: RunRecord): string {
  const given = factsOf(facts, 'run-started')[0]?.environment['command']
  const words = typeof given === 'string' ? shellWords(given) : undefined
  if (words?.slice(0, 3).join(' ') === 'npx badgateway run') return shellCommand(words)
  const { scenario, variant, incidentMinuteMs } = plan
  return shellCommand([
    'npx',
    'badgateway',
    'run',
    '--variant',
    variant,
    '--time-scale',
    `${incidentMinuteMs}ms`,
    '--',
    scenario,
  ])
}
