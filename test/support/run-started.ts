import type { NewFact } from '../../src/journal/index.ts'

/** The first fact of a run of which nothing but its id matters. */
export function runStarted(runId: string): NewFact {
  return {
    kind: 'run-started',
    format: 1,
    runId,
    scenario: 's',
    variant: 'v',
    title: 't',
    incidentMinuteMs: 1_000,
    clockStart: '14:30',
    environment: {},
  }
}
