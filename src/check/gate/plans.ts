import { BadgatewayError } from '../../kit/errors.ts'
import { requestsFor, thresholdOf } from '../../kit/thresholds/thresholds.ts'
import { type Plan, planOf } from '../../run/index.ts'
import { parseScenario } from '../../scenario/index.ts'
import type { StackDescription } from '../../stack/index.ts'
import { type Traffic, users } from '../cells.ts'

/** A threshold as it was written. */
export interface AskedThreshold {
  readonly metric: string
  readonly is: string
  /** Once it is broken in a deploy, nothing more is played. */
  readonly abortOnFail?: boolean
}

export interface GatePlanning {
  readonly description: StackDescription
  readonly traffic: Traffic
  readonly thresholds: readonly AskedThreshold[]
  /** Each step, and each stage, is at least so long, ms. */
  readonly stepMs: number
  /** Thresholds are told, and nobody is held to them. */
  readonly isTold?: true
}

type Fields = Readonly<Record<string, unknown>>

/** A spike is seen by the proxy's counters from twice the rate before it on. */
const calmShare = 0.25
const recoveryLimitMs = 15_000
const goodForMs = 1_000
/** Open requests are not what a step is to run out of. */
const maxOpen = 20_000
const start = 10 * 60 + 1

/** How long it must be at this rate so that every threshold has its requests, whole seconds counted, ms. */
export function lengthFor(
  { thresholds, stepMs }: Pick<GatePlanning, 'thresholds' | 'stepMs'>,
  ratePerS: number,
): number {
  return Math.max(stepMs, Math.ceil(requestsOf(thresholds) / ratePerS) * 1_000) + 1_000
}

/** So many requests, of those the threshold that needs the most. */
export function requestsOf(thresholds: readonly AskedThreshold[]): number {
  const needed = thresholds.map(({ metric, is }) => {
    const read = thresholdOf(metric, is)
    return 'because' in read ? 0 : requestsFor(read)
  })
  return Math.max(1, ...needed)
}

/** One step of the search: the calm, then this rate, and calm again. Its thresholds are told only. */
export function stepPlan(planning: GatePlanning, ratePerS: number): Plan {
  const calm = Math.min(planning.traffic.ratePerS, ratePerS * calmShare)
  const about = `${ratePerS} requests a second`
  return spikePlan(planning, { name: `rate-${ratePerS}`, about, calm, ratePerS, measured: true })
}

export interface Spiking {
  readonly name: string
  readonly about: string
  /** The rate before and after it, and that of it. */
  readonly calm: number
  readonly ratePerS: number
  readonly measured?: true
}

/** More load for a while, and what it met. */
export function spikePlan(planning: GatePlanning, { name, about, calm, ratePerS, measured }: Spiking): Plan {
  const lengthMs = lengthFor(planning, ratePerS)
  const over = start + Math.ceil(lengthMs / 1_000)
  const story = [
    { at: clockAt(start), fault: { kind: 'traffic-spike', users: { ratePerS } }, as: about },
    {
      at: clockAt(over),
      rest: lengthMs,
      remedy: { kind: 'end-fault', fault: about },
      as: 'the load is calm again',
      expect: 'measured',
    },
    { at: clockAt(over), recovered: { within: recoveryLimitMs, hold: goodForMs, measured: true } },
  ]
  return planFor(planning, { name, about, ratePerS: calm, story, over, checks: thresholdChecks(planning, measured) })
}

export interface Deploying {
  readonly name: string
  readonly about: string
  readonly ratePerS: number
  /** What is done under that load; absent: nothing. */
  readonly deed?: Fields
  /** At least so long, ms; absent: as long as the thresholds need. */
  readonly atLeastMs?: number
}

/** Something done under load, and what users met meanwhile and after. */
export function deployPlan(planning: GatePlanning, { name, about, ratePerS, deed, atLeastMs = 0 }: Deploying): Plan {
  const lengthMs = Math.max(atLeastMs, lengthFor(planning, ratePerS))
  const over = start + Math.ceil(lengthMs / 1_000)
  const story = [
    ...(deed ? [{ at: clockAt(start), remedy: deed, as: about, expect: 'measured' }] : []),
    { at: clockAt(over), rest: lengthMs, note: 'Users have met what they met.' },
  ]
  const checks = [...thresholdChecks(planning), ...(deed ? [{ kind: 'deed-done', step: 0 }] : [])]
  return planFor(planning, { name, about, ratePerS, story, over, checks })
}

const thresholdChecks = ({ thresholds, isTold }: GatePlanning, measured = isTold) =>
  thresholds.map(({ metric, is }) => ({ kind: 'threshold', metric, is, ...(measured ? { measured } : {}) }))

interface Telling {
  readonly name: string
  readonly about: string
  readonly ratePerS: number
  readonly story: readonly Fields[]
  readonly over: number
  readonly checks: readonly Fields[]
}

function planFor(
  { description, traffic }: GatePlanning,
  { name, about, ratePerS, story, over, checks }: Telling,
): Plan {
  const mix = traffic.mix ?? Object.values(description.upstreams).map(({ page: path }) => ({ path }))
  const scenario = parseScenario(
    {
      name: 'gate',
      title: `Load on ${description.proxy.service}, and deploys under it`.slice(0, 120),
      summary: 'The highest rate that keeps the thresholds is sought; then it is deployed at a share of it.',
      report: { rootCause: 'Load on purpose.', impact: 'Told by each stage.', lessons: [] },
      clock: { steadyFrom: clockAt(start - 1), start: clockAt(start), end: clockAt(over + 1) },
      load: { users: { timeout: users.timeout, ...traffic, ratePerS, mix, maxOpen, spreads: true } },
      story,
      checks,
      variants: { [name]: { title: about.slice(0, 120) } },
    },
    'the gate',
  )
  return planOf(scenario, { variant: name, description })
}

function clockAt(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`
}

/** USAGE with every threshold that cannot be known here. */
export function expectKnown(thresholds: readonly AskedThreshold[]): void {
  const wrong = thresholds.flatMap(({ metric, is }) => {
    const read = thresholdOf(metric, is)
    return 'because' in read ? [read.because] : []
  })
  if (wrong.length === 0) return
  throw new BadgatewayError('USAGE', wrong.join('\n  '), 'Nothing was started. See docs/load-gate.md.')
}
