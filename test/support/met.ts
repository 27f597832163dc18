import { judge } from '../../src/checks/index.ts'
import type { RunRecord } from '../../src/journal/index.ts'
import { BadgatewayError } from '../../src/kit/errors.ts'
import type { Ground, PlayedCell } from '../../src/suite/ground.ts'
import { Met } from '../../src/suite/met.ts'
import { cellJournal } from './cell.ts'
import { changed, withoutKind } from './journal.ts'

/** A run in which every request failed for a minute, as a cell; the same without monitoring, and without a witness. */
export const outage = cellJournal()
export const unwatched = changed(cellJournal({}, { plan: { unwatched: true } }), 'stack-snapshot', ({ snapshot }) => ({
  snapshot: { ...snapshot, rules: null },
}))
export const unproven: RunRecord = withoutKind(outage, 'fault-witnessed')

export const reportedOf = (record: RunRecord) => ({ record, verdict: judge(record) })
export const metOf = (record: RunRecord) => new Met(reportedOf(record), '/runs/x')

export interface FakeGround extends Ground {
  readonly played: PlayedCell[]
  readonly closed: () => number
}

/** Plays nothing: each ends as the next of these. */
export function fakeGround(ends: readonly (RunRecord | { exitCode: 3 | 4 } | Promise<never>)[]): FakeGround {
  const played: PlayedCell[] = []
  let closed = 0
  return {
    played,
    closed: () => closed,
    close: () => {
      closed += 1
      return Promise.resolve()
    },
    play: async (playing) => {
      const end = await ends[played.push(playing) - 1]
      if (!end) throw new BadgatewayError('INTERNAL', 'it is played too often', '')
      const isRecord = 'facts' in end
      const variants = [reportedOf(isRecord ? end : outage)]
      return { run: { variants }, exitCode: isRecord ? 0 : end.exitCode, left: [], folder: playing.folder }
    },
  }
}
