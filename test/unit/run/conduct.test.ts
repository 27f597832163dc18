import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openJournal } from '../../../src/journal/index.ts'
import { realClock } from '../../../src/kit/clock.ts'
import type { BadgatewayError } from '../../../src/kit/errors.ts'
import { writerFor } from '../../../src/run/conduct.ts'
import { temporaryFolder } from '../../support/folder.ts'

test('a stream that cannot write its facts stops the run, and never throws at the process', async () => {
  const journal = openJournal(join(await temporaryFolder('conduct'), 'journal.jsonl'), realClock)
  const stopped: BadgatewayError[] = []
  const write = writerFor(journal, (error) => void stopped.push(error))
  write({ kind: 'phase-entered', phase: 'raise' })
  expect(stopped).toEqual([])
  await journal.close()
  write({ kind: 'phase-entered', phase: 'lower' })
  expect(stopped).toMatchObject([{ code: 'JOURNAL_UNWRITABLE' }])
})

test('what a stream says when the run has ended is no part of it', async () => {
  const journal = openJournal(join(await temporaryFolder('conduct'), 'journal.jsonl'), realClock)
  const write = writerFor(journal, () => undefined)
  write({ kind: 'phase-entered', phase: 'lower' })
  journal.write({ kind: 'run-ended', reason: 'completed', by: 'harness', wallMs: 9, storyMs: 5, overheadMs: 4 })
  const kinds: string[] = []
  journal.onFact(({ kind }) => void kinds.push(kind))
  write({ kind: 'phase-entered', phase: 'lower' })
  await journal.close()
  expect(kinds).toEqual([])
})
