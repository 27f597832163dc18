import { checksFor } from '../check/index.ts'
import { answersTo, type CellRow, type Finding, type Status, worst } from '../checks/index.ts'
import type { RunRecord } from '../journal/index.ts'
import { counted } from '../kit/figures.ts'
import { durationOf, shareOf } from './options.ts'

/** What a question found; `because` has the figure and the budget. */
export interface Answer {
  readonly status: Status
  readonly because: string
}

/** A run that was an experiment: what is not measured is no matter of questions. */
export interface Measured {
  readonly record: RunRecord
  readonly row: CellRow & { readonly figures: NonNullable<CellRow['figures']> }
}

/** What can be asked of a run afterwards: the questions of `expect` in badgateway.yaml, and those about alerts. */
export type Question = (met: Measured) => Answer

export interface WithinOption {
  /** `'15s'`, from the fault; absent: while it is there. */
  within?: string | number
}

/** At most this share of the requests fails while the fault is there: `'0.5%'`, or 0.005. */
export function failAtMost(share: string | number): Question {
  const failedAtMost = shareOf(share, 'toFailAtMost')
  return ({ record }) => answered(record, checksFor({ failedAtMost }))
}

/** Looks of the user's may stand before it. */
function recoveryStepOf({ plan: { story } }: RunRecord): number {
  return story.findIndex(({ does }) => does === 'recovered')
}

/** Users are served well again so soon after the fault's end, and for a second. */
export function recoverWithin(time: string | number): Question {
  const recoveredWithinMs = durationOf(time, 'toRecoverWithin')
  return ({ record }) => answered(record, checksFor({ recoveredWithinMs }, recoveryStepOf(record)))
}

/** 95 of 100 answers come in this time, in every second of the fault. */
export function answerWithin(time: string | number): Question {
  const p95AtMostMs = durationOf(time, 'toAnswerWithin')
  return ({ record }) => answered(record, checksFor({ p95AtMostMs }))
}

/** The alert fires, and is delivered. */
export function alert(name: string, { within }: WithinOption = {}): Question {
  const limitMs = within === undefined ? undefined : durationOf(within, 'toAlert: within')
  return ({ record, row: { figures } }) => {
    if (record.plan.unwatched) return unwatched
    const ms = limitMs ?? figures.lastedMs
    const asked = { kind: 'alert-fires', alert: name, from: 'fault', firesWithinMs: ms, deliveredWithinMs: ms }
    const { status, because } = answered(record, [asked])
    const isShort = status === 'inconclusive' && figures.lastedMs < ms
    return { status, because: isShort ? `${because}. Hold the fault as long: { hold: '${ms / 1_000}s' }` : because }
  }
}

/** No alert fires. */
export const staySilent: () => Question =
  () =>
  ({ record }) =>
    record.plan.unwatched ? unwatched : answered(record, [{ kind: 'no-other-alert' }])

const unwatched: Answer = {
  status: 'inconclusive',
  because: 'this stack has no monitoring: with `monitoring.rules` in badgateway.yaml, a Prometheus of ours watches it',
}

/** Every request that changes something is answered well. */
export const loseNoWrites: () => Question =
  () =>
  ({ row: { figures } }) =>
    ofWrites(figures.writes, ({ lost, sent }) => [lost, `${lost} of ${counted(sent, 'write')} failed: none allowed`])

/** No request that changes something is sent to a second server, where it may be done twice. */
export const repeatNoWrites: () => Question =
  () =>
  ({ row: { figures } }) =>
    ofWrites(figures.writes, ({ twice, sent }) => {
      return [twice, `${twice} of ${counted(sent, 'write')} may have been done twice: none allowed`]
    })

/** What `expect` in badgateway.yaml says of this mode and this target is kept. */
export const keepBudgets: () => Question =
  () =>
  ({ row: { planned, verdict, because } }) => {
    if (Object.keys(planned.budget).length === 0) {
      return { status: 'inconclusive', because: '`expect` in badgateway.yaml holds it to nothing' }
    }
    return { status: verdict, because: verdict === 'pass' ? 'its budgets are kept' : because.join('; ') }
  }

type Writes = Measured['row']['figures']['writes']

function ofWrites(
  writes: Writes,
  bad: (writes: NonNullable<Writes>) => readonly [count: number | null, told: string],
): Answer {
  if (!writes) {
    const why = 'the traffic has none, or the log of the proxy does not name the servers that it asked'
    return { status: 'inconclusive', because: `writes were not counted: ${why}` }
  }
  if (writes.sent === 0) return { status: 'inconclusive', because: 'no write was sent while the fault was there' }
  const [count, because] = bad(writes)
  if (count === null) return { status: 'inconclusive', because: 'writes that were done twice were not counted' }
  return { status: count > 0 ? 'fail' : 'pass', because }
}

function answered(record: RunRecord, asked: Parameters<typeof answersTo>[1][]): Answer {
  const findings: Finding[] = asked.flatMap((spec) => answersTo(record, spec))
  const status = worst(findings.map((one) => one.status))
  const told = findings.filter((one) => one.status === status).map(({ because }) => because)
  return { status, because: told.join('; ') }
}
