import type { PlanRecord } from '../journal/index.ts'
import type { JudgedRemedy, Verdict } from './verdict.ts'

/** What each remedy did for the recovery, with what a control says about it where there is one. */
export interface HealingRow extends JudgedRemedy {
  readonly variant: string
  /** The variant in which this remedy was left out; null for none that could tell. */
  readonly control: string | null
  /** Was the outage still there without it? */
  readonly without: 'stayed' | 'ended' | null
  /** The judgement with the control's, in words. */
  readonly words: string
}

/** Every remedy of the variants, controls aside: judged by itself, and by the control that goes without it. */
export function healing(verdicts: readonly Verdict[], plans: readonly PlanRecord[]): HealingRow[] {
  const controls = plans.flatMap((plan) => (plan.control ? [{ plan, ...plan.control }] : []))
  const played = verdicts.filter(({ variant }) => controls.every(({ plan }) => plan.variant !== variant))
  return played.flatMap(({ variant, remedies }) =>
    remedies.map((remedy) => {
      const own = controls.find((control) => control.of === variant && control.without === remedy.remedy)
      const verdict = verdicts.find((one) => one.variant === own?.plan.variant)
      const without = own && verdict ? withoutIt(own.plan, verdict) : null
      const control = without === null ? null : (verdict?.variant ?? null)
      const judgement = without === 'ended' && remedy.judgement === 'cured' ? 'recovered on its own' : remedy.judgement
      return { ...remedy, judgement, variant, control, without, words: wordsOf(judgement, without) }
    }),
  )
}

function withoutIt({ checks }: PlanRecord, { findings, status: sound }: Verdict): HealingRow['without'] {
  if (sound === 'inconclusive') return null
  const expected = checks.find((check) => check.kind === 'outage-stays')?.['stays'] !== false
  const status = findings.find((finding) => finding.check === 'outage-stays')?.status
  if (status !== 'pass' && status !== 'fail') return null
  return (status === 'pass') === expected ? 'stayed' : 'ended'
}

function wordsOf(judgement: JudgedRemedy['judgement'], without: HealingRow['without']): string {
  if (judgement === null) return 'cannot be attributed'
  if (without === null) return judgement
  if (without === 'ended') return `${judgement}: the outage also ended without it`
  return judgement === 'recovered on its own'
    ? 'recovered on its own, and yet without it the outage stayed'
    : `${judgement}, and without it the outage stayed`
}
