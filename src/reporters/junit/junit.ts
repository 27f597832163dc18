import type { Finding } from '../../checks/index.ts'
import { rowOf } from '../matrix/rows.ts'
import { attemptsOf } from '../narrative/attempts.ts'
import type { FileReporter, ReportedRun, ReportedVariant } from '../reporter.ts'
import { attribute, xmlText } from './xml.ts'

/**
 * For CI: a suite a variant, a case a finding. A broken expectation is a failure; what could not be concluded is an
 * error, for it says nothing about the system. Conventions: monitoring notes B.2.
 */
export const junitReporter: FileReporter = {
  name: 'junit',
  file: 'junit.xml',
  write: (run) => document(run),
}

function document(run: ReportedRun): string {
  const lacks = (run.lacks ?? []).map(lackFinding)
  const suites = [...run.variants.map(suite), ...(lacks.length > 0 ? [lackSuite(lacks)] : [])]
  const all = [...run.variants.flatMap(findingsOf), ...lacks]
  const open = `<testsuites ${attribute('name', 'badgateway')} ${counts(all)}>`
  return `${['<?xml version="1.0" encoding="UTF-8"?>', open, ...suites, '</testsuites>'].join('\n')}\n`
}

function suite(reported: ReportedVariant): string {
  const { record } = reported
  const findings = findingsOf(reported)
  const { scenario, variant } = record.plan
  const [started] = record.facts
  const seconds = ((record.facts.at(-1)?.t ?? 0) / 1_000).toFixed(3)
  const when = started ? ` ${attribute('timestamp', started.at)}` : ''
  const open = `<testsuite ${attribute('name', `${scenario}.${variant}`)} ${counts(findings)}`
  const names = uniqueNames(findings)
  const cases = findings.map((finding, index) =>
    testCase(finding, `${attribute('classname', `${scenario}.${variant}`)} ${attribute('name', names[index] ?? '')}`),
  )
  return [`${open} ${attribute('time', seconds)}${when}>`, properties(reported), ...cases, '</testsuite>'].join('\n')
}

const lackFinding = (because: string): Finding => {
  const title = 'Is every shard there, once and whole?'
  return { check: 'shards', about: 'validity', status: 'inconclusive', title, because, facts: [], step: null }
}

function lackSuite(lacks: readonly Finding[]): string {
  const name = attribute('classname', 'merge')
  const names = uniqueNames(lacks)
  const cases = lacks.map((one, index) => testCase(one, `${name} ${attribute('name', names[index] ?? '')}`))
  return [`<testsuite ${attribute('name', 'merge')} ${counts(lacks)}>`, ...cases, '</testsuite>'].join('\n')
}

/** A rehearsal of a cell is one question: that nothing was in force says nothing, for nothing was to be. */
function findingsOf(reported: ReportedVariant): readonly Finding[] {
  const row = rowOf(reported)
  if (row?.status !== 'rehearsed') return reported.verdict.findings
  const title = 'Did traffic and looks work while nothing was broken?'
  const status = row.because.length === 0 ? 'pass' : 'inconclusive'
  const because = row.because.length === 0 ? row.sentence : row.because.join('; ')
  return [{ check: 'rehearsal', about: 'validity', status, title, because, facts: [], step: null }]
}

function counts(findings: readonly Finding[]): string {
  const failures = findings.filter((finding) => finding.status === 'fail').length
  const errors = findings.filter((finding) => finding.status === 'inconclusive').length
  return [
    attribute('tests', findings.length),
    attribute('failures', failures),
    attribute('errors', errors),
    attribute('skipped', 0),
  ].join(' ')
}

function properties(reported: ReportedVariant): string {
  const { record, verdict } = reported
  const { outage } = verdict
  const values: Record<string, string | number | boolean | null> = {
    status: verdict.status,
    measures: record.plan.measures.join(' ') || 'none',
    outageSeconds: outage.seconds,
    failedRequests: outage.failedRequests,
    usersAffectedShare: outage.usersAffectedShare,
    timeToDetectSeconds: verdict.timeToDetectSeconds,
    detectedBy: verdict.detectedBy,
    timeToRecoverSeconds: verdict.timeToRecoverSeconds,
    starvedSeconds: verdict.machine?.starvedSeconds ?? null,
    overheadSeconds: verdict.overhead?.totalSeconds ?? null,
    clean: verdict.clean,
    ...Object.fromEntries(attemptsOf(reported).map(({ folder, because }) => [`earlier.${folder}`, because])),
  }
  const lines = Object.entries(values).map(
    ([name, value]) => `<property ${attribute('name', name)} ${attribute('value', String(value ?? 'none'))}/>`,
  )
  return `<properties>\n${lines.join('\n')}\n</properties>`
}

function testCase(finding: Finding, head: string): string {
  const { status, because, check, facts } = finding
  const said = `${xmlText(because)}\nfacts: ${facts.slice(0, 50).join(', ') || 'none'}`
  if (status === 'pass') return `<testcase ${head}><system-out>${said}</system-out></testcase>`
  const element = status === 'fail' ? 'failure' : 'error'
  const type = status === 'fail' ? check : 'inconclusive'
  const open = `<${element} ${attribute('type', type)} ${attribute('message', because)}>`
  return `<testcase ${head}>${open}${said}</${element}></testcase>`
}

/** Readers drop cases of the same name. */
function uniqueNames(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>()
  return findings.map(({ check, title, step }) => {
    const name = `${check}: ${title}${step === null ? '' : ` (step ${step + 1})`}`
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} [${times}]`
  })
}
