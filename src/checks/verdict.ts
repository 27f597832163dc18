import { z } from 'zod'
import { ledger } from '../kit/ledger.ts'

export const statuses = ['pass', 'inconclusive', 'fail'] as const
export type Status = (typeof statuses)[number]

export const finding = z.strictObject({
  /** Kind of the check, stable. */
  check: z.string(),
  /** `validity`: was this an experiment at all? `behaviour`: did the system do what it should? */
  about: z.enum(['validity', 'behaviour']),
  status: z.enum(statuses),
  /** The question, for people. */
  title: z.string(),
  /** The answer with its figures and units. */
  because: z.string(),
  /** Numbers of the facts it rests on. */
  facts: z.array(z.number().int()),
  /** Step of the story it belongs to; null for none. */
  step: z.number().int().nullable(),
})
export type Finding = z.output<typeof finding>

/** The opinion about one variant. Stored beside the journal, and can be made again from it. */
export const verdict = z.strictObject({
  status: z.enum(statuses),
  scenario: z.string(),
  variant: z.string(),
  findings: z.array(finding),
  outage: z.strictObject({
    /** From the first to the last failed request before service held again; 0 when there was none. */
    seconds: z.number(),
    incidentMinutes: z.number(),
    failedRequests: z.number().int(),
    /** Share of the users active in the outage who had at least one failure, 0 … 1. */
    usersAffectedShare: z.number(),
    /** Monotonic ms since the run started; null when there was no outage. */
    fromT: z.number().nullable(),
    toT: z.number().nullable(),
  }),
  /** From the first failed request to the first delivered alert; null when nothing failed or nobody was told. */
  timeToDetectSeconds: z.number().nullable(),
  detectedBy: z.string().nullable(),
  /** From the first failed request until service held again; null when nothing failed or it never did. */
  timeToRecoverSeconds: z.number().nullable(),
  /** All requests of the users, by class. */
  ledger,
  /** Was the machine proven to be as before? */
  clean: z.boolean(),
})
export type Verdict = z.output<typeof verdict>

/** Worst wins; nothing asked is inconclusive. */
export function worst(all: readonly Status[]): Status {
  if (all.includes('fail')) return 'fail'
  if (all.length === 0 || all.includes('inconclusive')) return 'inconclusive'
  return 'pass'
}
