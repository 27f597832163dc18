import type { RunRecord } from '../../src/journal/record.ts'
import type { Sabotage } from './edit.ts'
import { judge } from './judge.ts'

/** What became of one sabotage of one record. */
export interface Hunted {
  readonly sabotage: Sabotage
  /** Undefined: this run has nothing of the sort to spoil. */
  readonly status: 'pass' | 'inconclusive' | 'fail' | undefined
  /** Gates and checks that noticed it. */
  readonly noticedBy: readonly string[]
}

/** Spoils a record that passes, in every way, each by itself. Throws where the untouched record does not pass. */
export function hunt(record: RunRecord, sabotages: readonly Sabotage[]): Hunted[] {
  const untouched = judge(record)
  if (untouched.status !== 'pass') {
    const open = untouched.findings
      .filter(({ status }) => status !== 'pass')
      .map(({ check, because }) => `${check}: ${because}`)
    throw new Error(`the untouched record does not pass: ${open.join('; ')}`)
  }
  return sabotages.map((sabotage) => {
    const spoilt = sabotage.spoil(record)
    if (!spoilt) return { sabotage, status: undefined, noticedBy: [] }
    const { status, findings } = judge(spoilt)
    const noticedBy = [...new Set(findings.filter((one) => one.status !== 'pass').map(({ check }) => check))]
    return { sabotage, status, noticedBy }
  })
}
