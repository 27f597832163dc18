import type { Injection } from '../../faults/index.ts'
import { incidentClockOf, type Journal } from '../../journal/index.ts'
import { reasonOf } from '../../kit/errors.ts'
import { type ActiveFault, type Seeing, type Stage, see, wasSeen } from '../stage.ts'

type Lasts = NonNullable<Injection['lasts']>
type Place = Seeing & { readonly journal: Pick<Journal, 'now' | 'write'> } & Pick<
    Stage,
    'clock' | 'signal' | 'active' | 'expiring' | 'facts' | 'plan'
  >

/** A clock that stands still is looked at again soon. */
const lookEveryMs = 100

/** Ends a self-expiring fault when its time is over, beside the steps of the story. */
export function letExpire(stage: Place, active: ActiveFault, lasts: Lasts): void {
  const passed = pass(stage, active, lasts).catch((thrown: unknown) => {
    const message = `${active.name} did not expire: ${reasonOf(thrown)}`
    stage.journal.write({ kind: 'problem', code: 'INTERNAL', message, hint: 'It ends with the run.', whose: 'harness' })
  })
  // A journal that cannot be written ends the run by itself.
  stage.expiring.waiting.push(passed.catch(() => undefined))
}

/** The story is over: what has not passed is left to the undo. */
export async function endExpiring({ expiring }: Pick<Place, 'expiring'>): Promise<void> {
  expiring.over.abort()
  await Promise.all(expiring.waiting)
}

async function pass(stage: Place, active: ActiveFault, lasts: Lasts): Promise<void> {
  const { journal, expiring } = stage
  const isOver = AbortSignal.any([stage.signal, expiring.over.signal])
  const fromT = journal.now()
  const isHalf = await lasted(stage, { ...lasts, ms: lasts.ms / 2 }, fromT, isOver)
  if (!isHalf || !stage.active.includes(active)) return
  if (!wasSeen(stage, active, 'middle')) await see(stage, active, 'middle')
  const isTime = await lasted(stage, lasts, fromT, isOver)
  if (!isTime || !stage.active.includes(active)) return
  await see(stage, active, 'end')
  await lasts.end()
  const present = await see(stage, active, 'after')
  const index = stage.active.indexOf(active)
  if (present || index < 0) return
  stage.active.splice(index, 1)
  journal.write({ kind: 'fault-undone', fault: active.name, by: 'itself', because: 'its time was over' })
}

/** Waits until it has lasted so long; false when it is over before. On the incident's clock, where it is meant so. */
async function lasted(
  { clock, journal, facts, plan }: Place,
  { ms, onClock }: Pick<Lasts, 'ms' | 'onClock'>,
  fromT: number,
  signal: AbortSignal,
): Promise<boolean> {
  const passedMs = () => {
    const incident = incidentClockOf(facts, plan)
    return onClock ? incident.msAt(journal.now()) - incident.msAt(fromT) : journal.now() - fromT
  }
  try {
    for (let left = ms; left > 0; left = ms - passedMs()) {
      await clock.sleep(onClock ? Math.max(lookEveryMs, left) : left, signal)
    }
    return true
  } catch {
    return false
  }
}
