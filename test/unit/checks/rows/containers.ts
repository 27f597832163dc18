import { type FactOf, factsOf, type NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, plus, storyT, wallOf, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'

type Seen = FactOf<'stack-seen'>['services'][number]
const undoT = factsOf(good.facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0
const container = 'aaaaaaaaaaa1'
const other = 'b'.repeat(12)

const event = (action: string, of = container): NewFact => {
  return {
    kind: 'service-event',
    service: 'web-1',
    action,
    because: action === 'die' ? 'exit code 137' : '',
    container: of,
  }
}

const noted = (record: RunRecord, ...facts: (readonly [t: number, fact: NewFact])[]) =>
  facts.reduce((all, [t, fact]) => plus(all, t, fact), record)

/** A call of the harness about web-1, and what the engine says of it. */
function did(record: RunRecord, ms: number, call: FactOf<'engine-called'>['call'], ...actions: string[]): RunRecord {
  const t = storyT + ms
  const heard = noted(record, ...actions.map((action, index) => [t + 10 + index, event(action)] as const))
  return plus(heard, t + 50, { kind: 'engine-called', call, service: 'web-1', container, startedT: t, ok: true })
}

/** What web-1 was at the end. */
const atEnd = (record: RunRecord, to: Partial<Seen>) =>
  changed(record, 'stack-seen', ({ moment, services }) =>
    moment === 'ready' ? {} : { services: services.map((one) => (one.service === 'web-1' ? { ...one, ...to } : one)) },
  )

const ofPause = { kind: 'engine-called', call: 'pause', service: 'web-1', container, ok: true } as const
const down = { running: false }
const killed = did(good, 30_000, 'kill', 'kill', 'die')
const started = did(killed, 40_000, 'start', 'start')
const anew = { startedAt: wallOf(storyT + 40_010) }
const replacing: NewFact = {
  kind: 'undo-promised',
  id: 'u10',
  undo: { verb: 'remove-container', container: other },
  why: 'remove what takes the place of web-1',
}
const replaced = plus(good, storyT + 30_000, replacing)
/** Its first start is heard, for its events were followed at once. */
const reborn = noted(replaced, [storyT + 30_100, event('start', other)])
const asked = { ...good.plan, checks: [...good.plan.checks, { kind: 'crashes', services: ['web-1'] }] }
/** Its program ended just when the containers were looked at, and that was heard a little later. */
const endsLate = noted({ ...good, plan: asked }, [undoT + 2, event('die')])
/** A copy that a load test runs into its limit: it joins, is killed by the kernel, and goes. */
const copyFacts: readonly (readonly [number, NewFact])[] = [
  [storyT + 10_000, { ...event('oom', other), service: 'web-8' } as NewFact],
  [storyT + 10_040, { ...event('die', other), service: 'web-8' } as NewFact],
  [storyT + 10_050, { ...event('disconnect', other), service: 'web-8' } as NewFact],
]
const ofCopy: NewFact = {
  kind: 'undo-promised',
  id: 'u11',
  undo: { verb: 'remove-container', container: other },
  why: 'remove the copy',
}
const tried = noted(good, [storyT + 9_000, ofCopy], ...copyFacts)
const removal: NewFact = {
  kind: 'engine-called',
  call: 'remove',
  service: 'web-8',
  container: other,
  startedT: storyT + 10_900,
  ok: true,
}
/** It was down when the containers were looked at, and what was heard later was our own doing. */
const removedLater = noted(
  good,
  [undoT + 1_950, event('die')],
  [undoT + 2_000, { ...removal, service: 'web-1', container, startedT: undoT + 1_940 }],
)
/** An older engine's events name no container: what was started was another server. */
const otherStarted = noted(
  good,
  [storyT + 40_010, { kind: 'service-event', service: 'web-2', action: 'start', because: '' }],
  [
    storyT + 40_020,
    {
      kind: 'engine-called',
      call: 'start',
      service: 'web-2',
      container: '2'.padStart(12, 'a'),
      startedT: storyT + 40_000,
      ok: true,
    },
  ],
)
const faultT = storyT + 15
const noRunsMore = /web-1: it runs no more/

export const containerRows: GateRow[] = [
  ['no-foreign-hand', 'down, by nobody', atEnd(good, down), noRunsMore],
  ['no-foreign-hand', 'down, though started last', atEnd(started, { ...down, ...anew }), noRunsMore],
  [
    'no-foreign-hand',
    'down, and only the undo ends it',
    atEnd(noted(good, [undoT + 2, event('kill')], [undoT + 3, event('die')]), down),
    /caused from outside|it runs no more/,
  ],
  [
    'no-foreign-hand',
    'a copy that ended, and that nobody took away',
    tried,
    /no fault of the story is about it: web-8/,
  ],
  [
    'no-foreign-hand',
    'a copy that ended, and that was not to be taken away',
    noted(tried, [storyT + 11_000, { ...removal, ok: false }]),
    /no fault of the story is about it: web-8/,
  ],
  [
    'no-foreign-hand',
    'a copy that ended, and another that was taken away',
    noted(tried, [storyT + 11_000, { ...removal, service: 'web-7', container: 'c'.repeat(12) }]),
    /no fault of the story is about it: web-8/,
  ],
  [
    'no-foreign-hand',
    'started anew, and only what had its place was heard',
    atEnd(reborn, { startedAt: wallOf(storyT + 30_100) }),
    /web-1: it was started anew/,
  ],
  [
    'no-foreign-hand',
    'started anew, and only another was heard',
    atEnd(otherStarted, anew),
    /web-1: it was started anew/,
  ],
  ['no-foreign-hand', 'down, and ended by its removal', atEnd(removedLater, down), noRunsMore],
  [
    'no-foreign-hand',
    'ended before the fault',
    atEnd(noted({ ...good, plan: asked }, [faultT - 1, event('die')]), down),
    /no fault of the story is about it: web-1/,
  ],
  [
    'no-foreign-hand',
    'replaced by the story, and started again by nobody',
    atEnd(noted(reborn, [storyT + 36_000, event('start', other)]), { container: other, ...anew }),
    /caused from outside, by no step of the story: web-1: start/,
  ],
  ['no-foreign-hand', 'paused, by nobody', atEnd(good, { paused: true }), /web-1: it is paused/],
  ['no-foreign-hand', 'another limit', atEnd(good, { memoryLimit: 9 }), /its memory limit is another one/],
  ['no-foreign-hand', 'replaced, by nobody', atEnd(good, { container: other }), /has taken its place/],
  ['no-foreign-hand', 'replaced, and down', atEnd(replaced, { container: other, ...down }), noRunsMore],
  ['no-foreign-hand', 'replaced, and paused', atEnd(replaced, { container: other, paused: true }), /it is paused/],
  [
    'no-foreign-hand',
    'gone',
    changed(good, 'stack-seen', ({ moment, services }) => (moment === 'ready' ? {} : { services: services.slice(1) })),
    /proxy-1: it is not there any more/,
  ],
  [
    'no-foreign-hand',
    'looked at twice in one look',
    changed(good, 'stack-seen', ({ moment, services }) =>
      moment === 'ready' ? {} : { services: [...services, ...services.slice(0, 1)] },
    ),
    /a service was looked at twice at the end/,
  ],
  [
    'no-foreign-hand',
    'looked at when all was lowered, and nothing undone',
    (() => {
      const bare = without(good, ({ kind }) => kind === 'undo-done')
      const look = factsOf(bare.facts, 'stack-seen').at(-1)
      const rest = without(bare, ({ n }) => n === look?.n)
      return plus(rest, 9e6, { kind: 'stack-seen', moment: 'end', services: look?.services ?? [] })
    })(),
    /looked at out of their time/,
  ],
  [
    'no-foreign-hand',
    'a kill by somebody else, with its exit code',
    noted(good, [storyT + 30_000, event('kill')], [storyT + 30_010, event('die')]),
    /web-1: die \(exit code 137\) at 15:00/,
  ],
  [
    'no-foreign-hand',
    'a program that ended by itself, with its exit code',
    noted(good, [storyT + 30_010, event('die')]),
    /web-1 ended by itself \(exit code 137\) at 15:00/,
  ],
  [
    'no-foreign-hand',
    'a program that ended before the fault',
    noted({ ...good, plan: asked }, [storyT - 900, event('die')], [storyT - 800, event('start')]),
    /web-1 ended by itself/,
  ],
  [
    'no-foreign-hand',
    'another container than was raised',
    noted(good, [storyT + 30_000, event('oom', other)]),
    /web-1 (is another container|was killed for its memory)/,
  ],
]

export const soundContainers: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  ['no-foreign-hand', 'killed, and down', atEnd(killed, down), /8 containers, and 7 events of theirs/],
  [
    'no-foreign-hand',
    'a fault that a remedy took back in the middle of the story',
    plus(good, storyT + 30_000, { kind: 'undo-done', id: 'u9', ok: true, by: 'remedy', because: 'done' }),
    /^8 containers/,
  ],
  [
    'no-foreign-hand',
    'a copy that a load test ran into its limit',
    noted(
      tried,
      [storyT + 11_000, removal],
      [storyT + 11_010, { ...event('destroy', other), service: 'web-8' } as NewFact],
    ),
    /all by the story/,
  ],
  [
    'no-foreign-hand',
    'a copy that was taken away as it ended',
    noted(tried, [storyT + 11_000, { ...removal, startedT: storyT + 10_000 }]),
    /all by the story/,
  ],
  [
    'no-foreign-hand',
    'ended with the fault',
    atEnd(noted({ ...good, plan: asked }, [faultT, event('die')]), down),
    /all by the story/,
  ],
  ['no-foreign-hand', 'killed and started', atEnd(started, anew), /8 events of theirs/],
  ['no-foreign-hand', 'ended as it was looked at', atEnd(endsLate, down), /6 events of theirs/],
  ['no-foreign-hand', 'replaced by the story', atEnd(replaced, { container: other, ...anew }), /all by the story/],
  [
    'no-foreign-hand',
    'replaced by the story, and its first start is heard',
    atEnd(reborn, { container: other, startedAt: wallOf(storyT + 30_100) }),
    /all by the story/,
  ],
  [
    'no-foreign-hand',
    'paused by the story',
    atEnd(did(good, 30_000, 'pause', 'pause'), { paused: true }),
    /all by the story/,
  ],
  [
    'no-foreign-hand',
    'paused by a call whose clock is slewed',
    atEnd(
      noted(good, [storyT + 30_050, { ...ofPause, startedT: storyT + 30_299 }], [storyT + 30_060, event('pause')]),
      { paused: true },
    ),
    /all by the story/,
  ],
  [
    'no-foreign-hand',
    'of another limit by the story, unheard',
    atEnd(did(good, 30_000, 'update'), { memoryLimit: 9 }),
    /all by the story/,
  ],
]
