import type { NewFact } from '../journal/index.ts'
import { onTheBeat } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import { needsOf } from '../rules/index.ts'
import type { Alertmanager, HeldAlert, Notified, RuleGroup } from '../stack/index.ts'
import type { Alerting } from './alerts.ts'
import { givenRules } from './rule-evidence.ts'
import { askLimitMs, iso, RuleWatch, type RuleWiring, seenAt } from './rule-watch.ts'

/** Theirs has other things to do. */
const lookEveryMs = 1_000

interface Wiring extends RuleWiring {
  /** Absent: whom an alert reaches is not known. */
  alertmanager?: Alertmanager | undefined
  /** It is a copy of ours, which reaches nobody outside: what it begins to send is as good as sent. */
  isCopy: boolean
  /** How often its targets are asked. */
  scrapeMs: number
  /** What fires for longer when all is well has nothing to do with what was. */
  settleAtMostMs: number
  signal: AbortSignal
}

/** Watches the rules of somebody's own Prometheus and what his Alertmanager does with what fires; until the signal. */
export function watchTheirAlerts(wiring: Wiring): Alerting {
  const { clock, signal, alertmanager } = wiring
  const rules = new RuleWatch(wiring)
  const pager = alertmanager && new Pager(wiring, alertmanager, rules)
  let groups: RuleGroup[] = []
  let trouble = 'not asked yet'
  let ready = false
  const look = async () => {
    groups = await rules.look()
    await pager?.look()
    trouble = ''
  }
  void onTheBeat({ everyMs: () => lookEveryMs, clock, signal }, async () => {
    await look().catch((thrown: unknown) => {
      trouble = reasonOf(thrown)
    })
    const all = groups.flatMap((group) => group.rules)
    ready ||= trouble === '' && all.length > 0 && all.every((rule) => iso(rule.lastEvaluation) !== null)
    if (!signal.aborted) wiring.write(await sampleOf(wiring, trouble))
  })
  return {
    firing: () => rules.firing(),
    watchdogAgeMs: () => null,
    ready: () => ready && trouble === '',
    theirs: { settlesMs: () => settlesMs(groups, rules.firing(), wiring) },
  }
}

async function sampleOf({ prometheus }: Wiring, trouble: string): Promise<NewFact> {
  const [up, down] = await Promise.all(
    ['count(up == 1)', 'up == 0'].map((query) => prometheus.query(query, { timeoutMs: askLimitMs }).catch(() => [])),
  )
  const because = trouble || 'it answers, and evaluates its rules'
  const targetsDown = (down ?? []).map(({ metric }) => `${metric['job'] ?? ''} ${metric['instance'] ?? ''}`.trim())
  const targetsUp = Number(up?.[0]?.value[1] ?? 0)
  return { kind: 'monitor-sample', alive: trouble === '', watchdogAgeMs: null, targetsUp, targetsDown, because }
}

/** By when what fires for something that is over is over too: its window has passed, and it was evaluated again. */
function settlesMs(groups: readonly RuleGroup[], firing: readonly string[], { scrapeMs, settleAtMostMs }: Wiring) {
  const all = givenRules(groups)
  const each = all.flatMap((rule) => {
    const needs = firing.includes(rule.name) ? needsOf(rule, all, scrapeMs) : null
    return needs ? [needs.reachMs + needs.seenMs + needs.keepFiringForMs] : []
  })
  return Math.min(settleAtMostMs, Math.max(0, ...each))
}

type Way = Extract<NewFact, { kind: 'alert-routed' }>['way']

interface Followed {
  held: HeldAlert
  way: Way
}

/** What Alertmanager does with each alert. */
class Pager {
  readonly #wiring: Wiring
  readonly #alertmanager: Alertmanager
  readonly #rules: RuleWatch
  readonly #followed = new Map<string, Followed>()
  #before: Notified | undefined
  #isFirst = true

  constructor(wiring: Wiring, alertmanager: Alertmanager, rules: RuleWatch) {
    this.#wiring = wiring
    this.#alertmanager = alertmanager
    this.#rules = rules
  }

  async look(): Promise<void> {
    const limit = { timeoutMs: askLimitMs }
    const [all, now] = await Promise.all([this.#alertmanager.alerts(limit), this.#alertmanager.notified(limit)])
    for (const held of all) this.#take(held)
    if (now) this.#count(now)
    // It does not say what it sends: that it has an alert for somebody is all there is.
    else for (const one of this.#followed.values()) if (one.way === 'received') this.#deliver(one)
    this.#before = now
    this.#isFirst = false
  }

  #take(held: HeldAlert): void {
    const key = `${held.fingerprint} ${held.startsAt}`
    const { silencedBy, inhibitedBy, state } = held.status
    const kept: Way = silencedBy.length > 0 ? 'silenced' : inhibitedBy.length > 0 ? 'inhibited' : 'suppressed'
    const way = state === 'suppressed' ? kept : 'received'
    const known = this.#followed.get(key)
    const isOpen = known?.way === 'sent' || known?.way === 'unreached' || known?.way === 'delivered'
    if (known && (isOpen || known.way === way)) return
    const one: Followed = { held, way }
    this.#followed.set(key, one)
    this.#tell(one)
    // Whoever was to be told of it was told before anybody looked.
    if (this.#isFirst && way === 'received') one.way = 'delivered'
  }

  /** Of which alert a notification is it does not say: of those that are on their way now. */
  #count(now: Notified): void {
    const before = this.#before
    if (!before) return
    for (const one of this.#followed.values()) {
      if (one.way === 'received' && now.begun > before.begun) {
        one.way = 'sent'
        this.#tell(one)
        if (this.#wiring.isCopy) this.#note(one)
      }
      if (one.way !== 'sent' && one.way !== 'unreached') continue
      if (now.reached > before.reached) this.#deliver(one)
      else if (one.way === 'sent' && now.failed > before.failed) {
        one.way = 'unreached'
        this.#tell(one)
      }
    }
  }

  #deliver(one: Followed): void {
    const wasNoted = this.#wiring.isCopy && one.way !== 'received'
    one.way = 'delivered'
    this.#tell(one)
    if (!wasNoted) this.#note(one)
  }

  #tell({ held, way }: Followed): void {
    const { labels, startsAt, receivers } = held
    this.#wiring.write({
      kind: 'alert-routed',
      alert: labels['alertname'] ?? '',
      labels,
      way,
      receivers: receivers.map(({ name }) => name),
      promAt: iso(startsAt),
      ...seenAt(this.#wiring, this.#wiring.clock.wall()),
    })
  }

  /** From now on it counts as told. */
  #note({ held: { labels, annotations, startsAt, receivers } }: Followed): void {
    this.#rules.tell({
      alert: labels['alertname'] ?? '',
      labels,
      summary: annotations['summary'] ?? '',
      state: 'delivered',
      promAt: iso(startsAt),
      receiver: receivers.map(({ name }) => name).join(', '),
    })
  }
}
