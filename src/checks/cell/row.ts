import { type Fact, factsOf, type RunRecord } from '../../journal/index.ts'
import type { PlannedCell } from '../../kit/matrix/cell.ts'
import { read } from '../reading.ts'
import type { Status, Verdict } from '../verdict.ts'
import type { CellFigures } from './cell-figures.ts'
import { changeFor } from './change.ts'
import { figuresOf } from './figures.ts'
import { isRehearsal, unrehearsed } from './rehearsal.ts'
import { sentenceFor } from './sentence.ts'
import { faultTime } from './window.ts'

/** One row of the matrix. */
export interface CellRow {
  /** `refuse/api-1`. */
  readonly cell: string
  readonly planned: PlannedCell
  readonly status: 'measured' | 'inconclusive' | 'rehearsed'
  /** Of the budgets. */
  readonly verdict: Status
  /** What was not kept, or why nobody can tell; empty: all is well. */
  readonly because: readonly string[]
  /** Null: nobody can tell, or nothing was to be broken. */
  readonly figures: CellFigures | null
  /** Why its stack was given up after it; null: it was as before. */
  readonly givenUp: string | null
  readonly sentence: string
  /** The one change most likely to help; null: the facts name none. */
  readonly change: string | null
  /** The directive of Nginx that this change is about, `proxy_next_upstream`, or the option of a `server`. */
  readonly directive: string | null
  /** What it took from begin to end, ms; null: it has no end. */
  readonly tookMs: number | null
  /** What the log of a proxy that is not ours does not tell; absent: it tells all, or is ours. */
  readonly untold?: string
}

/** Reads a cell's record; undefined: its plan is none of a cell. Pure. */
export function cellRow(record: RunRecord, verdict: Verdict): CellRow | undefined {
  const { plan, facts } = record
  const planned = plan.cell
  if (!planned) return undefined
  if (isRehearsal(facts)) return rehearsed(planned, record, verdict)
  const reading = read(record)
  const time = faultTime(facts)
  const isMeasured = verdict.findings.every(({ about, status }) => about !== 'validity' || status === 'pass')
  const figures = isMeasured && time ? figuresOf(reading, planned, time) : null
  const steady = factsOf(facts, 'steady-checked').at(-1)
  const open = verdict.findings.filter(({ status, about }) => status !== 'pass' && (isMeasured || about === 'validity'))
  const unsteady = steady && !steady.steady ? [`it was not steady before: ${steady.because}`] : []
  const stopped = factsOf(facts, 'fault-injected').find(({ outcome }) => outcome !== 'in-force')
  const unmade = stopped ? [`it could not be broken so: ${stopped.because}`] : []
  const because = [
    ...unmade,
    ...unsteady,
    ...open.map(({ title, because: why }) => (isMeasured ? `${title}: ${why}` : why)),
  ]
  const told = figures
    ? { sentence: sentenceFor(planned, figures), ...changeFor(planned, figures) }
    : nothingTold(because)
  return {
    cell: planned.name,
    planned,
    status: figures ? 'measured' : 'inconclusive',
    verdict: verdict.status,
    because,
    figures,
    ...told,
    ...endOf(facts),
    ...(plan.ownLog && plan.ownLog.words !== '' ? { untold: plan.ownLog.words } : {}),
  }
}

function endOf(facts: readonly Fact[]): Pick<CellRow, 'givenUp' | 'tookMs'> {
  const givenUp = factsOf(facts, 'stack-given-up')[0]?.because ?? null
  return { givenUp, tookMs: factsOf(facts, 'run-ended').at(-1)?.wallMs ?? null }
}

function rehearsed(planned: PlannedCell, { plan, facts }: RunRecord, { status }: Verdict): CellRow {
  const because = unrehearsed(plan, facts)
  const sentence = because[0] ?? 'Nothing was broken: traffic and looks worked.'
  const about = { cell: planned.name, planned, verdict: status, figures: null, change: null, directive: null }
  return { ...about, status: 'rehearsed', because, sentence, ...endOf(facts) }
}

function nothingTold(because: readonly string[]) {
  return { sentence: because[0] ?? 'Nothing was in force.', change: null, directive: null }
}
