import { inert, inertJson } from '../../kit/inert.ts'
import { rowOf } from '../matrix/rows.ts'
import { attemptsOf, reasonFor } from '../narrative/attempts.ts'
import type { FileReporter, GroupReporter, ReportedVariant } from '../reporter.ts'

/** What the format calls a status; it has no word for what nobody can tell. */
const words = { pass: 'passed', fail: 'failed', inconclusive: 'other' } as const
type Word = (typeof words)[keyof typeof words] | 'skipped'

/** Version of the Common Test Report Format that this is. */
const specVersion = '0.0.0'

/** For CI: a test a variant, or a cell; its findings are the steps. `other` with the raw status `inconclusive`. */
export const ctrfReporter: FileReporter = {
  name: 'ctrf',
  file: 'ctrf.json',
  write: ({ variants, lacks }) => report(variants, lacks),
}

/** The same of the runs of a group. */
export const groupCtrfReporter: GroupReporter = {
  name: 'ctrf',
  file: 'ctrf.json',
  write: ({ incidents, lacks }) =>
    report(
      incidents.flatMap(({ run }) => run.variants),
      lacks,
    ),
}

function report(variants: readonly ReportedVariant[], lacks: readonly string[] = []): string {
  const played = variants.map(test)
  const tests = [...played, ...lacks.map(lackTest)]
  const count = (word: Word) => tests.filter(({ status }) => status === word).length
  const summary = {
    tests: tests.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    pending: 0,
    other: count('other'),
    start: played.length === 0 ? 0 : Math.min(...played.map(({ start }) => start)),
    stop: Math.max(0, ...tests.map(({ stop }) => stop)),
  }
  const results = { tool: { name: 'badgateway' }, summary, tests }
  return `${inertJson({ reportFormat: 'CTRF', specVersion, generatedBy: 'badgateway', results }, 2)}\n`
}

/** What the shards of a joined run lack: a test that nobody can tell the end of. */
const lackTest = (lack: string) => ({
  name: inert(lack, 400),
  suite: ['merge'],
  status: words.inconclusive,
  rawStatus: 'inconclusive',
  message: inert(lack, 400),
  start: 0,
  stop: 0,
  duration: 0,
})

function test(reported: ReportedVariant) {
  const { record, verdict } = reported
  const { scenario, variant, title } = record.plan
  const row = rowOf(reported)
  const isRehearsed = row?.status === 'rehearsed'
  const isWell = verdict.status === 'pass' || (isRehearsed && row.because.length === 0)
  const status: Word = isRehearsed ? (isWell ? 'skipped' : 'other') : words[verdict.status]
  const why = isRehearsed || row?.figures ? (row?.because[0] ?? row?.sentence) : reasonFor(verdict)
  const { findings } = verdict
  return {
    name: inert(row?.cell ?? variant),
    suite: [scenario, row ? row.planned.mode : title].map((one) => inert(one)),
    status,
    rawStatus: isRehearsed ? 'rehearsed' : verdict.status,
    ...(isWell && !isRehearsed ? {} : { message: inert(why ?? '') }),
    ...timesOf(reported),
    type: 'resilience',
    ...earlier(reported),
    ...(isRehearsed ? {} : { steps: findings.map((one) => ({ name: inert(one.title), status: words[one.status] })) }),
    extra: extraOf(reported),
  }
}

/** What was played before, oldest first. */
function earlier(reported: ReportedVariant) {
  const attempts = attemptsOf(reported)
  if (attempts.length === 0) return {}
  const retryAttempts = attempts.map(({ folder, status, because }, at) => {
    return { attempt: at + 1, status: words[status], message: inert(`${folder}: ${because}`) }
  })
  return { retries: attempts.length, retryAttempts }
}

/** Epoch ms, and how long it took. */
function timesOf({ record: { facts } }: ReportedVariant) {
  const start = Date.parse(facts[0]?.at ?? '') || 0
  const duration = Math.round(facts.at(-1)?.t ?? 0)
  return { start, stop: start + duration, duration }
}

/** Figures for who gathers them over time. */
function extraOf(reported: ReportedVariant) {
  const { verdict } = reported
  const figures = rowOf(reported)?.figures
  return {
    variant: inert(reported.record.plan.variant),
    failedRequests: verdict.outage.failedRequests,
    detectedBy: verdict.detectedBy === null ? null : inert(verdict.detectedBy),
    ...(figures ? { failedShare: figures.failedShare, p95DuringMs: figures.p95DuringMs } : {}),
  }
}
