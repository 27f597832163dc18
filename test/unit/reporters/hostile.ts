import { judge, type Verdict } from '../../../src/checks/index.ts'
import type { Fact } from '../../../src/journal/facts.ts'
import type { PlanRecord } from '../../../src/journal/plan.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import type { ReportedRun, ReportedVariant } from '../../../src/reporters/index.ts'
import { guardedJournal, outageJournal } from '../../support/journal.ts'

export const esc = '\u001b'

/** What a terminal acts on, or what turns the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal acts on
export const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

/** What the machine that reads a log takes for a command. */
export const commanding = /^\s*::|##\w*\[/m

/** Everything that a log line, a header or a name could try on a reader. */
export const hostileTexts = [
  '<script>window.__pwned=1</script>',
  '</script><img src=x onerror="window.__pwned=2">',
  '"><svg onload=window.__pwned=3>',
  "' onmouseover='window.__pwned=4",
  '<a href="javascript:window.__pwned=5">x</a>',
  '</style><style>@import url(http://evil.example/x.css)</style>',
  `${esc}]8;;http://evil.example${esc}\\click${esc}]8;;${esc}\\`,
  `${esc}]52;c;cHduZWQ=\u0007${esc}[31mred${esc}[0m\u009b2J`,
  'failed\rPASS\n::error::forged\n##vso[task.complete result=Succeeded]',
  '::stop-commands::token',
  '##teamcity[buildStatus]',
  '![image](http://evil.example/i.png) [link](javascript:alert(1)) @everyone #1 www.evil.example | cell | `code`',
  'nul \u0000 half \ud800 non \ufffe \uffff rtl \u202etxt.exe zero\u200bwidth ]]> end',
] as const

export const allHostile = hostileTexts.join(' ')

export function variantOf(record: RunRecord): ReportedVariant {
  return { record, verdict: judge(record) }
}

/** The replayed incident and one measure that stopped it. */
export function sampleRun(): ReportedRun {
  return { variants: [variantOf(outageJournal()), variantOf(guardedJournal('config-validation', 'rejected'))] }
}

/** Fields that programs interpret; everything else in a fact can hold captured text. */
const kept = new Set(['kind', 'at', 'promAt', 'seenAt', 'phase', 'outcome', 'moment', 'state', 'source', 'action'])
const keptToo = new Set(['by', 'reason', 'whose', 'verb', 'does', 'clock', 'clockStart', 'clockEnd', 'about', 'status'])
/** Words of which a plan can have no other. */
const keptInPlan = new Set(['expect', 'becomes', 'from'])

function poisoned(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string')
    return kept.has(key) || keptToo.has(key) || keptInPlan.has(key) ? value : `${value} ${text}`
  if (Array.isArray(value)) return value.map((one) => poisoned(one, text, key))
  if (typeof value !== 'object' || value === null) return value
  const isLedger = key === 'ledger' || key === 'byStatus'
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isLedger ? inner : poisoned(inner, text, name)]),
  )
}

/** The sample run with the text in every place that can hold captured text. */
export function poisonedRun(text: string): ReportedRun {
  const variants = sampleRun().variants.map(({ record, verdict }) => {
    const problem = { kind: 'problem', code: text, message: text, hint: text, whose: 'harness' }
    const environment = { [text]: text, command: text }
    const facts = [
      ...record.facts,
      { ...problem, n: record.facts.length + 1, t: 99_000, at: '2026-03-01T14:22:00.000Z' },
    ]
    const reasons = facts.map((fact) => (fact.kind === 'proxy-sample' ? { ...fact, byReason: { [text]: 3 } } : fact))
    const bad = poisoned(reasons, text) as Fact[]
    const withEnvironment = bad.map((fact) => (fact.kind === 'run-started' ? { ...fact, environment } : fact))
    return {
      record: { ...record, plan: poisoned(record.plan, text) as PlanRecord, facts: withEnvironment },
      verdict: poisoned(verdict, text) as Verdict,
    }
  })
  return { variants }
}
