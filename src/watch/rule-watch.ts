import type { NewFact } from '../journal/index.ts'
import type { Clock } from '../kit/clock.ts'
import type { Prometheus, RuleGroup } from '../stack/index.ts'
import { type AlertState, alertChanges } from './alert-changes.ts'

export const askLimitMs = 2_000

export interface RuleWiring {
  prometheus: Prometheus
  clock: Clock
  write: (fact: NewFact) => void
  /** Journal time of a wall instant. */
  toT: (wallMs: number) => number
}

type Changed = Omit<Extract<NewFact, { kind: 'alert-changed' }>, 'kind' | 'seenAt' | 'seenT'>

/** Looks at what Prometheus says of its alerts, and writes down what has changed since the look before. */
export class RuleWatch {
  #known: ReadonlyMap<string, AlertState> = new Map()
  readonly #wiring: RuleWiring

  constructor(wiring: RuleWiring) {
    this.#wiring = wiring
  }

  /** Names of alerts that fire, Watchdog not counted. */
  firing(): string[] {
    const names = [...this.#known.values()].filter((one) => one.state === 'firing').map((one) => one.alert)
    return [...new Set(names)].filter((name) => name !== 'Watchdog')
  }

  async look(): Promise<RuleGroup[]> {
    const groups = await this.#wiring.prometheus.rules('alert', { timeoutMs: askLimitMs })
    const { now, changes } = alertChanges(this.#known, groups)
    this.#known = now
    for (const { promAt, ...change } of changes) this.tell({ ...change, promAt: iso(promAt), receiver: null })
    return groups
  }

  tell(change: Changed, wallMs = this.#wiring.clock.wall()): void {
    this.#wiring.write({ kind: 'alert-changed', ...change, ...seenAt(this.#wiring, wallMs) })
  }
}

/** The same moment by both clocks. */
export function seenAt({ toT }: Pick<RuleWiring, 'toT'>, wallMs: number): { seenAt: string; seenT: number } {
  return { seenAt: new Date(wallMs).toISOString(), seenT: toT(wallMs) }
}

/** Null: it is no time. */
export const iso = (text: string): string | null => {
  const ms = Date.parse(text)
  return Number.isFinite(ms) && ms > 0 ? new Date(ms).toISOString() : null
}
