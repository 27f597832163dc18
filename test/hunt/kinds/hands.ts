import { factsOf, type NewFact } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { again, change, drop, dropKind, put, type Sabotage, sabotage, story } from '../edit.ts'

/** A service that no fault and no remedy is about: the database. */
function bystander({ facts }: RunRecord) {
  const services = factsOf(facts, 'stack-ready').flatMap((ready) => ready.services)
  return services.find(({ service }) => service.startsWith('database')) ?? services.at(-1)
}

const event = (r: RunRecord, action: string, because = ''): NewFact => {
  const { service = 'database', container = '' } = bystander(r) ?? {}
  return { kind: 'service-event', service, action, because, container }
}

const heard = (r: RunRecord, ...actions: string[]) =>
  actions.reduce((record, action, index) => put(record, story(r).midT + index * 100, event(r, action)), r)

/** Somebody else's look at the end of the story. */
const atEnd = (r: RunRecord, to: object) => {
  const { service } = bystander(r) ?? {}
  return change(r, 'stack-seen', ({ moment, services }) => {
    if (moment === 'ready') return {}
    return { services: services.map((one) => (one.service === service ? { ...one, ...to } : one)) }
  })
}

const whose = 'that nobody else had a hand in it'
const problem = (whoseFault: 'harness' | 'environment' | 'scenario', message = 'Something was not seen'): NewFact => {
  return { kind: 'problem', code: 'AGENT_FAILED', message, hint: '', whose: whoseFault }
}

/** A foreign hand on the stack, and trouble of the harness's own. */
export const handKinds: readonly Sabotage[] = [
  ...[
    'kill',
    'die',
    'stop',
    'start',
    'restart',
    'pause',
    'unpause',
    'update',
    'rename',
    'connect',
    'disconnect',
    'destroy',
    'oom',
  ].map((action) => sabotage(`a foreign ${action}`, whose, (r) => heard(r, action))),
  sabotage('a whole foreign restart', whose, (r) => heard(r, 'kill', 'die', 'stop', 'start', 'restart')),
  sabotage('a foreign kill, and the engine starts it again', whose, (r) => heard(r, 'kill', 'die', 'start')),
  sabotage('a crash, and the engine starts it again', whose, (r) => heard(r, 'die', 'start')),
  sabotage('killed for its memory, and started again', whose, (r) => heard(r, 'oom', 'die', 'start')),
  sabotage('paused and let go', whose, (r) => heard(r, 'pause', 'unpause')),
  sabotage('taken off its network and put back', whose, (r) => heard(r, 'disconnect', 'connect')),
  sabotage('removed by force', whose, (r) => heard(r, 'kill', 'die', 'disconnect', 'destroy')),
  sabotage('an event without a container id', whose, (r) => {
    const { service = '' } = bystander(r) ?? {}
    return put(r, story(r).midT, { kind: 'service-event', service, action: 'restart', because: '' })
  }),
  sabotage('a call that somebody else made', whose, (r) => {
    const own = factsOf(r.facts, 'service-event').some(({ action }) => action === 'restart' || action === 'kill')
    return own ? dropKind(r, 'engine-called') : undefined
  }),
  sabotage('a second restart of what a remedy restarts', whose, (r) =>
    again(r, (fact) => fact.kind === 'service-event' && fact.action === 'restart'),
  ),
  sabotage('events of another container', whose, (r) =>
    change(r, 'service-event', () => ({ container: 'f'.repeat(64) })),
  ),
  sabotage('another container was raised', whose, (r) =>
    change(r, 'stack-ready', ({ services }) => ({
      services: services.map((one, index) => (index === 0 ? { ...one, container: 'f'.repeat(64) } : one)),
    })),
  ),
  sabotage('a container started anew, unheard', whose, (r) => atEnd(r, { startedAt: '2031-01-01T00:00:00Z' })),
  sabotage('a container paused, unheard', whose, (r) => atEnd(r, { paused: true })),
  sabotage('a container down, unheard', whose, (r) => atEnd(r, { running: false })),
  sabotage('a container replaced, unheard', whose, (r) => atEnd(r, { container: 'f'.repeat(64) })),
  sabotage('a container of another limit, unheard', whose, (r) => atEnd(r, { memoryLimit: 1_234 })),
  sabotage('a container gone, unheard', whose, (r) => {
    const { service } = bystander(r) ?? {}
    return change(r, 'stack-seen', ({ moment, services }) => {
      return moment === 'ready' ? {} : { services: services.filter((one) => one.service !== service) }
    })
  }),
  ...(['ready', 'end'] as const).map((moment) =>
    sabotage(`the containers not looked at: ${moment}`, whose, (r) =>
      drop(r, (fact) => fact.kind === 'stack-seen' && fact.moment === moment),
    ),
  ),
  sabotage('a problem of the harness', 'that the harness saw it', (r) => put(r, story(r).midT, problem('harness'))),
  sabotage('alerts not heard', 'that the harness saw it', (r) =>
    put(r, story(r).fromT - 9, problem('harness', "Alertmanager's deliveries are not heard any more")),
  ),
  sabotage('a log not written', 'that the harness saw it', (r) => put(r, story(r).midT, problem('environment'))),
  sabotage('a problem of the scenario', 'that the harness saw it', (r) => put(r, story(r).midT, problem('scenario'))),
  sabotage('a problem while undoing', 'that the harness saw it', (r) => put(r, story(r).toT + 50, problem('harness'))),
]
