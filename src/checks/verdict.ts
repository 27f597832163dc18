import { z } from 'zod'
import { ledger } from '../kit/ledger.ts'
import { alertOrigins } from '../kit/outcomes.ts'
import { judgements } from './reading/remedies.ts'

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

/** One remedy, judged. */
export const remedy = z.strictObject({
  /** Step of the story; null outside of it. */
  step: z.number().int().nullable(),
  /** What the story calls it. */
  remedy: z.string(),
  kind: z.string(),
  /** `pre-emptive`: nothing was wrong. Null: too little was seen to tell. */
  judgement: z.enum(judgements).nullable(),
  /** With the share of failed requests before and after. */
  because: z.string(),
  facts: z.array(z.number().int()),
})
export type JudgedRemedy = z.output<typeof remedy>

/** An outage after one that was over. */
export const relapse = z.strictObject({
  /** Monotonic ms since the run started. */
  fromT: z.number(),
  /** How long service had held before it. */
  heldSeconds: z.number(),
  seconds: z.number(),
  failedRequests: z.number().int(),
})
export type Relapse = z.output<typeof relapse>

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
  /** First delivered alert of those that name the cause; null when none did, or the scenario names none. */
  causeNamedBy: z.string().nullable(),
  /** Negative: before the first failed request. */
  causeNamedAfterSeconds: z.number().nullable(),
  /** Where no request failed, the time counts from the fault. */
  causeNamedFrom: z.enum(alertOrigins).nullable(),
  /** Recovery attribution: each remedy judged by what its users met before and after. */
  remedies: z.array(remedy),
  /** Outages that came back after service had held. */
  relapses: z.array(relapse),
  /** From the first failed request until all backends were well for good, seen past the proxy; 0: they always were. */
  backendsRecoveredSeconds: z.number().nullable(),
  /** From then until the users were well: what else stood between them; negative when the users were first. */
  recoveryGapSeconds: z.number().nullable(),
  /** From the first failed request until service held again; null when nothing failed or it never did. */
  timeToRecoverSeconds: z.number().nullable(),
  /** Alerts whose rules had nothing to look at all through the story, and why; absent: no observation was made. */
  deadRules: z.array(z.strictObject({ alert: z.string(), because: z.string() })).optional(),
  /** All requests of the users, by class. */
  ledger,
  /** How long the machine was watched, had no room, and what that may have cost at most; absent: nobody watched it. */
  machine: z
    .strictObject({ watchedSeconds: z.number(), starvedSeconds: z.number(), lostSeconds: z.number() })
    .optional(),
  /** What the run took besides story and steady state; absent when it did not end by itself. */
  overhead: z
    .strictObject({
      openSeconds: z.number(),
      raiseSeconds: z.number(),
      steadySeconds: z.number(),
      undoSeconds: z.number(),
      lowerSeconds: z.number(),
      totalSeconds: z.number(),
    })
    .optional(),
  /** What was played before this and came out inconclusive, oldest first; absent: it was played once. */
  attempts: z.array(z.strictObject({ folder: z.string(), status: z.enum(statuses), because: z.string() })).optional(),
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
