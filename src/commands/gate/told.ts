import type { Comparison, GateEnd, GateStage, KneeStep } from '../../check/index.ts'
import { type ExitCode, exitCodes } from '../../kit/errors.ts'
import { percent } from '../../kit/figures.ts'
import { inert } from '../../kit/inert.ts'
import { colorsFor, md } from '../../reporters/index.ts'

export interface ToldGate {
  readonly end: Pick<GateEnd, 'knee' | 'steps' | 'ratePerS' | 'stages' | 'left'>
  readonly comparison: Comparison | undefined
  readonly exitCode: ExitCode
}

export const stepLine = ({ ratePerS, status, because }: KneeStep): string => `  ${ratePerS}/s ${status}: ${because}`

/** What a comparison says of each quantile. */
export function comparisonLines({ names, ratePerS, differences, unclear }: Comparison): string[] {
  const signed = (share: number) => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`
  const lines = differences.map(({ share, wasMs, isMs, slowerBy, interval: [from, to], smallestSeen, verdict }) => {
    const figures = `${wasMs.toFixed(1)} ms on ${names[0]}, ${isMs.toFixed(1)} ms on ${names[1]}`
    const chance = `${signed(slowerBy)}, by chance ${signed(from)} to ${signed(to)}`
    const could = `this run could have seen ${percent(smallestSeen)}`
    return `p${Number((share * 100).toFixed(3))} at ${ratePerS}/s: ${verdict}: ${figures} (${chance}; ${could})`
  })
  return [...lines, ...unclear.map((why) => `not known: ${why}`)]
}

const signs: Readonly<Record<GateStage['status'], string>> = { pass: '✓', fail: '✗', inconclusive: '?' }

/** For the terminal. */
export function gateText({ end, comparison, exitCode }: ToldGate, color: boolean): string {
  const colors = colorsFor(color)
  const paint = { pass: colors.green, fail: colors.red, inconclusive: colors.yellow }
  const stages = end.stages.map(({ about, status, because }) => {
    const head = colors.bold(paint[status](`${signs[status]} ${inert(about)}`))
    return [head, ...because.map((line) => `  ${inert(line, 400)}`)].join('\n')
  })
  const knee = end.knee ? [`Knee: ${inert(end.knee.because, 600)}`] : []
  const left = end.left.map(({ name, because }) => inert(`${name} was not played: ${because}`))
  const compared = comparison
    ? [
        comparisonLines(comparison)
          .map((line) => inert(line, 400))
          .join('\n'),
      ]
    : []
  return `\n${[...knee, ...stages, ...left, ...compared, colors.bold(sentence(end, exitCode))].join('\n\n')}`
}

/** `✓ PASS At 400/s, half of what it bears, …`. */
function sentence({ ratePerS, stages }: ToldGate['end'], exitCode: ExitCode): string {
  const well = stages.filter(({ status }) => status === 'pass').length
  const what =
    ratePerS === null
      ? 'there is no rate to deploy at'
      : `${well} of ${stages.length} stages kept all thresholds at ${ratePerS}/s`
  if (exitCode === exitCodes.pass) return `✓ PASS: ${what}`
  if (exitCode === exitCodes.fail) return `✗ FAIL: ${what}`
  return exitCode === exitCodes.inconclusive ? `? INCONCLUSIVE: ${what}` : `? NOT PLAYED TO ITS END: ${what}`
}

/** For a comment below a pull request. */
export function gateMarkdown({ end, comparison, exitCode }: ToldGate): string {
  const stages = end.stages.flatMap(({ about, status, because }) => [
    `- ${signs[status]} ${md(about)}`,
    ...because.map((line) => `  - ${md(line)}`),
  ])
  const steps = end.steps.map(({ ratePerS, status, because }) => `| ${ratePerS}/s | ${status} | ${md(because)} |`)
  const table = steps.length > 0 ? [['| Rate | Thresholds | |', '| --- | --- | --- |', ...steps].join('\n')] : []
  const parts = [
    `**${sentence(end, exitCode)}**`,
    ...(end.knee ? [`Knee: ${md(end.knee.because)}`] : []),
    ...table,
    ...(stages.length > 0 ? [stages.join('\n')] : []),
    ...end.left.map(({ name, because }) => md(`${name} was not played: ${because}`)),
    ...(comparison
      ? [
          comparisonLines(comparison)
            .map((line) => `- ${md(line)}`)
            .join('\n'),
        ]
      : []),
  ]
  return `${parts.join('\n\n')}\n`
}
