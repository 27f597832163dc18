import { machineRoom, watchdog } from '../../checks/index.ts'
import { type ClockSet, type Fact, type IncidentClock, incidentClock, type PlanRecord } from '../../journal/index.ts'
import { minuteOf } from '../../kit/clock-time.ts'
import { servedOf, total } from '../../kit/ledger.ts'

/** What the live line knows: gathered from facts, one at a time. */
export class Progress {
  readonly #plan: PlanRecord
  readonly #firing = new Set<string>()
  readonly #latest = new Map<string, { sent: number; failed: number }>()
  readonly #sets: ClockSet[] = []
  #storyT: number | null = null
  #t = 0
  /** The machine had no room in the newest second that is told. */
  isStarved = false
  phase = 'raise'

  constructor(plan: PlanRecord) {
    this.#plan = plan
  }

  take(fact: Fact): void {
    this.#t = Math.max(this.#t, fact.t)
    if (fact.kind === 'phase-entered') {
      this.phase = fact.phase
      if (fact.phase === 'story') this.#storyT ??= fact.t
    } else if (fact.kind === 'clock-set') this.#sets.push(fact)
    else if (fact.kind === 'load-sample') {
      const sent = total(fact.ledger)
      this.#latest.set(fact.source, { sent, failed: sent - servedOf(fact.ledger) })
    } else if (fact.kind === 'machine-sample') {
      this.isStarved = machineRoom([fact]).starved.length > 0
    } else if (fact.kind === 'alert-changed' && fact.alert !== watchdog) {
      if (fact.state === 'firing' || fact.state === 'delivered') this.#firing.add(fact.alert)
      if (fact.state === 'resolved' || fact.state === 'resolve-delivered') this.#firing.delete(fact.alert)
    }
  }

  get clock(): IncidentClock {
    return incidentClock({ scale: this.#plan, storyT: this.#storyT, fallbackT: this.#t, sets: this.#sets })
  }

  /** The incident's clock now; empty before the story. */
  get now(): string {
    return this.#storyT === null ? '' : this.clock.clockAt(this.#t)
  }

  /** Share of the story that is over, 0 … 1. */
  get share(): number {
    if (this.#storyT === null) return 0
    const { clockStart, clockEnd } = this.#plan
    const minutes = Math.max(1, minuteOf(clockEnd) - minuteOf(clockStart))
    return Math.min(1, (this.clock.minuteAt(this.#t) - minuteOf(clockStart)) / minutes)
  }

  /** Requests per second, users and pressure together, in the newest second that is told. */
  get rate(): number {
    return [...this.#latest.values()].reduce((sum, { sent }) => sum + sent, 0)
  }

  /** Share of them that failed, 0 … 1. */
  get errorShare(): number {
    const failed = [...this.#latest.values()].reduce((sum, second) => sum + second.failed, 0)
    return this.rate === 0 ? 0 : failed / this.rate
  }

  get firing(): string[] {
    return [...this.#firing]
  }

  get t(): number {
    return this.#t
  }

  get variant(): string {
    return this.#plan.variant
  }
}
