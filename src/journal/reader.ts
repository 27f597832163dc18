import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { readPlain } from '../kit/files.ts'
import { deepest, isTooDeep } from '../kit/json.ts'
import { variantLayout } from './layout.ts'
import { journalLimit, type Lines, lineLimit, parseLines } from './lines.ts'
import { type PlanRecord, planRecord } from './plan.ts'
import type { RunRecord } from './record.ts'

const planLimit = 4 * 1024 * 1024

/** The record of one variant from its folder. JOURNAL_INVALID names the file, and the line where there is one. */
export async function readRecord(folder: string): Promise<RunRecord> {
  const { plan, journal } = variantLayout(folder)
  const [planned, { facts, torn }] = await Promise.all([readPlan(plan), readJournal(journal)])
  return { plan: planned, facts, torn }
}

/** The facts of one journal. */
export async function readJournal(file: string): Promise<Lines> {
  const text = await readLimited(file, journalLimit)
  const longest = longestLine(text)
  if (longest > lineLimit)
    throw invalid(file, `has a line of ${longest} characters; ${lineLimit} are the most there can be`)
  return parseLines(text, file)
}

async function readPlan(file: string): Promise<PlanRecord> {
  const text = await readLimited(file, planLimit)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw invalid(file, `is not JSON: ${reasonOf(thrown)}`)
  }
  if (isTooDeep(value)) throw invalid(file, `nests deeper than ${deepest} levels`)
  const checked = planRecord.safeParse(value)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw invalid(file, `is no plan: ${issue?.path.join('.') || 'it'}: ${issue?.message}`)
}

async function readLimited(file: string, limit: number): Promise<string> {
  try {
    return await readPlain(file, limit)
  } catch (thrown) {
    throw invalid(file, `cannot be read: ${reasonOf(thrown)}`)
  }
}

function longestLine(text: string): number {
  let longest = 0
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const stop = end === -1 ? text.length : end
    longest = Math.max(longest, stop - from)
    from = stop + 1
  }
  return longest
}

function invalid(file: string, because: string): BadgatewayError {
  return new BadgatewayError('JOURNAL_INVALID', `${file} ${because}`, 'Name the folder of one variant of a run.')
}
