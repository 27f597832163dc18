import type { PlannedStep } from '../../journal/index.ts'
import { inSeconds } from '../../kit/figures.ts'
import { defineCheck, fromScaleMs, inconclusive, minutes, pass, stepNumber, truthfulMs } from '../check.ts'
import { stepSpan } from '../reading/steps.ts'
import type { Reading } from '../reading.ts'

/** A story that is told too late proves nothing about the order and the times of the report. */
export const onTime = defineCheck({
  kind: 'on-time',
  about: 'behaviour',
  // Who tells the story late is the harness.
  time: 'harness',
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
    if (!worst) return inconclusive('no step of the story was entered')
    const { planned, lateMs, n } = worst
    const told = `${inSeconds(lateMs)} (${(lateMs / plan.incidentMinuteMs).toFixed(1)} min of the incident)`
    const because = `step ${planned.step + 1}, due at ${planned.clock}, came ${told} late, and no other later`
    if (lateMs <= withinMinutes * plan.incidentMinuteMs) return pass(`${because}${stood(reading)}`, [n])
    return inconclusive(`${because}: the harness took longer than the story gives it`, [n])
  },
})

interface Late {
  planned: PlannedStep
  lateMs: number
  n: number
}

/** On the incident's clock; in a journal without one that is the run's own time. */
function lateSteps({ facts, plan, incident }: Reading): Late[] {
  return plan.story.flatMap((planned) => {
    const span = stepSpan(facts, planned.step)
    if (!span || planned.untimed) return []
    const { t, n } = span.entered
    return [{ planned, lateMs: Math.max(0, incident.msAt(t) - planned.dueMs), n }]
  })
}

function stood({ incident }: Reading): string {
  const [longest] = incident.standing.toSorted((a, b) => b.toT - b.fromT - (a.toT - a.fromT))
  if (!longest) return ''
  const sum = incident.standing.reduce((ms, { fromT, toT }) => ms + toT - fromT, 0)
  const most = `${inSeconds(longest.toT - longest.fromT)} at ${incident.clockAt(longest.fromT)}`
  return `; the incident's clock stood still for ${inSeconds(sum)} in all, at most for ${most}`
}
