import type { PlanRecord } from '../../../src/journal/plan.ts'
import { planHashOf } from '../../../src/journal/plan-hash.ts'
import { asJson } from '../../../src/kit/json.ts'
import { type JournalWriter, wallOf } from './writer.ts'

/** What every test journal shares: ms since the run started. */
export const readyT = 8_000
/** The story's first moment. */
export const storyT = 13_250

const shop = ['proxy-1', 'web-1', 'web-2', 'api-1', 'api-2', 'database-1', 'monitoring-1', 'agent-1']
const loaded = ['SuccessRateDropped', 'UpstreamConnectionFailures', 'DatabaseDown', 'BackendDown', 'Leak', 'Watchdog']
const idOf = (index: number) => `${index}`.padStart(12, 'a')

/** Everything before the story: raised, promised, steady. */
export function noteRaise(journal: JournalWriter, plan: PlanRecord): void {
  const { scenario, variant, title, incidentMinuteMs, clockStart } = plan
  const environment = { docker: '20.10.24', nginx: '1.26.3', cgroup: 'v1' }
  const who = { runId: 'r-7f3a', scenario, variant, title }
  const planHash = planHashOf(plan)
  journal.at(0, { kind: 'run-started', format: 1, ...who, incidentMinuteMs, clockStart, environment, planHash })
  journal.at(1, { kind: 'phase-entered', phase: 'raise' })
  for (const [index, service] of shop.entries()) {
    const undo = { verb: 'remove-container' as const, container: idOf(index) }
    journal.at(300 + index, { kind: 'undo-promised', id: `u${index + 1}`, undo, why: `container ${service}` })
  }
  const services = shop.map((service, index) => {
    return { service, container: idOf(index), image: 'badgateway/shop:3f2a', address: `172.28.0.${index + 2}` }
  })
  journal.at(readyT, { kind: 'stack-ready', tookMs: 7_600, services })
  noteContainers(journal, readyT, 'ready')
  journal.at(readyT + 1, { kind: 'phase-entered', phase: 'steady' })
  const rules = Object.fromEntries(loaded.map((name) => [`alert ${name} in general.yml`, '183aeb573c75']))
  journal.at(readyT + 900, { kind: 'stack-snapshot', stack: 'production', snapshot: { services: [], rules } })
  journal.at(storyT - 40, {
    kind: 'steady-checked',
    steady: true,
    requests: 200,
    failed: 0,
    p99Ms: 14,
    because: '200 requests, none failed, p99 14 ms',
  })
  noteRules(journal, storyT - 10, 'start')
  journal.at(storyT, { kind: 'phase-entered', phase: 'story' })
  journal.at(storyT, { kind: 'clock-set', incidentMs: 0, runs: true, because: 'the story begins' })
}

/** Prometheus is asked for its rules, and for what they had to look at. */
function noteRules(journal: JournalWriter, t: number, moment: 'start' | 'end'): void {
  const rules = loaded.map((alert) => ({
    alert,
    group: 'general',
    file: 'general.yml',
    health: 'ok',
    lastError: '',
    forMs: 1_000,
    keepFiringForMs: 0,
    reachMs: 2_000,
    wholeMs: 5_000,
    never: null,
    selectors: [{ selector: 'up', series: moment === 'start' ? null : 9 }],
    missing: [],
    samples: moment === 'start' ? null : 1,
  }))
  journal.at(t, { kind: 'rule-evidence', moment, overMs: Math.max(0, t - storyT), rules })
}

/** Every container as it was started; the proxy anew when the story did so. */
function noteContainers(journal: JournalWriter, t: number, moment: 'ready' | 'end', restarted = false): void {
  const services = shop.map((service, index) => {
    const startedAt = wallOf(restarted && index === 0 ? storyT + 66_000 : 2_000)
    return { service, container: idOf(index), running: true, paused: false, startedAt, memoryLimit: null }
  })
  journal.at(t, { kind: 'stack-seen', moment, services })
}

/** The harness restarts the proxy, and the engine says so. */
export function noteRestart(journal: JournalWriter, fromT: number, toT: number): void {
  const of = { service: 'proxy-1', container: idOf(0) }
  const said = { kill: 'signal 3', die: 'exit code 0', stop: '', start: '', restart: '' }
  for (const [index, [action, because]] of Object.entries(said).entries()) {
    journal.at(fromT + 10 + index, { kind: 'service-event', ...of, action, because })
  }
  journal.at(toT, { kind: 'engine-called', call: 'restart', ...of, startedT: fromT, ok: true })
}

