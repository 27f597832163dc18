import type { z } from 'zod'
import type { NewFact } from '../journal/index.ts'
import { type Clock, onTheBeat } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import type { Agent } from '../protocol/index.ts'
import type { Prometheus } from '../stack/index.ts'
import { type AlertState, alertChanges, webhookBody } from './alert-changes.ts'

const lookEveryMs = 400
const sampleEveryMs = 1_000
/** Everybody waits for the first moment in which all targets are up. */
const firstSampleEveryMs = 200
const askLimitMs = 2_000

interface Wiring {
  agent: Agent
  prometheus: Prometheus
  clock: Clock
  write: (fact: NewFact) => void
  /** Journal time of a wall instant. */
  toT: (wallMs: number) => number
  signal: AbortSignal
}

/** What is known of the alerting while it is watched. */
export interface Alerting {
  /** Names of alerts that fire now, Watchdog not counted. */
  firing(): string[]
  /** Age of the newest Watchdog delivery in ms; null before the first. */
  watchdogAgeMs(): number | null
  /** Are all targets of Prometheus up, and is it evaluating? */
  ready(): boolean
  /** The stack has no monitoring: there is nothing to be heard. */
  readonly absent?: true
}

const iso = (text: string): string | null => {
  const ms = Date.parse(text)
  return Number.isFinite(ms) && ms > 0 ? new Date(ms).toISOString() : null
}

/** Of a stack that nobody watches over. */
export const noAlerting: Alerting = { firing: () => [], watchdogAgeMs: () => null, ready: () => true, absent: true }

/** Watches Prometheus' rules, Alertmanager's deliveries, and whether both are alive; until the signal. */
export function watchAlerts(wiring: Wiring): Alerting {
  const watch = new AlertWatch(wiring)
  void watch.lookForEver()
  void watch.sampleForEver()
  void watch.hearForEver().catch((thrown: unknown) => watch.deaf(thrown))
  return {
    firing: () => watch.firing(),
    watchdogAgeMs: () => watch.watchdogAgeMs(),
    ready: () => watch.ready,
  }
}

class AlertWatch {
  ready = false
  private known: ReadonlyMap<string, AlertState> = new Map()
  private readonly delivered = new Set<string>()
  private watchdogAt: number | null = null
  private trouble = 'not asked yet'
  private readonly wiring: Wiring

  constructor(wiring: Wiring) {
    this.wiring = wiring
  }

  firing(): string[] {
    const names = [...this.known.values()].filter((one) => one.state === 'firing').map((one) => one.alert)
    return [...new Set(names)].filter((name) => name !== 'Watchdog')
  }

  watchdogAgeMs(): number | null {
    return this.watchdogAt === null ? null : Math.max(0, this.wiring.clock.wall() - this.watchdogAt)
  }

  async lookForEver(): Promise<void> {
    await this.every(
      () => lookEveryMs,
      async () => {
        const groups = await this.wiring.prometheus.rules('alert', { timeoutMs: askLimitMs })
        const rules = groups.flatMap((group) => group.rules)
        const broken = rules.filter((rule) => rule.health === 'err').map((rule) => `${rule.name}: ${rule.lastError}`)
        this.trouble = broken.join('; ')
        const { now, changes } = alertChanges(this.known, groups)
        this.known = now
        for (const { promAt, ...change } of changes) this.tell({ ...change, promAt: iso(promAt), receiver: null })
      },
    )
  }

  async sampleForEver(): Promise<void> {
    let wasReady = false
    const everyMs = () => (wasReady ? sampleEveryMs : firstSampleEveryMs)
    await this.every(everyMs, async () => {
      const targets = await this.targets()
      const down = targets.filter((target) => target.health !== 'up').map((target) => target.name)
      const because = this.trouble || (targets.length === 0 ? 'Prometheus names no targets' : 'rules are evaluated')
      this.ready = !this.trouble && targets.length > 0 && down.length === 0
      wasReady ||= this.ready
      this.wiring.write({
        kind: 'monitor-sample',
        alive: !this.trouble && targets.length > 0,
        watchdogAgeMs: this.watchdogAgeMs(),
        targetsUp: targets.length - down.length,
        targetsDown: down,
        because,
      })
    })
  }

  async hearForEver(): Promise<void> {
    const { agent, signal } = this.wiring
    for await (const event of agent.events(0, signal)) {
      const body = webhookBody.safeParse(event.body)
      if (body.success) for (const alert of body.data.alerts) this.hear(alert, event.receiver, event.wallMs)
    }
  }

  /** The agent will not tell its events: without deliveries nothing about alerts can be proven, so it is said. */
  deaf(thrown: unknown): void {
    const message = `Alertmanager's deliveries are not heard any more: ${reasonOf(thrown)}`
    const hint = 'Alerts cannot be judged.'
    this.wiring.write({ kind: 'problem', code: 'AGENT_FAILED', message, hint, whose: 'harness' })
  }

  private hear(alert: z.output<typeof webhookBody>['alerts'][number], receiver: string, wallMs: number): void {
    const name = alert.labels['alertname'] ?? ''
    if (name === 'Watchdog') this.watchdogAt = Math.max(this.watchdogAt ?? 0, wallMs)
    // Alertmanager repeats what still fires: the first delivery of each firing is the fact.
    const key = `${alert.fingerprint} ${alert.status} ${alert.status === 'firing' ? alert.startsAt : alert.endsAt}`
    if (this.delivered.has(key)) return
    this.delivered.add(key)
    const firing = alert.status === 'firing'
    const change = {
      alert: name,
      labels: alert.labels,
      summary: alert.annotations['summary'] ?? '',
      state: firing ? 'delivered' : 'resolve-delivered',
      promAt: iso(firing ? alert.startsAt : alert.endsAt),
      receiver,
    } as const
    this.tell(change, wallMs)
  }

  private tell(
    change: Omit<Extract<NewFact, { kind: 'alert-changed' }>, 'kind' | 'seenAt' | 'seenT'>,
    wallMs = this.wiring.clock.wall(),
  ): void {
    const seen = { seenAt: new Date(wallMs).toISOString(), seenT: this.wiring.toT(wallMs) }
    this.wiring.write({ kind: 'alert-changed', ...change, ...seen })
  }

  private async targets(): Promise<{ name: string; health: string }[]> {
    try {
      const targets = await this.wiring.prometheus.targets({ timeoutMs: askLimitMs })
      return targets.map(({ health, labels }) => {
        return { health, name: `${labels['job'] ?? ''} ${labels['instance'] ?? ''}`.trim() }
      })
    } catch (thrown) {
      this.trouble = reasonOf(thrown)
      return []
    }
  }

  private async every(everyMs: () => number, look: () => Promise<void>): Promise<void> {
    const { signal, clock } = this.wiring
    const tell = (thrown: unknown) => {
      this.trouble = reasonOf(thrown)
    }
    await onTheBeat({ everyMs, clock, signal }, () => look().catch(tell))
  }
}
