import { count, percent, seconds } from '../../kit/figures.ts'
import { attemptsSentence } from '../narrative/attempts.ts'
import { standingSentence } from '../narrative/clock.ts'
import {
  baseVariant,
  detectionSentence,
  meaningOf,
  nameOf,
  outageSentence,
  recoverySentence,
} from '../narrative/headline.ts'
import { overheadSentence, roomSentence } from '../narrative/machine.ts'
import { measureHeads, measureRows } from '../narrative/measures.ts'
import { explain, reasonsOf } from '../narrative/reasons.ts'
import { timelineOf } from '../narrative/timeline.ts'
import type { FileReporter, ReportedRun, ReportedVariant } from '../reporter.ts'
import { statusOf, statusWords } from '../words/status.ts'
import { md, mdCode, mdTable } from './escape.ts'
import { detection, recovery, tried } from './response.ts'

/** The post-mortem of the outage, with the sections of the report it replays, filled from the journal. */
export const postmortemReporter: FileReporter = {
  name: 'postmortem',
  file: 'postmortem.md',
  write: (run) => {
    const base = baseVariant(run)
    return base ? `${page(run, base)}\n` : '# Post-mortem\n\nThere is no variant to tell of.\n'
  },
}

function page(run: ReportedRun, base: ReportedVariant): string {
  const { plan } = base.record
  return [
    `# Post-mortem: ${md(plan.title)}`,
    `Made from the journal of variant ${md(nameOf(base))}, scenario ${mdCode(plan.scenario)}. Figures are measured in
that run, in which one minute of the incident took ${seconds(plan.incidentMinuteMs / 1_000)}.${stood(base)}`,
    '## Issue Summary',
    issueSummary(run, base),
    '## Timeline',
    timeline(base),
    ...deviations(base),
    '## Root Cause and Resolution',
    rootCause(base),
    '## Detection',
    detection(base),
    '## What was tried',
    tried(run, base),
    '## Recovery',
    recovery(base),
    '## Corrective and Preventative Measures',
    measures(run, base),
  ].join('\n\n')
}

function stood({ record }: ReportedVariant): string {
  const sentence = standingSentence(record)
  return sentence === undefined ? '' : ` ${md(sentence)}`
}

function issueSummary(run: ReportedRun, base: ReportedVariant): string {
  const { record, verdict } = base
  const { plan } = record
  const { outage } = verdict
  const impact = `${count(outage.failedRequests)} failed requests, ${percent(outage.usersAffectedShare)} of the users`
  const by = verdict.detectedBy ? `, by ${md(verdict.detectedBy)}` : ''
  const never = outage.failedRequests > 0 ? 'never' : 'nothing to recover from'
  const own = statusWords[verdict.status].word
  const minutes = Number(outage.incidentMinutes.toFixed(1))
  return [
    `- **Outage Duration**: ${seconds(outage.seconds)} here, ${count(minutes)} minutes on the incident's clock`,
    `- **Impact**: ${impact}. The report said: ${md(plan.report.impact)}`,
    `- **Root Cause**: ${md(plan.report.rootCause)}`,
    `- **Time to detect**: ${seconds(verdict.timeToDetectSeconds, 'not detected')}${by}`,
    `- **Time to recover**: ${seconds(verdict.timeToRecoverSeconds, never)}`,
    `- **Verdict of the replay**: ${statusWords[statusOf(run)].word}. This variant: ${own}. ${meaningOf(verdict)}`,
    ...[attemptsSentence(base), overheadSentence(base), roomSentence(base)].flatMap((sentence) =>
      sentence ? [`- **Replay**: ${md(sentence)}`] : [],
    ),
  ].join('\n')
}

function timeline(base: ReportedVariant): string {
  return timelineOf(base)
    .map((row) => {
      const title = row.number === null ? md(row.title) : `**${md(row.title)}**`
      const answer = row.status ? ` *As expected (${md(row.expected)}): ${answers[row.status]}.*` : ''
      const said = row.happened.map((sentence) => `  - ${md(sentence)}`)
      return [`- **${md(row.clock)}** (${row.here.toFixed(1)} s) ${title}${answer}`, ...said].join('\n')
    })
    .join('\n')
}

function deviations({ record }: ReportedVariant): string[] {
  const told = record.plan.report.deviations.map((deviation) => `- ${md(deviation)}`)
  return told.length === 0 ? [] : ['## Told otherwise than in the report', told.join('\n')]
}

const answers = { pass: 'yes', fail: 'NO', inconclusive: 'cannot be said' } as const

function rootCause({ record, verdict }: ReportedVariant): string {
  const reasons = reasonsOf(record.facts)
  const rows = reasons.map(({ reason, lines, sample }) => [
    md(reason),
    count(lines),
    md(explain(reason)),
    sample ? mdCode(sample.line) : 'not kept',
  ])
  const table =
    rows.length > 0
      ? mdTable(['Reason', 'Lines', 'Meaning', 'First line'], rows)
      : "Nginx's error log names no failure."
  return [
    md(record.plan.report.rootCause),
    `Why requests failed, by Nginx's error log:\n\n${table}`,
    `**Resolution**: ${recoverySentence(verdict)}`,
  ].join('\n\n')
}

function measures(run: ReportedRun, base: ReportedVariant): string {
  const lessons = base.record.plan.report.lessons.map((lesson) => `- ${md(lesson)}`)
  const rows = measureRows(run).map((row) => [
    md(row.measures),
    row.outage,
    row.failed,
    row.users,
    row.detect,
    statusWords[row.variant.verdict.status].word,
  ])
  const told = run.variants
    .filter((variant) => variant !== base)
    .map(
      ({ record, verdict }) =>
        `- **${md(record.plan.variantTitle)}**: ${outageSentence(verdict)} ${md(detectionSentence(verdict))}`,
    )
  return [
    lessons.join('\n') || 'The report names none.',
    `Benefit of each, measured:\n\n${mdTable([...measureHeads, 'Verdict'], rows)}`,
    ...(told.length > 0 ? [told.join('\n')] : []),
  ].join('\n\n')
}
