import { bySecond, read } from '../../checks/index.ts'
import { compareQuantiles, type PlayedSeconds, type QuantileDifference } from '../../drift/index.ts'
import { experiment } from '../../experiment.ts'
import { type ExitCode, exitCodes } from '../../kit/errors.ts'
import { thresholdOf } from '../../kit/thresholds/thresholds.ts'
import type { ReportedVariant } from '../../reporters/index.ts'
import { type Side, turns } from '../turns.ts'
import type { GateOptions } from './flow.ts'
import { type AskedThreshold, deployPlan, lengthFor } from './plans.ts'

export interface ComparisonOptions
  extends Pick<
    GateOptions,
    'asked' | 'engine' | 'stack' | 'signal' | 'version' | 'command' | 'folder' | 'reporter' | 'onStage'
  > {
  /** The older one first. */
  readonly sides: readonly [Side, Side]
  readonly ratePerS: number
}

export interface Comparison {
  readonly names: readonly [string, string]
  readonly ratePerS: number
  readonly differences: readonly QuantileDifference[]
  /** Why nobody can tell; empty: somebody can. */
  readonly unclear: readonly string[]
  readonly exitCode: ExitCode
}

/** Each of four plays, ms: seconds are what is drawn from, and few of them tell little. */
const playMs = 15_000

/** The same load on two stacks in turn, A B B A: is one slower, and what could this have seen? */
export async function compareSides(options: ComparisonOptions): Promise<Comparison> {
  const { sides, asked, ratePerS, folder, reporter, signal, onStage } = options
  const names = [sides[0].name, sides[1].name] as const
  const played: ReportedVariant[] = []
  const plays: [PlayedSeconds[], PlayedSeconds[]] = [[], []]
  const unclear: string[] = []
  let exitCode: ExitCode = exitCodes.pass
  for (const [turn, which] of turns.entries()) {
    if (signal.aborted || isBroken(exitCode)) break
    const { checked, pool, name } = sides[which]
    const about = `${ratePerS} requests a second on ${name}`
    const planning = { ...checked, thresholds: asked.thresholds, stepMs: asked.stepMs, isTold: true as const }
    const atLeastMs = Math.max(playMs, lengthFor(planning, ratePerS))
    const plan = deployPlan(planning, { name: `turn-${turn + 1}-${['old', 'new'][which]}`, about, ratePerS, atLeastMs })
    onStage(about)
    const quiet = { ...reporter, onEnd: () => undefined }
    const place = { raise: checked.raise, pool, before: [...played], plans: [plan], folder, reporter: quiet }
    const end = await experiment({ ...options, ...place, disarmed: false, repeats: 1 })
    if (isBroken(end.exitCode)) exitCode = end.exitCode
    played.push(...end.run.variants)
    for (const { record, verdict } of end.run.variants) {
      plays[which].push(bySecond(read(record)))
      const gates = verdict.findings.filter(({ about: of, status }) => of === 'validity' && status !== 'pass')
      unclear.push(...gates.map(({ because }) => `${about}: ${because}`))
    }
  }
  const differences = compareQuantiles({ sides: plays, shares: sharesOf(asked.thresholds) })
  if (!differences && !isBroken(exitCode)) unclear.push('a play has too few seconds with answers')
  const all = differences ?? []
  if (!isBroken(exitCode)) exitCode = signal.aborted ? exitCodes.environment : codeOf(all, unclear)
  return { names, ratePerS, differences: all, unclear, exitCode }
}

/** Those that thresholds name; two at most, for each comparison may be a false alarm. */
export function sharesOf(thresholds: readonly AskedThreshold[]): number[] {
  const named = thresholds.flatMap(({ metric, is }) => {
    const read = thresholdOf(metric, is)
    return 'of' in read && typeof read.of === 'object' ? [read.of.percentile / 100] : []
  })
  const shares = [...new Set(named)].sort((a, b) => a - b).slice(-2)
  return shares.length > 0 ? shares : [0.95]
}

function codeOf(differences: readonly QuantileDifference[], unclear: readonly string[]): ExitCode {
  if (unclear.length > 0) return exitCodes.inconclusive
  return differences.some(({ verdict }) => verdict === 'slower') ? exitCodes.fail : exitCodes.pass
}

const isBroken = (code: ExitCode) => code === exitCodes.unclean || code === exitCodes.environment
