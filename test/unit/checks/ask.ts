import { checks, type Finding, gates, read } from '../../../src/checks/index.ts'
import type { CheckSpec } from '../../../src/journal/plan.ts'
import type { RunRecord } from '../../../src/journal/record.ts'

/** What one gate or check alone says to a record. */
export function ask(record: RunRecord, spec: CheckSpec): Finding[] {
  const check = [...gates, ...checks].find((one) => one.kind === spec.kind)
  if (!check) throw new Error(`no check '${spec.kind}'`)
  return check.ask(read(record), spec)
}

/** Its status and its reason, of the first finding that is not pass. */
export function said(record: RunRecord, spec: CheckSpec): { status: string; because: string } {
  const findings = ask(record, spec)
  const worst = findings.find((finding) => finding.status !== 'pass') ?? findings[0]
  return { status: worst?.status ?? 'no answer', because: worst?.because ?? '' }
}
