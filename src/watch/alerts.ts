import type { z } from 'zod'
import { onTheBeat } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import type { Agent } from '../protocol/index.ts'
import { webhookBody } from './alert-changes.ts'
import { askLimitMs, iso, RuleWatch, type RuleWiring } from './rule-watch.ts'

const lookEveryMs = 400
const sampleEveryMs = 1_000
/** Everybody waits for the first moment in which all targets are up. */
const firstSampleEveryMs = 200

interface Wiring extends RuleWiring {
  agent: Agent
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
  /** It is their own: no Watchdog of ours, and how long what fires now may still fire for what is over, ms. */
  readonly theirs?: { settlesMs(): number }
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
  private readonly rules: RuleWatch
  private readonly delivered = new Set<string>()
  private watchdogAt: number | null = null
  private trouble = 'not asked yet'
  private readonly wiring: Wiring

  constructor(wiring: Wiring) {
    this.wiring = wiring
    this.rules = new RuleWatch(wiring)
  }

  firing(): string[] {
    return this.rules.firing()
  }

  watchdogAgeMs(): number | null {
    return this.watchdogAt === null ? null : Math.max(0, this.wiring.clock.wall() - this.watchdogAt)
  }

  async lookForEver(): Promise<void> {
    await this.every(
      () => lookEveryMs,
      async () => {
        const rules = (await this.rules.look()).flatMap((group) => group.rules)
        const broken = rules.filter((rule) => rule.health === 'err').map((rule) => `${rule.name}: ${rule.lastError}`)
        this.trouble = broken.join('; ')
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
    this.rules.tell(change, wallMs)
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
