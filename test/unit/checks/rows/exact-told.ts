import { type FactOf, factsOf, type NewFact } from '../../../../src/journal/facts.ts'
import { changed, outageJournal, plus, storyT, wallOf, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'
import { surged } from './surges.ts'

type Sample = FactOf<'load-sample'>
type Moment = FactOf<'fault-witnessed'>['moment']
const undoT = factsOf(good.facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0
const faultT = factsOf(good.facts, 'fault-injected')[0]?.startedT ?? 0

const injected = (to: Partial<FactOf<'fault-injected'>>) => changed(good, 'fault-injected', () => to)
const looked = (moments: Partial<Record<Moment, number>>) =>
  changed(good, 'fault-witnessed', (fact) => {
    const t = moments[fact.moment]
    return t === undefined ? {} : { t }
  })
/** A minute between start and end of the fault, and its middle so long after the story's begin. */
const middle = (ms: number) => looked({ start: storyT + 4_900, end: storyT + 64_900, middle: storyT + ms })
const otherOver = plus(good, storyT + 1_000, {
  kind: 'fault-undone',
  fault: 'another',
  by: 'remedy',
  because: 'it was over',
})
/** The sixth step was never come to. */
const untold = without(good, (fact) => {
  const isItsStep = (fact.kind === 'step-entered' || fact.kind === 'step-ended') && fact.step === 5
  return isItsStep || (fact.kind === 'remedy-applied' && fact.remedyKind === 'rollback-config')
})

const looks = factsOf(good.facts, 'observed')
/** The wall clock was set back by so much before a look. */
const setBack = (ms: number) =>
  changed(good, 'observed', ({ n, t }) => {
    const before = good.facts[n - 2]?.t ?? t
    return n === looks[0]?.n ? { at: wallOf(before - ms) } : {}
  })
const atOnce = changed(
  changed(good, 'step-entered', ({ step }) => (step === 0 ? { t: storyT } : {})),
  'clock-set',
  ({ t }) => (t === storyT + 3 ? { t: storyT } : {}),
)
const toTheEnd = plus(
  without(good, (fact) => fact.kind === 'step-ended' && fact.step === 7),
  undoT,
  { kind: 'step-ended', step: 7, ok: true, because: 'held' },
)

const matched = factsOf(good.facts, 'proxy-reconciled')[0]?.matched ?? 0
const reconciled = (to: Partial<FactOf<'proxy-reconciled'>>) => changed(good, 'proxy-reconciled', () => to)
/** Two requests of the users timed out, and the proxy had answered one of them. */
const lost = (() => {
  const [last] = factsOf(good.facts, 'load-sample').filter(({ source }) => source === 'users')
  const seconds = changed(good, 'load-sample', ({ n }) =>
    n === last?.n ? { ledger: { http_200: 48, timeout: 2 } } : {},
  )
  const closed = changed(seconds, 'ledger-closed', ({ source, ledger }) =>
    source === 'users' ? { ledger: { ...ledger, http_200: (ledger['http_200'] ?? 0) - 2, timeout: 2 } } : {},
  )
  return (logged: number) =>
    changed(closed, 'proxy-reconciled', () => ({
      ...{ matched: matched - 2, lostButLogged: 1, loggedUnknown: 1, logged: matched - 2 + logged },
      because: 'another client knocked',
    }))
})()
/** 22,000 answers: a hundredth and a thousandth of them are whole. */
const round = outageJournal({ servedAgainMs: 76_000 })
const all = factsOf(round.facts, 'proxy-reconciled')[0]?.matched ?? 0
const strangers = (count: number) =>
  changed(round, 'proxy-reconciled', () => {
    return { loggedUnknown: count, logged: all + count, because: 'another client knocked' }
  })
const [firstLines] = factsOf(round.facts, 'proxy-sample')
/** So many lines of the log in no second, or with another answer: in the first seconds, 200 in each at most. */
const missingLines = (count: number, isOther: boolean) =>
  changed(round, 'proxy-sample', (sample) => {
    const index = Math.round((sample.fromT - (firstLines?.fromT ?? 0)) / 1_000)
    const lost = Math.min(200, Math.max(0, count - 200 * index))
    const { '200': served = 0, ...rest } = sample.byStatus
    const byStatus = { ...rest, '200': served - lost, ...(lost > 0 ? { '404': lost } : {}) }
    return isOther ? { byStatus } : { ofLoads: (sample.ofLoads ?? 0) - lost }
  })
/** What the second pressure's begin was noted after its first second. */
const noted = (ms: number) => {
  const [first] = factsOf(surged.facts, 'load-sample').filter(({ surge }) => surge === 1)
  return changed(surged, 'load-changed', ({ surge, ratePerS }) =>
    surge === 1 && ratePerS !== 0 ? { t: (first?.fromT ?? 0) + ms } : {},
  )
}
/** The proxy logged half of what it answered well as another answer. */
const otherStatus = changed(good, 'proxy-sample', ({ byStatus }) => {
  const { '200': served = 0, ...rest } = byStatus
  return { byStatus: { ...rest, '200': Math.floor(served / 2), '404': Math.ceil(served / 2) } }
})

const users = factsOf(good.facts, 'load-sample').filter(({ source }) => source === 'users')
const second = (index: number, to: (one: Sample) => Partial<Sample>) =>
  changed(good, 'load-sample', (one) => (one.n === users[index]?.n ? to(one) : {}))
/** Two seconds of the story, with so many requests. */
function few(requests: number) {
  const left = users.filter(({ fromT }) => fromT >= storyT).slice(0, 2)
  const [first] = left
  const kept = new Set(left.map(({ n }) => n))
  const record = without(good, (fact) => fact.kind === 'load-sample' && !kept.has(fact.n))
  return changed(record, 'load-sample', ({ fromT }) =>
    fromT === first?.fromT ? { ledger: { http_200: requests - 50 } } : { ledger: { http_200: 50 } },
  )
}

const of = (index: number, service: string) => ({ service, container: `${index}`.padStart(12, 'a') })
const heard = (t: number, fact: { service: string; container: string }, action: string): [number, NewFact] => {
  return [t, { kind: 'service-event', ...fact, action, because: '' }]
}
const stranger = plus(
  good,
  ...heard(storyT + 50_000, { service: 'web-1', container: 'bbbbbbbbbbb7' }, 'health_status: healthy'),
)
/** A server of the shop ended by itself, and was removed much later. */
const taken = plus(plus(good, ...heard(storyT + 30_000, of(1, 'web-1'), 'die')), storyT + 60_500, {
  kind: 'engine-called',
  call: 'remove',
  ...of(1, 'web-1'),
  startedT: storyT + 60_000,
  ok: true,
})
const begunAt = factsOf(good.facts, 'service-event').find(({ action }) => action === 'start')?.t ?? 0
/** The engine says that the proxy was started so long after that was heard. */
const startedAfter = (ms: number) =>
  changed(good, 'stack-seen', ({ moment, services }) =>
    moment === 'end'
      ? {
          services: services.map((one) =>
            one.service === 'proxy-1' ? { ...one, startedAt: wallOf(begunAt + ms) } : one,
          ),
        }
      : {},
  )

type Seen = FactOf<'stack-seen'>['services'][number]
const [endLook] = factsOf(good.facts, 'stack-seen').filter(({ moment }) => moment === 'end')
/** The containers were looked at when the first of them had been removed. */
const lookedLate = endLook
  ? plus(
      without(good, (fact) => fact.kind === 'stack-seen' && fact.moment === 'end'),
      undoT + 1_950,
      endLook,
    )
  : good
const seenAt = (when: 'ready' | 'end', to: (services: Seen[]) => Seen[], record = good) =>
  changed(record, 'stack-seen', ({ moment, services }) => (moment === when ? { services: to(services) } : {}))
const raised = (to: (all: FactOf<'stack-ready'>['services']) => FactOf<'stack-ready'>['services']) =>
  changed(good, 'stack-ready', ({ services }) => ({ services: to(services) }))
const limited = (service: string, record = good) =>
  seenAt('end', (all) => all.map((one) => (one.service === service ? { ...one, memoryLimit: 2 ** 26 } : one)), record)
const updated = plus(good, storyT + 30_000, {
  kind: 'engine-called',
  call: 'update',
  ...of(3, 'api-1'),
  startedT: storyT + 29_900,
  ok: true,
})
const not = (name: string) => new RegExp(`${name} is not the container that was started`)
/** The end is looked at as the last remedy's step begins, which takes its time before it does anything. */
const endInStep = (() => {
  const [end] = factsOf(good.facts, 'fault-witnessed').filter(({ moment }) => moment === 'end')
  const rest = without(good, (fact) => fact.kind === 'fault-witnessed' && fact.moment === 'end')
  const late = changed(rest, 'remedy-applied', ({ ok }) => (ok ? { startedT: storyT + 68_500 } : {}))
  return end ? plus(late, storyT + 65_005, end) : good
})()

const isLook = (fact: { kind: string; t: number }) => fact.kind === 'monitor-sample' && fact.t > storyT
const looksInStory = good.facts.filter((fact) => isLook(fact) && fact.t < undoT)
/** So many looks at the monitor found it dead, never two after each other. */
const deadLooks = (count: number) => {
  const dead = new Set(looksInStory.filter((_look, index) => index % 2 === 1).slice(0, count))
  const numbers = new Set([...dead].map(({ n }) => n))
  return changed(good, 'monitor-sample', ({ n }) => (numbers.has(n) ? { alive: false, because: 'refused' } : {}))
}
/** Nobody looked at it in the last of the story, nor later. */
const unlooked = (ms: number) => {
  const rest = without(good, (fact) => isLook(fact) && fact.t > undoT - 3_500)
  const [look] = looksInStory
  return look ? plus(rest, undoT - ms, look) : good
}
/** One of the monitor's targets was down in the second half of the story; all that was raised is taken down later. */
const blind = (target: string) => {
  const down = changed(good, 'monitor-sample', ({ t, targetsUp, targetsDown }) =>
    t > storyT + 40_000 ? { targetsUp: targetsUp - 1, targetsDown: [...targetsDown, target] } : {},
  )
  return [of(5, 'database-1'), of(7, 'agent-1'), of(1, 'web-1')].reduce<typeof good>(
    (record, one, index) =>
      plus(record, undoT + 2_400 + index, {
        ...{ kind: 'engine-called', call: 'disconnect', ...one, startedT: undoT + 2_390, ok: true },
      }),
    down,
  )
}

const order = /its middle was not seen between start and end/
export const exactToldRows: GateRow[] = [
  ['fault-witnessed', 'a start seen as it began', looked({ start: faultT }), /its start was seen before it had begun/],
  ['fault-witnessed', 'a middle at its start', middle(5_499), order],
  ['fault-witnessed', 'a middle at its end', middle(64_301), order],
  ['deeds-told', 'begun long before its step', injected({ startedT: storyT + 1 }), /something else than the plan/],
  ['deeds-told', 'begun after it was done', injected({ startedT: storyT + 142 }), /something else than the plan/],
  ['journal-whole', 'a clock set back', setBack(51), /wall time goes back/],
  ['ledger-balanced', 'a surge noted late', noted(2_001), /surge 1 was not noted when it began/],
  ['ledger-balanced', 'another status', otherStatus, /clients got \d+ answers 200, the proxy logged fewer/],
  ['ledger-balanced', 'more than one in a thousand', strangers(23), /the books differ: 22000 answers/],
  ['ledger-balanced', 'more than one line in a hundred', missingLines(221, false), /loads, but 21779 by the second/],
  ['ledger-balanced', 'one in a hundred answered otherwise', missingLines(221, true), /logged fewer/],
  ['ledger-balanced', 'one line too few', lost(1), /requests of the loads, the books know/],
  [
    'ledger-balanced',
    'what is not logged and what is unknown',
    reconciled({ matched: matched - 12, answeredUnlogged: 12, loggedUnknown: 12, because: 'a worker died' }),
    /the books differ: \d+ answers in both books, 12 not logged, 12 logged and unknown/,
  ],
  ['seconds-told', 'told early', second(3, ({ fromT }) => ({ t: fromT + 749 })), /it was recorded before it was over/],
  ['enough-samples', 'nearly a hundred', few(99), /99 requests during the story/],
  ['no-foreign-hand', 'a container of nobody', stranger, /web-1 is another container than the story's: bbbbbbbbbbb7/],
  ['no-foreign-hand', 'a server that ended and was removed', taken, /no fault .* about it: web-1 ended by itself/],
  ['monitor-alive', 'dead in more looks than one of twenty', deadLooks(6), /dead in 6 of 8\d looks: refused/],
  [
    'monitor-alive',
    'deaf as the story ended',
    unlooked(2_501),
    /no sign of life of it in the last 2\.5 s of the story/,
  ],
  ['monitor-alive', 'a target that is only taken down', blind('nginx agent-1'), /the target nginx agent-1 was down/],
  ['monitor-alive', 'a database that is only taken down', blind('postgres database-1'), /database-1 was down/],
  ['no-foreign-hand', 'looked at when it was being undone', lookedLate, /looked at out of their time/],
  ['no-foreign-hand', 'raised twice', raised((all) => [...all, ...all.slice(1, 2)]), not('web-1')],
  ['no-foreign-hand', 'not raised', raised((all) => all.filter((_one, index) => index !== 1)), not('web-1')],
  ['no-foreign-hand', 'seen twice', seenAt('ready', (all) => [...all, ...all.slice(1, 2)]), not('web-1')],
  ['no-foreign-hand', 'not seen', seenAt('ready', (all) => all.filter((_one, index) => index !== 1)), not('web-1')],
  ['no-foreign-hand', 'a limit that nobody set', limited('proxy-1'), /its memory limit is another one/],
  ['no-foreign-hand', 'a limit set of another', limited('web-1', updated), /web-1: its memory limit is another one/],
  ['no-foreign-hand', 'a start heard long before', startedAfter(5_001), /proxy-1: it was started anew/],
]

export const exactToldWell: [gate: string, name: string, record: typeof good, because: RegExp][] = [
  ['fault-witnessed', 'by another than who did it', good, /\(seen by config-hash over HTTP\)$/],
  ['fault-witnessed', 'a look before it, to the ms', looked({ before: faultT }), /there at start, middle and end/],
  ['fault-witnessed', 'a middle near its start', middle(5_500), /there at start, middle and end/],
  ['fault-witnessed', 'a middle near its end', middle(64_300), /there at start, middle and end/],
  ['fault-witnessed', 'another fault, over long before', otherOver, /there at start, middle and end/],
  ['fault-witnessed', 'an end seen in the step that ends it', endInStep, /there at start, middle and end/],
  ['deeds-told', 'begun with its step', injected({ startedT: storyT + 2 }), /deeds/],
  ['deeds-told', 'begun as it was done', injected({ startedT: storyT + 141 }), /deeds/],
  ['deeds-told', 'a step that was never come to', untold, /deeds/],
  ['journal-whole', 'a clock set back a little', setBack(50), /facts of one run/],
  ['journal-whole', 'a step entered as the story began', atOnce, /facts of one run/],
  ['journal-whole', 'a step that ended with the story', toTheEnd, /facts of one run/],
  ['ledger-balanced', 'a surge noted late', noted(2_000), /each in one class/],
  ['ledger-balanced', 'one in a thousand', strangers(22), /22 logged and unknown/],
  ['ledger-balanced', 'one line in a hundred', missingLines(220, false), /each in one class/],
  ['ledger-balanced', 'one in a hundred answered otherwise', missingLines(220, true), /each in one class/],
  ['ledger-balanced', 'nothing to explain', reconciled({ because: '' }), /each in one class/],
  [
    'ledger-balanced',
    'closed with the story',
    changed(good, 'ledger-closed', () => ({ t: undoT })),
    /each in one class/,
  ],
  ['ledger-balanced', 'lost on the way, and unknown', lost(2), /1 logged and unknown, 1 lost on the way/],
  ['seconds-told', 'told early', second(3, ({ fromT }) => ({ t: fromT + 750 })), /none of which contradicts itself/],
  ['enough-samples', 'a hundred', few(100), /100 requests in 2 seconds/],
  [
    'restored',
    'compared by whoever found it, and no phase begun',
    { ...good, facts: good.facts.filter(({ kind }) => kind === 'run-started' || kind === 'world-compared') },
    /no undo was registered, and the machine is as before/,
  ],
  ['monitor-alive', 'dead in one look of twenty', deadLooks(4), /signs of life/],
  ['monitor-alive', 'looked at just before the story ended', unlooked(2_500), /signs of life/],
  ['monitor-alive', 'a target that a step is about', blind('nginx proxy-1'), /signs of life/],
  ['no-foreign-hand', 'a start heard a little before', startedAfter(5_000), /all by the story/],
]
