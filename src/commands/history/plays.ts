import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import { type CellRow, cellRow, judge, type Status, type Verdict } from '../../checks/index.ts'
import { factsOf, type PlanRecord, planHashOf, type RunRecord, readRecord } from '../../journal/index.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { outcomeOf, statusWords } from '../../reporters/index.ts'
import { type Kinds, kindsFor } from '../../scenario/index.ts'

/** What users met; times are ms, shares 0 to 1, and null is not known, or was not to be. */
export type PlayFigures = Readonly<Record<string, number | null>>

/** One cell or variant as it was played once. */
export interface Play {
  /** Below the folder that was named. */
  readonly folder: string
  readonly of: 'cell' | 'variant'
  /** `refuse/api-1`, or `SCENARIO/VARIANT`. */
  readonly name: string
  /** The title of its scenario: cells of two stacks may have one name. */
  readonly title: string
  /** When it began, ISO 8601. */
  readonly at: string
  readonly status: Status
  readonly sign: string
  /** `users were failed`. */
  readonly outcome: string
  /** The same for plays of the same plan. */
  readonly planHash: string
  /** The same where the proxies have the same configuration; null: nobody looked. */
  readonly configurationHash: string | null
  /** Null: nobody can tell. */
  readonly figures: PlayFigures | null
}

export interface Unread {
  readonly folder: string
  readonly because: string
}

/** Each folder read and judged anew, oldest first. What cannot be read is told, and keeps nothing else from it. */
export async function readPlays(
  place: string,
  folders: readonly string[],
  kinds?: Kinds,
): Promise<{ plays: Play[]; unread: Unread[] }> {
  const plays: Play[] = []
  const unread: Unread[] = []
  // One after the other: a journal is up to 256 MiB.
  for (const path of folders) {
    const folder = relative(place, path) || '.'
    try {
      const record = await readRecord(path)
      // Nobody was to be hurt, so nothing is told by it.
      if (factsOf(record.facts, 'run-started')[0]?.disarmed) continue
      const { checks } = await kindsFor(record.plan, kinds)
      plays.push(playOf(record, judge(record, checks), folder))
    } catch (thrown) {
      const how = thrown instanceof BadgatewayError ? `. ${thrown.hint}` : ''
      unread.push({ folder, because: `${reasonOf(thrown)}${how}` })
    }
  }
  return { plays: plays.sort((a, b) => a.at.localeCompare(b.at)), unread }
}

function playOf(record: RunRecord, verdict: Verdict, folder: string): Play {
  const { plan, facts } = record
  const row = cellRow(record, verdict)
  const { sign, word } = row ? outcomeOf(row) : statusWords[verdict.status]
  const { scenario, variant, title } = plan
  return {
    folder,
    of: row ? 'cell' : 'variant',
    name: row?.cell ?? `${scenario}/${variant}`,
    title,
    at: facts[0]?.at ?? '',
    status: verdict.status,
    sign,
    outcome: word.toLowerCase(),
    planHash: planHashOf(sameOf(plan)),
    configurationHash: configurationOf(record),
    figures: row ? cellFigures(row) : variantFigures(verdict),
  }
}

/** A cell that is played again in one check is another variant of it. */
export const sameOf = (plan: PlanRecord): PlanRecord => (plan.cell ? { ...plan, variant: plan.cell.name } : plan)

/** What its proxies were told, before anything was done to them. */
export function configurationOf({ facts }: RunRecord): string | null {
  const [found] = factsOf(facts, 'stack-snapshot')
  const hashes = found?.snapshot.services.flatMap(({ name, configuration }) =>
    configuration ? [`${name} ${configuration.hash}`] : [],
  )
  return hashes ? createHash('sha256').update(hashes.toSorted().join('\n')).digest('hex') : null
}

function cellFigures({ figures }: CellRow): PlayFigures | null {
  if (!figures) return null
  const { failed, failedShare, p95DuringMs, failedAfterEndMs, alert } = figures
  const toldAfterMs = typeof alert === 'object' ? (alert?.afterMs ?? null) : null
  // Nothing had to end where nobody was failed.
  const afterMs = failed === 0 ? null : failedAfterEndMs
  return { failedShare, p95DuringMs, failedAfterEndMs: afterMs, toldAfterMs }
}

function variantFigures({ status, outage, timeToDetectSeconds, timeToRecoverSeconds }: Verdict): PlayFigures | null {
  if (status === 'inconclusive') return null
  const ms = (seconds: number | null) => (seconds === null ? null : seconds * 1_000)
  return {
    failedRequests: outage.failedRequests,
    outageMs: outage.seconds * 1_000,
    timeToDetectMs: ms(timeToDetectSeconds),
    timeToRecoverMs: ms(timeToRecoverSeconds),
  }
}
