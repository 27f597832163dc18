import { defineScenario } from '../../../src/index.ts'
import { type Cause, type Check, guideOf, type Prevention, type ScenarioInput, type Variant } from './_cause.ts'
import { kinds } from './_kinds.ts'
import { cures, deed, rests, Telling, theFault } from './_telling.ts'

const measureTitles: Partial<Record<Prevention['measure'], string>> = {
  'connectivity-monitoring': 'With monitoring of the connections between the servers',
  'response-time-alerts': 'With alerts on the response times',
  'configuration-review': 'With a periodic review of the configuration of proxy and servers',
}

/** The guide's steps in its order until one cures, as somebody takes them who knows nothing. */
function asItHappened(cause: Cause): Telling {
  const telling = new Telling(rests.effect)
  telling.inject(cause, cause.looksAfter ?? rests.look)
  const guide = guideOf(cause)
  const last = guide.findIndex(cures)
  for (const step of guide.slice(0, last + 1)) telling.take(step)
  telling.recover(cause)
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
  const isCured = guide.slice(-1).some(cures)
  if (cure && !isCured) telling.add(deed({ ...cure, as: `${cure.as}, again`, does: 'measured' }, 'In the end'))
  // With a second server Nginx waits up to ten seconds before it asks one again that had failed.
  telling.recover(cause, '14s')
  return telling
}

/** The alert or the review names the cause, so that nobody takes a step in vain. */
function withMeasures(cause: Cause): Variant {
  const { measure, alert, check, mend, by, expect = 'cures' } = cause.prevention
  const telling = new Telling(rests.effect)
  telling.add({ fault: cause.fault, as: theFault, title: cause.title })
  if (alert !== undefined) telling.add({ alert, awaited: true, ...alertTimes, title: `Alert: ${alert}` })
  if (check) telling.add({ look: check.probe, finds: check.finds, title: check.title, rest: rests.look })
  telling.add({ remedy: mend, as: by, expect, title: `What is named is fixed: ${by}` })
  telling.recover(cause)
  const title = measureTitles[measure] ?? measure
  const checks: Check[] = [{ kind: 'alerts-silent', alerts: ['DatabaseDown'] }, { kind: 'alerts-over' }]
  return { title, measures: [measure], story: telling.story, end: telling.end, checks }
}

const alertTimes = { firesWithin: '10s', deliveredWithin: '12s' }

const deviations = [
  'The guide speaks of 502. Where no server answers in time Nginx says 504, and a server that has lost what it needs ' +
    'says 503 itself: the same causes, with another number.',
  "The guide's sixth step, more servers or bigger ones, adds servers. That a bigger one helps is shown by " +
    'memory-overload-stale-cache with its caching strategy, where raised memory cures.',
]

/** A cause as a scenario: as the guide is followed, with the guide's prevention, and with every step of it measured. */
export function escalation(cause: Cause): ScenarioInput {
  const { name, title, summary, rootCause, impact } = cause
  const happened = asItHappened(cause)
  const measured = runbook(cause)
  const users: Check[] = [
    { kind: 'users-affected', atLeast: 0.5 },
    ...(cause.answered ? [{ kind: 'failed-with', as: cause.answered, atLeast: 0.5 } as const] : []),
    { kind: 'alerts-silent', alerts: ['DatabaseDown'] },
  ]
  return defineScenario({
    kinds,
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
      deviations,
    },
    // So long monitoring takes to find its targets anyway: what is normal is looked at meanwhile.
    clock: { steadyFrom: '09:55', start: '10:00', end: happened.end },
    // One server a role: Nginx never takes the only one out, so what is seen is the cause and not its memory of it.
    stack: { web: 1, api: 1, ...cause.stack },
    load: loadOf(cause),
    causeAlerts: cause.prevention.alert === undefined ? [] : [cause.prevention.alert],
    story: happened.story,
    // Their end is some five seconds away: where a story is hurried nobody waits for it.
    checks: [...users, { kind: 'alerts-over', fromScaleMs: 1_000 }, ...happened.checks],
    variants: {
      'as-it-happened': { title: 'The guide, step by step, until one helps' },
      'with-measures': withMeasures(cause),
      runbook: {
        title: 'Every step of the guide, measured',
        end: measured.end,
        story: measured.story,
        checks: [...users, ...measured.checks],
      },
    },
  })
}

function loadOf({ pressurePerS }: Cause): ScenarioInput['load'] {
  return {
    users: {
      // As few as tell an effect in two seconds, unless there is too much traffic.
      ratePerS: pressurePerS === undefined ? 25 : 50,
      users: 50,
      timeout: '8s',
      mix: [
        { weight: 5, path: '/' },
        { weight: 2, path: '/product/7' },
        { weight: 2, path: '/api/products' },
        { weight: 1, method: 'POST', path: '/api/orders', body: { productId: 7, quantity: 1 } },
      ],
    },
    ...(pressurePerS === undefined ? {} : { pressure: pressureOf(pressurePerS) }),
  }
}

function pressureOf(ratePerS: number) {
  return { connections: 10, ratePerS, mix: [{ path: '/' }, { path: '/api/products' }] }
}
