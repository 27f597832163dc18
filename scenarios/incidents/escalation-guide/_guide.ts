import { defineScenario, type ScenarioInput } from '../../../src/index.ts'

type Story = ScenarioInput['story']
type Step = Story[number]
type Check = NonNullable<ScenarioInput['checks']>[number]
type Variant = ScenarioInput['variants'][string]
/** `measured`: it differs from time to time, and is only told. */
type Effect = NonNullable<Extract<Check, { kind: 'guide-step' }>['effect']> | 'measured'

export type Fault = NonNullable<Step['fault']>
type Probe = NonNullable<Step['look']>
type Remedy = NonNullable<Step['remedy']>

/** What a look says, and whether that names the cause: a symptom does not. */
interface Look {
  says: string
  names?: boolean
}
type LookAndDeed = Look & { does: Effect }

/** What names the cause before anybody has to look for it, and how it is mended then. */
interface Prevention {
  measure: MeasureName
  /** The alert of that measure; absent: a review finds it. */
  alert?: string
  /** What the periodic review of the configuration finds. */
  review?: string
  mend: Remedy
  /** What is done then, in words. */
  by: string
}
type MeasureName = NonNullable<Variant['measures']>[number]

const measureTitles: Partial<Record<MeasureName, string>> = {
  'connectivity-monitoring': 'With monitoring of the connections between the servers',
  'response-time-alerts': 'With alerts on the response times',
  'configuration-review': 'With a periodic review of the configuration',
}

/** One cause of the guide, and what each of its six steps does about it, as measured. */
export interface Cause {
  name: string
  title: string
  summary: string
  rootCause: string
  impact: string
  fault: Fault
  /** Real time from the cause to the first look: what fails slowly is in the logs slowly. */
  looksAfter?: string
  /** Whose answers users miss: what is scaled. Default: the pages. */
  failing?: 'web' | 'api'
  /** How many servers are added in the sixth step; default: 1. */
  more?: number
  stack?: ScenarioInput['stack']
  /** Beside the 50 requests a second of the users; default: 100. */
  pressurePerS?: number
  steps: { logs: Look; status: Look; restart: Effect; path: LookAndDeed; firewall: LookAndDeed; scale: LookAndDeed }
  prevention: Prevention
}

const theFault = 'the cause'

/** Real time, whatever the scale: alerts, logs and effects know no incident's clock. */
const rests = {
  /** From the cause to the first look, unless the cause says otherwise. */
  look: '2s',
  /** The same where it must be seen how it was before a step. */
  before: '3s',
  /** From a deed to the next step, so that its effect is seen. */
  effect: '3s',
  measuredEffect: '4s',
}

interface GuideStep {
  guide: number
  title: string
  look?: { probe: Probe; expected: Look }
  remedy?: { spec: Remedy; as: string; does: Effect; title: string }
}

