import { type Ledger, type LedgerClass, lostClasses } from '../../kit/ledger.ts'

/** A class as a small number, so that millions fit in memory: 0 open, below 100 lost, 100 … 999 the status. */
export type ClassCode = number

/** Not ended yet. */
export const openCode: ClassCode = 0

/** One more than the largest code there can be. */
export const codeCount = 1_000

const lostCodes = new Map<string, ClassCode>(lostClasses.map((name, index) => [name, index + 1]))

/** Answered with something else than what was asked for. */
export const wrongContent: ClassCode = lostClasses.indexOf('wrong_content') + 1

/** The code of a way to be lost; an HTTP status is its own code. */
export function codeOf(name: (typeof lostClasses)[number]): ClassCode {
  return lostCodes.get(name) ?? openCode
}

/** The class of a code; undefined for a request that has not ended. */
export function classOf(code: ClassCode): LedgerClass | undefined {
  if (code >= 100) return `http_${code}`
  return lostClasses[code - 1]
}

/** Did an answer come whole? The same answer as `isAnswered` gives for the name. */
export function isAnsweredCode(code: ClassCode): boolean {
  return code >= 100 || code === wrongContent
}

/** Was the user served? The same answer as `isServed` gives for the name. */
export function isServedCode(code: ClassCode): boolean {
  return code >= 100 && code < 400
}

/** The counts of the codes that occurred. */
export function countsOf(counts: Uint32Array): [ClassCode, number][] {
  const found: [ClassCode, number][] = []
  for (let code = 0; code < counts.length; code += 1) if (counts[code]) found.push([code, counts[code] ?? 0])
  return found
}

/** Counts by class name, from counts by code of any number of threads. */
export function ledgerOf(counts: Iterable<readonly [ClassCode, number]>): Ledger {
  const sums = new Map<ClassCode, number>()
  for (const [code, count] of counts) sums.set(code, (sums.get(code) ?? 0) + count)
  const ledger: Ledger = {}
  for (const [code, count] of [...sums].sort(([a], [b]) => a - b)) {
    const name = classOf(code)
    if (name && count) ledger[name] = count
  }
  return ledger
}
