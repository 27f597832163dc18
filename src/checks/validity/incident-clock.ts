import { factsOf } from '../../journal/index.ts'
import { counted, inSeconds } from '../../kit/figures.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import type { Reading } from '../reading.ts'

/** A clock that is told may be so far from what it should show, ms. */
const toleranceMs = 250

export const incidentClockGate = defineGate({
  kind: 'incident-clock',
  asks: "Did the incident's clock go as the story's steps say?",
  judge: (reading) => {
    const sets = factsOf(reading.facts, 'clock-set')
    if (sets.length === 0 && reading.storyFromT !== null)
      return inconclusive('the journal tells of no clock of the incident')
    const wrong = badStart(reading) ?? badPace(reading) ?? badStep(reading)
    if (wrong) return wrong
    const { standing } = reading.incident
    const sum = standing.reduce((ms, { fromT, toT }) => ms + toT - fromT, 0)
    const stood = standing.length === 0 ? 'never stood' : `stood ${counted(standing.length, 'time')}, ${inSeconds(sum)}`
    return pass(`every step was entered at its time; the clock ${stood}`, [sets[0]?.n ?? 0])
  },
})

function badStart({ facts, storyFromT }: Reading): Answer | undefined {
  const [first] = factsOf(facts, 'clock-set')
  if (!first || storyFromT === null) return undefined
  const isAtBegin = first.runs && first.incidentMs === 0 && Math.abs(first.t - storyFromT) <= toleranceMs
  return isAtBegin ? undefined : inconclusive('the clock of the incident did not start with the story', [first.n])
}

/** Between two words it goes as time does, or stands. */
function badPace({ facts }: Reading): Answer | undefined {
  const sets = factsOf(facts, 'clock-set')
  const wrong = sets.find((set, index) => {
    const before = sets[index - 1]
    if (!before) return false
    const most = before.incidentMs + (before.runs ? set.t - before.t : 0)
    return set.incidentMs < before.incidentMs || set.incidentMs > most + toleranceMs
  })
  return wrong && inconclusive('the clock of the incident was set forward or back', [wrong.n])
}

/** It stands for the next step only: each is entered when the clock shows its time, and none is kept from it. */
function badStep({ facts, plan, incident }: Reading): Answer | undefined {
  const sets = factsOf(facts, 'clock-set')
  const ended = factsOf(facts, 'step-ended')
  for (const { step, n, t } of factsOf(facts, 'step-entered')) {
    const planned = plan.story.find((one) => one.step === step)
    if (!planned) continue
    const { dueMs, untimed } = planned
    const lateMs = incident.msAt(t) - dueMs
    // Who waits for an event alone comes at any time after the step before.
    const isLate = lateMs > toleranceMs && !untimed
    if (isLate || lateMs < -toleranceMs) {
      const off = `${inSeconds(Math.abs(lateMs))} ${isLate ? 'after' : 'before'}`
      return inconclusive(`step ${step + 1} was entered ${off} its time`, [n])
    }
    const sinceN = ended.findLast((end) => end.n < n)?.n ?? 0
    const last = sets.findLast((set) => set.n < n)
    if (!last?.runs || last.n < sinceN || t - last.t > toleranceMs)
      return inconclusive(`the clock of the incident did not go on with step ${step + 1}`, [n])
  }
  const dues = plan.story.map(({ dueMs }) => dueMs)
  const stray = incident.standing.find(({ incidentMs }) => !dues.some((due) => Math.abs(due - incidentMs) <= 1))
  return stray && inconclusive(`the clock of the incident stood for no step: ${inSeconds(stray.toT - stray.fromT)}`)
}
