import type { Evidence } from '../kit/json.ts'
import { defineKind } from '../kit/kind.ts'
import type { FaultOutcome } from '../kit/outcomes.ts'
import type { Capability, Hearer, MeasureAct, Scene } from '../stack/index.ts'

/** What became of a fault, and how that is known. */
export interface Injection {
  outcome: FaultOutcome
  because: string
  /** What preventive measures did about it, in order. */
  acts: readonly MeasureAct[]
  evidence: Evidence
  /** It passes by itself after so many ms, by `end`; the witness looks just before and just after. */
  lasts?: {
    ms: number
    /** These are the incident's, at the run's scale: they go by its clock. */
    onClock?: true
    end(): Promise<void>
  }
}

export interface Sighting {
  /** All of it: at every server that it is about. */
  present: boolean
  /** Only where it can be there in part: any of it. Gone is only what is gone everywhere. */
  partly?: boolean
  because: string
}

/** What was seen at several servers, as one: there where it is at all of them, gone where it is at none. */
export function sightingOfAll(sightings: readonly Sighting[], because = wordsOfAll(sightings)): Sighting {
  const present = sightings.length > 0 && sightings.every((one) => one.present)
  return { present, because, ...(!present && sightings.some((one) => one.present) ? { partly: true } : {}) }
}

const wordsOfAll = (sightings: readonly Sighting[]) => sightings.map(({ because }) => because).join('; ')

/** What breaks. `inject` has promised its undo before it changes anything, and resolves once the fault is in force. */
export interface Fault {
  inject(scene: Scene, hearer?: Hearer): Promise<Injection>
  /** An independent look whether it is really there: never the return code of what `inject` called. */
  readonly witness: { name: string; see(scene: Scene): Promise<Sighting> }
}

export const defineFault = defineKind<Fault, Capability>()

/** Looks again, so often in all at most, while what is seen is neither a yes nor a no. */
export async function untilClear<Seen>(
  look: () => Promise<Seen>,
  isUnclear: (seen: Seen) => boolean,
  mostLooks: number,
): Promise<Seen> {
  let seen = await look()
  for (let looks = 1; isUnclear(seen) && looks < mostLooks; looks += 1) seen = await look()
  return seen
}
