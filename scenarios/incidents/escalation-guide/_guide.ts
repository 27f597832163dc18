import { defineScenario, type ScenarioInput } from '../../../src/index.ts'

type Story = ScenarioInput['story']
type Step = Story[number]
type Check = NonNullable<ScenarioInput['checks']>[number]
type Variant = ScenarioInput['variants'][string]
type Effect = NonNullable<Extract<Check, { kind: 'guide-step' }>['effect']>

export type Fault = NonNullable<Step['fault']>
type Probe = NonNullable<Step['look']>
type Remedy = NonNullable<Step['remedy']>

/** What a look says, and whether that names the cause: a symptom does not. */
interface Look {
  says: string
  names?: boolean
}
type Deed = Look & { does: Effect }

/** One cause of the guide, and what each of its six steps does about it, as measured. */
export interface Cause {
  name: string
  title: string
  summary: string
  rootCause: string
  impact: string
  fault: Fault
  /** Minutes from the fault to the first look: what fails slowly is in the logs slowly. Default: 3. */
  looksAfter?: number
  stack?: ScenarioInput['stack']
  causeAlerts?: string[]
  steps: { logs: Look; status: Look; restart: Effect; path: Deed; firewall: Deed; scale: Deed }
  /** Prevention: what names the cause, and how it is mended then, each so many minutes after the fault. */
  prevention: Pick<Variant, 'title' | 'measures' | 'checks'> & {
    story: readonly (Omit<Step, 'at'> & { after: number })[]
  }
}

const theFault = 'the cause'

/** Minutes on the incident's clock; one is a second here. */
const timing = {
  /** From a remedy to the next thing done, so that its effect can be seen: a restart itself takes some two. */
  effect: 5,
  /** From a cause that is injected again to the next look. */
  again: 4,
}

interface GuideStep {
  guide: number
  title: string
  look?: { probe: Probe; expected: Look }
  remedy?: { spec: Remedy; as: string; does: Effect; title: string }
}

/** The guide's six steps, each a look, a deed, or both. */
function guideOf({ steps, looksAfter = 3 }: Cause): GuideStep[] {
  const { logs, status, restart, path, firewall, scale } = steps
  return [
    {
      guide: 1,
      title: 'Check the backend logs',
      look: { probe: { kind: 'backend-logs', over: `${looksAfter}s` }, expected: logs },
    },
    { guide: 2, title: 'Check the backend services', look: { probe: { kind: 'backend-status' }, expected: status } },
    {
      guide: 3,
      title: 'Restart the backend services',
      remedy: { spec: { kind: 'restart-backends' }, as: 'the restart', does: restart, title: 'every server at once' },
    },
    {
      guide: 4,
      title: 'Verify proxy configuration and connectivity',
      look: { probe: { kind: 'proxy-path' }, expected: path },
      remedy: {
        spec: { kind: 'repair-proxy-path' },
        as: 'configuration and containers as reviewed',
        does: path.does,
        title: 'what is not as reviewed is put right',
      },
    },
    {
      guide: 5,
      title: 'Check firewall and network',
      look: { probe: { kind: 'firewall-rules' }, expected: firewall },
      remedy: {
        spec: { kind: 'open-firewall' },
        as: 'packet filters as specified',
        does: firewall.does,
        title: 'rules that nobody specified are taken away',
      },
    },
    { guide: 6, title: 'Scale out', look: { probe: { kind: 'traffic-level' }, expected: scale } },
  ]
}

const clockAt = (minute: number) => `10:${String(minute).padStart(2, '0')}`

/** A story that is being written: steps, what is asked about them, and the minute it has come to. */
class Telling {
  readonly story: Story = []
  readonly checks: Check[] = []
  minute = 0
  private injected = 0

  add(step: Omit<Step, 'at'>): number {
    this.story.push({ at: clockAt(this.minute), ...step })
    return this.story.length - 1
  }

  inject({ fault, title }: Cause): void {
    this.injected += 1
    const again = this.injected > 1 ? `, once more (${this.injected})` : ''
    this.add({ fault, as: `${theFault}${again}`, title: `${title}${again}` })
  }