/** The guide's six steps, each a look, a deed, or both. */
function guideOf({ steps, failing = 'web', more = 1 }: Cause): GuideStep[] {
  const { logs, status, restart, path, firewall, scale } = steps
  return [
    {
      guide: 1,
      title: 'Check the backend logs',
      look: { probe: { kind: 'backend-logs', over: '30s' }, expected: logs },
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
    {
      guide: 6,
      title: 'Scale out',
      look: { probe: { kind: 'traffic-level' }, expected: scale },
      remedy: {
        spec: { kind: 'scale-out', role: failing, add: more },
        as: 'more servers',
        does: scale.does,
        title: `${more} more ${failing} server${more > 1 ? 's' : ''}`,
      },
    },
  ]
}

const clockAt = (minute: number) => `10:${String(minute).padStart(2, '0')}`

/** A story that is being written: steps a minute apart, and what is asked about them. */
class Telling {
  readonly story: Story = []
  readonly checks: Check[] = []
  private readonly effect: string
  private injected = 0
  private rest: string | undefined

  constructor(effect: string) {
    this.effect = effect
  }

  get end(): string {
    return this.story.at(-1)?.at ?? clockAt(0)
  }

  add(step: Omit<Step, 'at'>): number {
    const { rest } = this
    this.story.push({ at: clockAt(this.story.length), ...(rest === undefined ? {} : { rest }), ...step })
    this.rest = undefined
    return this.story.length - 1
  }

  inject({ fault, title }: Cause, rest: string): void {
    this.injected += 1
    const again = this.injected > 1 ? `, once more (${this.injected})` : ''
    this.add({ fault, as: `${theFault}${again}`, title: `${title}${again}` })
    this.rest = rest
  }

  /** One step of the guide; a deed is given the time to show what it does. */
  take({ guide, title, look, remedy }: GuideStep): void {
    const expected = look?.expected
    const named = `${guide}. ${title}`
    const looked = look && this.add({ look: look.probe, finds: look.expected.says, title: named })
    const done = remedy && this.add(deed(remedy, named))
    this.checks.push({
      kind: 'guide-step',
      guide,
      ...(looked === undefined ? {} : { look: looked }),
      ...(done === undefined ? {} : { remedy: done }),
      ...(expected ? { names: expected.names ? [expected.says] : [], finds: expected.names ?? false } : {}),
      ...(remedy && remedy.does !== 'measured' ? { effect: remedy.does } : {}),
    })
    if (remedy) this.rest = this.effect
  }

  /** What was done last has cured: service holds. */
  recover(): void {
    this.rest = undefined
    this.add({ recovered: { within: '6s', hold: '2s' }, title: 'Service is restored, and holds' })
  }
}

type Deed = NonNullable<GuideStep['remedy']>

const deed = ({ spec, as, does, title }: Deed, named: string): Omit<Step, 'at'> => {
  return { remedy: spec, as, expect: does, title: `${named}: ${title}` }
}
const cures = ({ remedy }: GuideStep) => remedy?.does === 'cures'

/** The guide's steps in its order until one cures, as somebody takes them who knows nothing. */
function asItHappened(cause: Cause): Telling {
  const telling = new Telling(rests.effect)
  telling.inject(cause, cause.looksAfter ?? rests.look)
  const guide = guideOf(cause)
  const last = guide.findIndex(cures)
  for (const step of guide.slice(0, last + 1)) telling.take(step)
  telling.recover()
  return telling
}

/** All six steps; a cause that was cured is there again before the next one is taken, and is cured in the end. */
function runbook(cause: Cause): Telling {
  const telling = new Telling(rests.measuredEffect)
  const before = cause.looksAfter ?? rests.before
  telling.inject(cause, before)
  const guide = guideOf(cause)
  for (const step of guide) {
    telling.take(step)
    if (cures(step) && step !== guide.at(-1)) telling.inject(cause, before)
  }
  const cure = guide.find(cures)?.remedy
  if (cure && cure !== guide.at(-1)?.remedy) telling.add(deed({ ...cure, as: `${cure.as}, again` }, 'In the end'))
  telling.recover()
  return telling
}

/** The alert or the review names the cause, so that nobody takes a step in vain. */
function withMeasures(cause: Cause): Variant {
  const { measure, alert, review, mend, by } = cause.prevention
  const telling = new Telling(rests.effect)
  telling.add({ fault: cause.fault, as: theFault, title: cause.title })
  if (alert !== undefined) telling.add({ alert, awaited: true, ...alertTimes, title: `Alert: ${alert}` })
  if (review !== undefined) {
    const look = { kind: 'configuration-review', every: '2s', within: '6s' } as const
    telling.add({ look, finds: review, title: 'The periodic review comes round' })
  }
  telling.add({ remedy: mend, as: by, title: `What is named is mended: ${by}` })
  telling.recover()
  return { title: measureTitles[measure] ?? measure, measures: [measure], story: telling.story, end: telling.end }
}

const alertTimes = { firesWithin: '10s', deliveredWithin: '12s' }

/** A cause as a scenario: as the guide is followed, with the guide's prevention, and with every step of it measured. */
export function escalation(cause: Cause): ScenarioInput {
  const { name, title, summary, rootCause, impact } = cause
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
    clock: { steadyFrom: '09:58', start: '10:00', end: happened.end },
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
      pressure: {
        connections: 10,
        ratePerS: cause.pressurePerS ?? 100,
        mix: [{ path: '/' }, { path: '/api/products' }],
      },
    },
    causeAlerts: cause.prevention.alert === undefined ? [] : [cause.prevention.alert],
    story: happened.story,
    checks: [users, ...happened.checks],
    variants: {
      'as-it-happened': { title: 'The guide, step by step, until one helps' },
      'with-measures': withMeasures(cause),
      runbook: {
        title: 'Every step of the guide, measured',
        end: measured.end,
        story: measured.story,
        checks: [users, ...measured.checks],
      },
    },
  })
}
