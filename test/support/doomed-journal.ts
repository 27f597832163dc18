import { type Journal, openJournal } from '../../src/journal/index.ts'
import { realClock } from '../../src/kit/clock.ts'

/** The journal of a harness that is made to be killed, its run begun on the disk. */
export async function doomedJournal(runId: string, file: string): Promise<Journal> {
  const journal = openJournal(file, realClock)
  await journal.writeDurably({
    kind: 'run-started',
    format: 1,
    runId,
    scenario: 'doomed',
    variant: 'only',
    title: 'A harness that is killed',
    incidentMinuteMs: 1_000,
    clockStart: '14:30',
    environment: {},
  })
  return journal
}
