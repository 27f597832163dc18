import type { Injection } from '../faults/index.ts'
import { reasonOf } from '../kit/errors.ts'
import { type ActiveFault, type Seeing, type Stage, see } from './stage.ts'

type Lasts = NonNullable<Injection['lasts']>
type Place = Seeing & Pick<Stage, 'clock' | 'signal' | 'active' | 'passing'>

/** Lets a fault pass by itself when its time is over, beside the steps of the story. */
export function letPass(stage: Place, active: ActiveFault, lasts: Lasts): void {
  const passed = pass(stage, active, lasts).catch((thrown: unknown) => {
    const message = `${active.name} did not pass: ${reasonOf(thrown)}`
    stage.journal.write({ kind: 'problem', code: 'INTERNAL', message, hint: 'It ends with the run.', whose: 'harness' })
  })
  // A journal that cannot be written ends the run by itself.
  stage.passing.waiting.push(passed.catch(() => undefined))
}

/** The story is over: what has not passed is left to the undo. */
export async function endPassing({ passing }: Pick<Place, 'passing'>): Promise<void> {
  passing.over.abort()
  await Promise.all(passing.waiting)
}

async function pass(stage: Place, active: ActiveFault, lasts: Lasts): Promise<void> {
  const { clock, journal, passing } = stage
  const isOver = AbortSignal.any([stage.signal, passing.over.signal])
  const isTime = await clock.sleep(lasts.ms, isOver).then(
    () => true,
    () => false,
  )
  if (!isTime || !stage.active.includes(active)) return
  await see(stage, active, 'end')
  await lasts.end()
  const present = await see(stage, active, 'after')
  const index = stage.active.indexOf(active)
  if (present || index < 0) return
  stage.active.splice(index, 1)
  journal.write({ kind: 'fault-undone', fault: active.name, by: 'itself', because: 'its time was over' })
}