  /** One step of the guide; a deed is given the time to show what it does. */
  take({ guide, title, look, remedy }: GuideStep): void {
    const expected = look?.expected
    const looked = look && this.add({ look: look.probe, finds: look.expected.says, title: `${guide}. ${title}` })
    const done =
      remedy &&
      this.add({
        remedy: remedy.spec,
        as: remedy.as,
        expect: remedy.does,
        title: `${guide}. ${title}: ${remedy.title}`,
      })
    this.checks.push({
      kind: 'guide-step',
      guide,
      ...(looked === undefined ? {} : { look: looked }),
      ...(done === undefined ? {} : { remedy: done }),
      ...(expected ? { names: expected.names ? [expected.says] : [], finds: expected.names ?? false } : {}),
      ...(remedy ? { effect: remedy.does } : {}),
    })
    if (done !== undefined) this.minute += timing.effect
  }
}

const cures = ({ remedy }: GuideStep) => remedy?.does === 'cures'
const restored: Omit<Step, 'at'> = { recovered: { within: '6s', hold: '2s' }, title: 'Service is restored, and holds' }

/** The guide's steps in its order until one cures, as somebody takes them who knows nothing. */
function asItHappened(cause: Cause): Telling {
  const telling = new Telling()
  telling.inject(cause)
  telling.minute += cause.looksAfter ?? 3
  const guide = guideOf(cause)
  const last = guide.findIndex(cures)
  for (const step of guide.slice(0, last < 0 ? guide.length : last + 1)) {
    if (step.guide === 3) telling.minute += 1
    telling.take(step)
  }
  if (last < 0) return telling
  telling.minute -= timing.effect - 1
  telling.add(restored)
  return telling
}

/** All six steps; a cause that was cured is there again before the next one is taken. */
function runbook(cause: Cause): Telling {
  const telling = new Telling()
  telling.inject(cause)
  telling.minute += Math.max(timing.again, cause.looksAfter ?? 0)
  const guide = guideOf(cause)
  for (const step of guide) {
    telling.take(step)
    if (!cures(step) || step === guide.at(-1)) continue
    telling.inject(cause)
    telling.minute += Math.max(timing.again, cause.looksAfter ?? 0)
  }
  telling.add({ note: 'What the last step did has shown' })
  return telling
}

function withMeasures({ fault, title, prevention }: Cause): Variant {
  const telling = new Telling()
  telling.add({ fault, as: theFault, title })
  for (const { after, ...step } of prevention.story) {
    telling.minute = after
    telling.add(step)
  }
  telling.add(restored)
  const { title: name, measures = [], checks = [] } = prevention
  return { title: name, measures, checks, story: telling.story, end: clockAt(telling.minute) }
}

/** A cause as a scenario: as the guide is followed, with the guide's prevention, and with every step of it measured. */
export function escalation(cause: Cause): ScenarioInput {
  const { name, title, summary, rootCause, impact, causeAlerts = [] } = cause
  const happened = asItHappened(cause)
  const measured = runbook(cause)
  const users: Check = { kind: 'users-affected', atLeast: 0.5 }
  return defineScenario({
    name,
    title,
    summary,
    report: {
      rootCause,
      impact,
      lessons: [
        'Monitor the connections between the servers',
        'Alert on response times beyond what is acceptable',
        'Review the configuration of proxy and servers at regular times',
      ],
    },
    clock: { steadyFrom: '09:58', start: '10:00', end: clockAt(happened.minute) },
    // One server a role: Nginx never takes the only one out, so what is seen is the cause and not its memory of it.
    stack: { web: 1, api: 1, ...cause.stack },
    load: {
      users: {
        ratePerS: 50,
        users: 50,
        timeout: '8s',
        mix: [
          { weight: 5, path: '/' },
          { weight: 2, path: '/product/7' },
          { weight: 2, path: '/api/products' },
          { weight: 1, method: 'POST', path: '/api/orders', body: { productId: 7, quantity: 1 } },
        ],
      },
      pressure: { connections: 10, ratePerS: 100, mix: [{ path: '/' }, { path: '/api/products' }] },
    },
    causeAlerts,
    story: happened.story,
    checks: [users, ...happened.checks],
    variants: {
      'as-it-happened': { title: 'The guide, step by step, until one helps' },
      'with-measures': withMeasures(cause),
      runbook: {
        title: 'Every step of the guide, measured',
        end: clockAt(measured.minute),
        story: measured.story,
        checks: [users, ...measured.checks],
      },
    },
  })
}
