import { createHash } from 'node:crypto'
import { type CellDrift, driftLines, isRed } from '../drift/index.ts'
import type { Place } from '../kit/data/line.ts'
import { type MatrixRow, rowOf, sortedRows } from '../reporters/index.ts'
import type { ToldCheck } from './told.ts'

/** Every rule that a check can find broken; their names are fingerprints' parts and never change. */
export const rules = {
  'over-budget': 'A cell is over a budget in badgateway.yaml.',
  worse: 'Users meet more than was agreed on, beyond the noise of the measurement.',
  'acceptance-over': 'A known gap was accepted until a day that is over.',
  'gap-gone': 'A known gap is gone, and still accepted.',
} as const
export type RuleId = keyof typeof rules

/** Something that a check found, at a line of the user's own files. */
export interface CheckFinding {
  readonly rule: RuleId
  /** `refuse/api-1`. */
  readonly cell: string
  /** `refuse/api-1 is over its budget`. */
  readonly title: string
  /** What happened and what was not kept, in sentences. */
  readonly says: string
  /** What would help; null: the facts name nothing. */
  readonly change: string | null
  readonly place: Place
  /** Of the same stack, rule and cell it is the same, whatever the figures, and wherever the line has gone. */
  readonly fingerprint: string
  /** Why it is lived with for now; absent: it is not. */
  readonly accepted?: string
}

/** All of them, what hurts most first. */
export function findingsOf(told: ToldCheck): CheckFinding[] {
  const { run, drift, isHeld } = told
  return sortedRows(run).flatMap((one) => {
    const cell = drift?.cells.find((of) => of.cell === one.row.cell)
    return [
      ...(isHeld && one.row.verdict === 'fail' ? [overBudget(told, one, cell)] : []),
      ...(cell && isRed(cell) ? [redDrift(told, one, cell)] : []),
    ]
  })
}

/** Cells of which nobody can tell anything. */
export function unknownOf({ run }: Pick<ToldCheck, 'run'>): { cell: string; because: string }[] {
  return sortedRows(run).flatMap(({ row: { cell, verdict, because, sentence, status } }) =>
    verdict === 'inconclusive' && status !== 'rehearsed' ? [{ cell, because: because[0] ?? sentence }] : [],
  )
}

function overBudget(told: ToldCheck, { row: { cell } }: MatrixRow, drift: CellDrift | undefined): CheckFinding {
  // Of several plays the one that hurt most may have kept its budget.
  const failed = told.run.variants.flatMap((variant) => {
    const row = rowOf(variant)
    return row?.cell === cell && row.verdict === 'fail' ? [{ row, verdict: variant.verdict }] : []
  })
  const [{ row, verdict } = { row: undefined, verdict: undefined }] = failed
  const check = verdict?.findings.find(({ status, about }) => status === 'fail' && about === 'behaviour')?.check ?? ''
  const change = row?.change ?? null
  const accepted = drift?.state === 'accepted' ? drift.accepted : undefined
  return {
    ...named(told, 'over-budget', cell),
    title: `${cell} is over its budget`,
    says: [row?.sentence, ...(row?.because ?? [])].flatMap((one) => (one ? ended(one) : [])).join(' '),
    change,
    place: (row && (told.places.directive(row) ?? told.places.budget(row, check))) ?? top(told),
    ...(accepted ? { accepted: `${accepted.reason} (${accepted.owner}, until ${accepted.until})` } : {}),
  }
}

function redDrift(told: ToldCheck, { row }: MatrixRow, drift: CellDrift): CheckFinding {
  const [line] = driftLines([drift])
  const rule = drift.state === 'acceptance over' ? 'acceptance-over' : drift.state === 'gap gone' ? 'gap-gone' : 'worse'
  const isWorse = rule === 'worse'
  return {
    ...named(told, rule, row.cell),
    title: `${line?.head ?? row.cell} (beside ${told.drift?.beside ?? 'what was agreed on'})`,
    says: [...(line?.lines ?? []), ...(isWorse ? [row.sentence] : [])].map(ended).join(' '),
    change: isWorse ? row.change : null,
    place: (isWorse ? told.places.directive(row) : undefined) ?? told.places.snapshot(row),
  }
}

const ended = (sentence: string) => sentence.replace(/[.]?$/, '.')

const top = ({ stack }: ToldCheck): Place => ({ file: stack, line: 1 })

function named({ stack }: ToldCheck, rule: RuleId, cell: string) {
  const fingerprint = createHash('sha256').update([stack, rule, cell].join('\0')).digest('hex').slice(0, 32)
  return { rule, cell, fingerprint }
}