export function noteStep(
  journal: JournalWriter,
  plan: PlanRecord,
  ended: { step: number; fromT: number; toT: number; because: string; ok?: boolean },
): void {
  const planned = plan.story[ended.step]
  if (!planned) throw new Error(`the plan has no step ${ended.step}`)
  const { step, clock, title, does, detail } = planned
  // Of this machine a step is some ms late, and its clock as well.
  const incidentMs = ended.fromT - storyT
  journal.at(ended.fromT, { kind: 'clock-set', incidentMs, runs: true, because: `step ${step + 1} is entered` })
  journal.at(ended.fromT, { kind: 'step-entered', step, clock, title, what: asJson({ does, ...detail }) })
  journal.at(ended.toT, { kind: 'step-ended', step, ok: ended.ok ?? true, because: ended.because })
}

/** The monitor's pulse and the containers' figures, once a second. */
export function notePulse(journal: JournalWriter, fromT: number, toT: number): void {
  noteAlert(journal, 'Watchdog', 'firing', fromT)
  for (let t = fromT; t < toT; t += 1_000) {
    const age = (t - fromT) % 5_000
    if (age === 0) noteAlert(journal, 'Watchdog', 'delivered', t + 20)
    journal.at(t + 30, {
      kind: 'monitor-sample',
      alive: true,
      watchdogAgeMs: age,
      targetsUp: 9,
      targetsDown: [],
      because: 'Prometheus answered in 6 ms',
    })
    const well = ['web-1', 'web-2', 'api-1', 'api-2']
    journal.at(t + 35, { kind: 'backends-seen', fromT: t + 25, well, ill: [] })
    for (const [index, service] of ['proxy-1', 'api-1'].entries()) {
      journal.at(t + 40, {
        kind: 'resource-sample',
        service,
        memoryBytes: (18 + 40 * index) * 1_048_576 + ((t * 977) % 400_000),
        limitBytes: index === 0 ? 67_108_864 : null,
        cpuCores: 0.08 + 0.1 * index,
      })
    }
  }
}

type AlertState = 'pending' | 'firing' | 'delivered' | 'resolved' | 'resolve-delivered'

export function noteAlert(journal: JournalWriter, alert: string, state: AlertState, t: number): void {
  const isDelivery = state === 'delivered' || state === 'resolve-delivered'
  journal.at(t, {
    kind: 'alert-changed',
    alert,
    labels: { alertname: alert, severity: alert === 'Watchdog' ? 'none' : 'critical' },
    summary: alert === 'Watchdog' ? 'Always fires: the chain is alive' : `${alert}: users are being failed`,
    state,
    promAt: wallOf(t - 350),
    seenAt: wallOf(t),
    seenT: t,
    receiver: isDelivery ? 'on-call' : null,
  })
}

/** Everything after the story: undone, looked at, taken down, compared, ended. */
export function noteEnd(journal: JournalWriter, toT: number, books: { matched: number; restarted: boolean }): void {
  const { matched, restarted } = books
  noteRules(journal, toT - 5, 'end')
  journal.at(toT, { kind: 'phase-entered', phase: 'undo' })
  noteContainers(journal, toT + 1, 'end', restarted)
  journal.at(toT + 1_900, {
    kind: 'proxy-reconciled',
    matched,
    answeredUnlogged: 0,
    loggedUnknown: 0,
    lostButLogged: 0,
    logged: matched,
    because: 'every answer has its line in the access log',
  })
  for (const [index, service] of shop.entries()) {
    const id = `u${index + 1}`
    journal.at(toT + 1_910 + index, { kind: 'undo-done', id, ok: true, by: 'harness', because: `${service} removed` })
  }
  journal.at(toT + 2_300, { kind: 'phase-entered', phase: 'lower' })
  journal.at(toT + 3_000, { kind: 'world-compared', clean: true, differences: [] })
  const wallMs = toT + 3_100
  const storyMs = toT - storyT
  journal.at(wallMs, {
    kind: 'run-ended',
    reason: 'completed',
    by: 'harness',
    wallMs,
    storyMs,
    overheadMs: wallMs - storyMs,
  })
}
