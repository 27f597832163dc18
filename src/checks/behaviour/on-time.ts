import type { PlannedStep } from '../../journal/plan.ts'
import { defineCheck, fail, minutes, pass, stepNumber, unsure } from '../check.ts'
import { stepSpan } from '../reading/steps.ts'
import type { Reading } from '../reading.ts'
import { inSeconds } from '../words.ts'

/** Longer than anything waits between two steps, ms: who is later than that was kept from his work. */
const idleLimitMs = 2_000

/** A story that is told too late proves nothing about the order and the times of the report. */
export const onTime = defineCheck({
  kind: 'on-time',
  about: 'behaviour',
  asks: "Did every step of the story come at its time on the incident's clock?",
  fields: {
    /** As late a step may be. */
    withinMinutes: minutes.default(3),
    step: stepNumber.optional(),
  },
  title: ({ withinMinutes }) => `Every step comes at its time, at most ${withinMinutes} min late`,
  judge: (reading, { withinMinutes }) => {
    const { plan } = reading
    const [worst] = lateSteps(reading).sort((a, b) => b.lateMs - a.lateMs)
    if (!worst) return unsure('no step of the story was entered')
    const { planned, lateMs, idleMs, n } = worst
    const told = `${inSeconds(lateMs)} (${(lateMs / plan.incidentMinuteMs).toFixed(1)} min of the incident)`
    const because = `step ${planned.step + 1}, due at ${planned.clock}, came ${told} late, and no other later`
    if (lateMs <= withinMinutes * plan.incidentMinuteMs) return pass(because, [n])
    if (idleMs > idleLimitMs) return unsure(`${because}: ${inSeconds(idleMs)} long nothing was done before it`, [n])
    return fail(`${because}: what was done before it took so long`, [n])
  },
})

interface Late {
  planned: PlannedStep
  lateMs: number
  /** For how long nothing kept it from being begun. */
  idleMs: number
  n: number
}

function lateSteps({ facts, plan, storyFromT }: Reading): Late[] {
  const startT = storyFromT ?? 0
  let beforeT = startT
  return plan.story.flatMap((planned) => {
    const span = stepSpan(facts, planned.step)
    if (!span) return []
    const { t, n } = span.entered
    const dueT = startT + planned.dueMs
    const idleMs = t - Math.max(dueT, beforeT + (planned.restMs ?? 0))
    beforeT = span.ended?.t ?? t
    return [{ planned, lateMs: Math.max(0, t - dueT), idleMs, n }]
  })
}
