import { factsOf, type RunRecord, read } from '../../../src/index.ts'
import { type GuideCell, guideCell, guideSpecsOf, guideSteps } from './_cell.ts'

/** One cause, and what each step of the guide found and did about it. */
export interface RunbookRow {
  readonly cause: string
  readonly title: string
  readonly variant: string
  /** One for each step of the guide; null: not asked for. */
  readonly cells: readonly (GuideCell | null)[]
  /** First step that named the cause, s after the fault; null: none did. */
  readonly firstFound: { readonly guide: number; readonly seconds: number } | null
  /** First step that cured, until service was good, s after the fault. */
  readonly firstCured: { readonly guide: number; readonly seconds: number } | null
}

/** The row of a run that took the guide's steps; null when it took none. Pure. */
export function runbookRow(record: RunRecord): RunbookRow | null {
  const specs = guideSpecsOf(record)
  if (specs.length === 0) return null
  const reading = read(record)
  const measured = specs.map((spec) => guideCell(reading, spec))
  const sinceFault = (t: number | undefined) => ((t ?? 0) - (reading.faultT ?? 0)) / 1_000
  const found = measured.find((cell) => cell.found)
  const cured = measured.find((cell) => cell.effect === 'cures')
  const sight = factsOf(record.facts, 'observed').find((fact) => found?.facts.includes(fact.n))
  const applied = factsOf(record.facts, 'remedy-applied').find((fact) => cured?.facts.includes(fact.n))
  return {
    cause: record.plan.scenario,
    title: record.plan.title,
    variant: record.plan.variant,
    cells: guideSteps.map((_, index) => measured.find((cell) => cell.guide === index + 1) ?? null),
    firstFound: found && sight ? { guide: found.guide, seconds: sinceFault(sight.t) } : null,
    firstCured:
      cured && applied ? { guide: cured.guide, seconds: sinceFault(applied.startedT + (cured.cureMs ?? 0)) } : null,
  }
}
