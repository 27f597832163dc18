import { factsOf, incidentClockOf } from '../../journal/index.ts'
import { deadRulesSentence } from '../narrative/dead-rules.ts'
import { askedAndAnswered, cleanSentence, detectionSentence, recoverySentence } from '../narrative/headline.ts'
import { gapSentence, healingIn, relapseSentence } from '../narrative/healing.ts'
import { sentenceOf } from '../narrative/sentences.ts'
import { shopAlerts } from '../narrative/spans.ts'
import { causeSentence } from '../narrative/variant-words.ts'
import type { ReportedRun, ReportedVariant } from '../reporter.ts'
import { md, mdTable } from './escape.ts'

/** Who noticed, when, and what was asked to fire and did not. */
export function detection(variant: ReportedVariant): string {
  const { record, verdict } = variant
  const clock = incidentClockOf(record.facts, record.plan)
  const moment = (t: number | undefined) =>
    t === undefined ? '–' : `${clock.clockAt(t)} (${clock.secondsAt(t).toFixed(1)} s)`
  const rows = shopAlerts(record.facts).map(({ alert, changes }) => {
    const first = (state: string) => moment(changes.find((change) => change.state === state)?.seenT)
    return [md(alert), md(changes[0].summary), first('pending'), first('firing'), first('delivered'), first('resolved')]
  })
  const dead = deadRulesSentence(verdict)
  const open = verdict.findings.filter((finding) => /alert/.test(finding.check) && finding.status !== 'pass')
  return [
    md(`${detectionSentence(verdict)} ${causeSentence(verdict)}`.trim()),
    rows.length > 0
      ? mdTable(['Alert', 'Says', 'Pending', 'Firing', 'Delivered', 'Resolved'], rows)
      : 'No alert about the stack was pending or firing.',
    ...(dead === '' ? [] : [md(dead)]),
    ...open.map((finding) => `**Not as expected**: ${md(askedAndAnswered(finding))}`),
  ].join('\n\n')
}

/** Looks and remedies in order, the wrong turns included, with what they changed and what that did for the users. */
export function tried(run: ReportedRun, variant: ReportedVariant): string {
  const { record } = variant
  const rows = healingIn(run, variant)
  const clock = incidentClockOf(record.facts, record.plan)
  const done = record.facts.filter((fact) => fact.kind === 'observed' || fact.kind === 'remedy-applied')
  const lines = done.map((fact) => {
    const effect = fact.kind === 'observed' ? 'looked' : fact.changed ? 'something changed' : 'nothing changed'
    const judged = rows.find(({ facts }) => facts.includes(fact.n))
    const words = judged ? `; **${md(judged.words)}**` : ''
    return `- **${md(clock.clockAt(fact.t))}** ${md(sentenceOf(fact))} (${effect}; fact ${fact.n})${words}`
  })
  return lines.join('\n') || 'No observation was made, and no remedy was tried.'
}

/** What ended it, and whether the world is as before. */
export function recovery({ record, verdict }: ReportedVariant): string {
  const ends = factsOf(record.facts, 'fault-undone').map((fact) => `- ${md(sentenceOf(fact))} (fact ${fact.n})`)
  const compared = factsOf(record.facts, 'world-compared').at(-1)
  return [
    `${recoverySentence(verdict)} ${gapSentence(verdict)}`.trim(),
    ...(verdict.relapses.length > 0 ? [`**${relapseSentence(verdict)}**`] : []),
    ...(ends.length > 0 ? [ends.join('\n')] : []),
    `${cleanSentence(verdict)}${compared ? ` ${md(sentenceOf(compared))}` : ''}`,
  ].join('\n\n')
}
