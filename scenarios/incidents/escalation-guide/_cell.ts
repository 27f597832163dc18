import {
  type Fact,
  type FactOf,
  factsOf,
  goodStretches,
  type Reading,
  type RemedyEffect,
  type RunRecord,
  stepSpan,
  z,
} from '../../../src/index.ts'

/** The resolving steps of the escalation guide, in its order. */
export const guideSteps = [
  'Check the backend logs',
  'Check the state of the backend services',
  'Restart the backend services',
  'Verify proxy configuration and connectivity',
  'Check firewall and network',
  'Scale out',
] as const

export const guideEffects = ['cures', 'no effect', 'makes worse', 'heals by itself'] as const
export type GuideEffect = (typeof guideEffects)[number]

/** Which steps of the story are one step of the guide, and what would name the cause. */
export const guideCellFields = {
  /** 1 … 6: step of the guide. */
  guide: z.number().int().min(1).max(guideSteps.length),
  /** Step of the story that looks; absent: this step of the guide only acts. */
  look: z.number().int().nonnegative().optional(),
  /** Step of the story that acts on what was found. */
  remedy: z.number().int().nonnegative().optional(),
  /** Findings of the look that name the cause; any other one is a symptom, or nothing. */
  names: z.array(z.string()).default([]),
}
export type GuideCellSpec = z.output<z.ZodObject<typeof guideCellFields>>

/** What one step of the guide came to. */
export interface GuideCell {
  readonly guide: number
  /** What the look found; null: there is no look, or no observation was made. */
  readonly finding: string | null
  /** Did the look name the cause? Null: no look. */
  readonly found: boolean | null
  /** How long the look took, ms. */
  readonly findMs: number | null
  /** Null: there is no remedy, or too little was seen to tell. */
  readonly effect: GuideEffect | null
  /** From the remedy's begin until service was good; null unless it cures. */
  readonly cureMs: number | null
  readonly because: string
  readonly facts: readonly number[]
}

/** What the cell needs of a reading. */
type Seen = Pick<Reading, 'facts' | 'seconds' | 'remedies'>

type Judgement = NonNullable<RemedyEffect['judgement']>

const effectsOf: Record<Judgement, GuideEffect | null> = {
  cured: 'cures',
  'no effect': 'no effect',
  'made it worse': 'makes worse',
  'recovered on its own': 'heals by itself',
  'pre-emptive': null,
}

/** One cell of the matrix: what this step of the guide found and did. */
export function guideCell(seen: Seen, spec: GuideCellSpec): GuideCell {
  const looked = spec.look === undefined ? undefined : lookOf(seen.facts, spec.look)
  const remedy = spec.remedy === undefined ? undefined : seen.remedies.find(({ step }) => step === spec.remedy)
  const applied = remedy && factsOf(seen.facts, 'remedy-applied').find((fact) => remedy.facts.includes(fact.n))
  const effect = remedy?.judgement ? effectsOf[remedy.judgement] : null
  const said = [looked?.sight && `found '${looked.sight.finding}': ${looked.sight.because}`, remedy?.because]
  return {
    guide: spec.guide,
    finding: looked?.sight.finding ?? null,
    found: looked ? spec.names.includes(looked.sight.finding) : null,
    findMs: looked?.tookMs ?? null,
    effect,
    cureMs: effect === 'cures' && applied ? cureMsOf(seen.seconds, applied) : null,
    because: said.filter(Boolean).join('; ') || 'it was not reached',
    facts: [...(looked ? [looked.sight.n] : []), ...(remedy?.facts ?? [])],
  }
}

function lookOf(facts: readonly Fact[], step: number): { sight: FactOf<'observed'>; tookMs: number } | undefined {
  const span = stepSpan(facts, step)
  const sight = span?.during('observed').at(-1)
  if (!span || !sight) return undefined
  // The witnesses of the faults look first, which is no part of what somebody does who follows the guide.
  const began =
    span
      .during('fault-witnessed')
      .filter((fact) => fact.n < sight.n)
      .at(-1)?.t ?? span.entered.t
  return { sight, tookMs: sight.t - began }
}

/** Until the last failed request before service was good again. */
function cureMsOf(seconds: Reading['seconds'], { startedT, t }: FactOf<'remedy-applied'>): number | null {
  const good = goodStretches(seconds).find((stretch) => stretch.toT > t && stretch.fromT >= startedT - 1_000)
  return good ? Math.max(0, good.fromT - startedT) : null
}

/** The cells that a plan asks for, in the guide's order. */
export function guideSpecsOf({ plan }: Pick<RunRecord, 'plan'>): GuideCellSpec[] {
  const shape = z.object(guideCellFields)
  return plan.checks
    .filter(({ kind }) => kind === 'guide-step')
    .flatMap((spec) => shape.safeParse(spec).data ?? [])
    .sort((a, b) => a.guide - b.guide)
}
