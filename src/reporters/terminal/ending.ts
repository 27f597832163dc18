import type { Status } from '../../checks/index.ts'
import { inert } from '../../kit/inert.ts'
import { attemptsSentence } from '../narrative/attempts.ts'
import { deadRulesSentence } from '../narrative/dead-rules.ts'
import {
  askedAndAnswered,
  badFindings,
  cleanSentence,
  detectionSentence,
  meaningOf,
  nameOf,
  outageSentence,
  recoverySentence,
} from '../narrative/headline.ts'
import { gapSentence, healingIn, relapseSentence } from '../narrative/healing.ts'
import { overheadSentence, roomSentence } from '../narrative/machine.ts'
import { measureHeads, measureRows } from '../narrative/measures.ts'
import { causeSentence } from '../narrative/variant-words.ts'
import type { EndedRun, ReportedRun, ReportedVariant } from '../reporter.ts'
import { statusOf, statusWords } from '../words/status.ts'
import type { Colors } from './colors.ts'
import { type TextCell, textTable } from './table.ts'

/** Findings that are told one by one; the report has them all. */
const toldFindings = 8

/** The verdict for somebody tired: the word, the users, what failed and why, where to read on. */
export function ending({ run, folder }: EndedRun, colors: Colors): string {
  const blocks = run.variants.map((variant) => variantBlock(run, variant, colors))
  const table = run.variants.length > 1 ? [measureTable(run, colors)] : []
  const overall =
    run.variants.length > 1 ? [`${statusText(statusOf(run), colors)} over all ${run.variants.length} variants`] : []
  const none = run.variants.length === 0 ? ['Nothing was played to its end, so there is no verdict.'] : []
  const where = `Report: ${inert(folder)}/report.html`
  return `\n${[...blocks, ...table, ...none, [...overall, where].join('\n')].join('\n\n')}\n`
}

export function statusText(status: Status, colors: Colors): string {
  const { word, sign } = statusWords[status]
  return statusPaint(status, colors)(`${sign} ${word}`)
}

/** The same for a table, which paints once it knows how wide its columns are. */
export function statusCell(status: Status, colors: Colors): TextCell {
  const { word, sign } = statusWords[status]
  return { text: `${sign} ${word}`, paint: statusPaint(status, colors) }
}

function statusPaint(status: Status, colors: Colors) {
  const paint = { pass: colors.green, fail: colors.red, inconclusive: colors.yellow }[status]
  return (text: string) => colors.bold(paint(text))
}

function variantBlock(run: ReportedRun, variant: ReportedVariant, colors: Colors): string {
  const { verdict } = variant
  const bad = badFindings(verdict)
  const findings = bad
    .slice(0, toldFindings)
    .map((finding) => `    ${statusText(finding.status, colors)} ${inert(askedAndAnswered(finding), 400)}`)
  if (bad.length > toldFindings) findings.push(`    … and ${bad.length - toldFindings} more, see the report`)
  const judged = healingIn(run, variant).map(({ remedy, words }) => `    ${inert(remedy)}: ${inert(words)}`)
  const causeAndGap = [causeSentence(verdict), gapSentence(verdict)].filter(Boolean).join(' ')
  const more = [causeAndGap, relapseSentence(verdict), deadRulesSentence(verdict)].filter(Boolean)
  return [
    `${statusText(verdict.status, colors)}  ${colors.bold(inert(nameOf(variant)))}`,
    `  ${outageSentence(verdict)}`,
    `  ${inert(detectionSentence(verdict))} ${recoverySentence(verdict)}`,
    ...more.map((sentence) => `  ${inert(sentence)}`),
    ...(judged.length > 0 ? ['  Recovery attribution:', ...judged] : []),
    ...(verdict.status === 'pass' ? [] : [`  ${meaningOf(verdict)}`]),
    ...findings,
    ...toldBeside(variant),
    ...(verdict.clean ? [] : [`  ${colors.red(cleanSentence(verdict))}`]),
  ].join('\n')
}

function toldBeside(variant: ReportedVariant): string[] {
  const sentences = [attemptsSentence(variant), overheadSentence(variant), roomSentence(variant)]
  return sentences.flatMap((sentence) => (sentence ? [`  ${inert(sentence, 400)}`] : []))
}

function measureTable(run: EndedRun['run'], colors: Colors): string {
  const rows = measureRows(run).map(({ measures, outage, failed, users, detect, variant }) => {
    return [inert(measures), outage, failed, users, detect, statusCell(variant.verdict.status, colors)]
  })
  return textTable(rows, { heads: [...measureHeads, 'Verdict'], right: [1, 2, 3, 4] })
}
