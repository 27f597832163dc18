import { z } from 'zod'
import { checkData } from '../kit/data/data-file.ts'
import { lasting } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { type ProjectFile, shareSchema } from '../project/index.ts'

/** `'0.5%'`, or 0.005. */
const share = z.union([shareSchema, z.number().min(0).max(1)], 'no share: write 0.5%, or a number from 0 to 1')

/** A second or more: less has no whole second of load. */
const held = lasting.refine((ms) => ms >= 1_000, 'is too short: 1s or more')

const suiteOptions = z.strictObject({
  users: z.int().min(1).optional(),
  rate: z.number().min(0.001).optional(),
  hold: held.optional(),
  rules: z.array(z.string().min(1)).min(1).optional(),
  monitoring: z.boolean().default(true),
  timeoutsAtMost: lasting.optional(),
  repeats: z.int().min(0).max(5).default(1),
})

/** How a suite is played; what is left out is as badgateway.yaml has it. Durations: `'5s'`, or ms. */
export interface SuiteOptions {
  /** How many users take turns. */
  users?: number
  /** Requests a second, all users together. */
  rate?: number
  /** How long each fault is held; default 3 s. */
  hold?: string | number
  /** Prometheus rule files in place of those that badgateway.yaml names; paths begin where it lies. */
  rules?: string[]
  /** False: no Prometheus of ours is raised, and nothing can be said about alerts. */
  monitoring?: boolean
  /** Longer timeouts of the proxy are shortened to this on our copy, so that less is waited for. */
  timeoutsAtMost?: string | number
  /** How often an inconclusive run is repeated; default: once. */
  repeats?: number
}

export type ReadOptions = z.output<typeof suiteOptions>

/** USAGE with all mistakes. */
export const readOptions = (given: SuiteOptions): ReadOptions => understood(suiteOptions, given, 'resilience(…)')

/** Milliseconds. USAGE when it is none. */
export const durationOf = (given: unknown, where: string): number => understood(lasting, given, where)

/** The same of how long a fault is held. */
export const holdOf = (given: unknown, where: string): number => understood(held, given, where)

/** 0 to 1. USAGE when it is none. */
export const shareOf = (given: unknown, where: string): number => understood(share, given, where)

function understood<T extends z.ZodType>(schema: T, given: unknown, where: string): z.output<T> {
  const checked = checkData(given, schema)
  if ('data' in checked) return checked.data
  throw new BadgatewayError('USAGE', `${where}: ${checked.wrong.join('; ')}`, 'Correct the call: docs/ci-suite.md.')
}

/** What these options say counts for more than the file. */
export function changed(
  project: ProjectFile,
  { users, rate, rules, monitoring, timeoutsAtMost }: ReadOptions,
): ProjectFile {
  return {
    ...project,
    traffic: {
      ...project.traffic,
      ...(users === undefined ? {} : { users }),
      ...(rate === undefined ? {} : { ratePerS: rate }),
    },
    monitoring: { ...project.monitoring, rules: monitoring ? (rules ?? project.monitoring.rules) : [] },
    ...(timeoutsAtMost === undefined ? {} : { timeouts: { atMost: timeoutsAtMost } }),
  }
}
