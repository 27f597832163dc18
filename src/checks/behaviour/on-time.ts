import { leastWindowMs } from '../../journal/facts.ts'
import type { PlannedStep } from '../../journal/plan.ts'
import { defineCheck, fail, fromScaleMs, minutes, pass, stepNumber, truthfulMs, unsure } from '../check.ts'
import { stepSpan } from '../reading/steps.ts'
import type { Reading } from '../reading.ts'
import { inSeconds } from '../words.ts'

/** Longer than anything has to wait between two steps, ms: who is later than that was kept from his work. */
const idleLimitMs = leastWindowMs + 500
/** What these take is the system's; a look takes what the harness takes. */
const deeds: readonly string[] = ['fault', 'remedy', 'alert', 'recovered'] satisfies PlannedStep['does'][]

/** A story that is told too late proves nothing about the order and the times of the report. */
export const onTime = defineCheck({
  kind: 'on-time',
  about: 'behaviour',
  asks: "Did every step of the story come at its time on the incident's clock?",
  fields: {
    /** As late a step may be. */
    withinMinutes: minutes.default(3),
    fromScaleMs: fromScaleMs.default(truthfulMs),
    step: stepNumber.optional(),
  },
  title: ({ withinMinutes }) => `Every step comes at its time, at most ${withinMinutes} min late`,
  judge: (reading, { withinMinutes }) => {
    const { plan } = reading
    const [worst] = lateSteps(reading).sort((a, b) => b.lateMs - a.lateMs)
    if (!worst) return unsure('no step of the story was entered')
    const { planned, lateMs, kept, n } = worst
    const told = `${inSeconds(lateMs)} (${(lateMs / plan.incidentMinuteMs).toFixed(1)} min of the incident)`
    const because = `step ${planned.step + 1}, due at ${planned.clock}, came ${told} late, and no other later`
    if (lateMs <= withinMinutes * plan.incidentMinuteMs) return pass(because, [n])
    if (kept !== null) return unsure(`${because}: ${kept}`, [n])
    return fail(`${because}: what was done before it took so long`, [n])
  },
})

interface Late {
  planned: PlannedStep
  lateMs: number
  /** What of the harness may have made it late; null: nothing, so it was what was done. */
  kept: string | null
  n: number
}

function lateSteps({ facts, plan, storyFromT }: Reading): Late[] {
  const startT = storyFromT ?? 0
  let before = { t: startT, does: 'note' }
  let kept: string | null = null
  return plan.story.flatMap((planned) => {
    const span = stepSpan(facts, planned.step)
    if (!span) return []
    const { t, n } = span.entered
    const dueT = startT + planned.dueMs
    const idleMs = t - Math.max(dueT, before.t + (planned.restMs ?? 0))
    const number = planned.step + 1
    if (t <= dueT + idleLimitMs) kept = null
    else if (idleMs > idleLimitMs) kept ??= `${inSeconds(idleMs)} long nothing was done before step ${number}`
    else if (!deeds.includes(before.does)) kept ??= `it was looked and waited for too long before step ${number}`
    before = { t: span.ended?.t ?? t, does: planned.does }
    return [{ planned, lateMs: Math.max(0, t - dueT), kept, n }]
  })
}
