import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { counted } from '../../kit/figures.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import { type EngineDeeds, engineDeeds } from '../reading/engine-deeds.ts'
import { namedServices, raisedServices } from '../reading/named-services.ts'
import { inUserCommand, replacedByUser } from '../reading/user-commands.ts'
import type { Reading } from '../reading.ts'

export const noForeignHand = defineGate({
  kind: 'no-foreign-hand',
  asks: 'Was nothing of the stack started, stopped, killed, changed or replaced but by the story?',
  judge: (reading) => {
    const { facts } = reading
    const isTheirs = inUserCommand(facts)
    const { foreign, ended } = engineDeeds(facts)
    const others = <E extends { t: number }>(events: readonly E[]) => events.filter((event) => !isTheirs(event))
    const deeds = { foreign: others(foreign), ended: others(ended) }
    return (
      foreignEvent(reading, deeds) ??
      crash(reading, deeds) ??
      foreignContainer(facts) ??
      misnamed(facts) ??
      changedUnheard(facts)
    )
  },
})

function foreignEvent({ clockAt }: Reading, { foreign }: EngineDeeds): Answer | undefined {
  if (foreign.length === 0) return undefined
  const said = foreign.map(({ service, action, because, t }) => {
    return `${service}: ${action}${because ? ` (${because})` : ''} at ${clockAt(t)}`
  })
  return inconclusive(
    `caused from outside, by no step of the story: ${said.join(', ')}`,
    foreign.map(({ n }) => n),
  )
}

/** A program may end by itself where a fault was made that it may end by, or where the plan asks for its ends. */
function crash(reading: Reading, { ended }: EngineDeeds): Answer | undefined {
  const { faultT, clockAt, facts } = reading
  const named = namedServices(reading)
  const isStrange = (event: Ended) => !named.has(event.service) || event.t < (faultT ?? Infinity)
  const strange = ended.filter((event) => isStrange(event) && !isTrial(facts, event))
  if (strange.length === 0) return undefined
  const said = strange.map(({ service, action, because, t }) => {
    const how = action === 'oom' ? 'was killed for its memory' : 'ended by itself'
    return `${service} ${how}${because ? ` (${because})` : ''} at ${clockAt(t)}`
  })
  return inconclusive(
    `no fault of the story is about it: ${said.join(', ')}`,
    strange.map(({ n }) => n),
  )
}

type Ended = EngineDeeds['ended'][number]

/** A copy that joined to be tried, with as much load as it can bear, and that we took away once it had ended. */
function isTrial(facts: readonly Fact[], { container, t }: Ended): boolean {
  const raised = raisedServices(facts)
  if (container === undefined || raised.some((one) => one.container === container)) return false
  return factsOf(facts, 'engine-called').some((call) => {
    return call.call === 'remove' && call.container === container && call.ok && call.startedT >= t
  })
}

/** Every container whose removal or restart is on record, and those that the stack was raised of. */
function foreignContainer(facts: readonly Fact[]): Answer | undefined {
  const known = knownContainers(facts)
  const strange = factsOf(facts, 'service-event').find(({ container }) => container && !known.has(container))
  if (!strange) return undefined
  return inconclusive(`${strange.service} is another container than the story's: ${strange.container}`, [strange.n])
}

/** Who is named, and the container that it was raised as, are one. */
function misnamed(facts: readonly Fact[]): Answer | undefined {
  const raised = raisedServices(facts)
  const nameOf = new Map(raised.map(({ service, container }) => [container, service]))
  const strange = [...factsOf(facts, 'service-event'), ...factsOf(facts, 'engine-called')].find(
    ({ container, service }) => {
      const name = nameOf.get(container ?? '')
      return name !== undefined && name !== service
    },
  )
  return (
    strange &&
    inconclusive(
      `${strange.service ?? 'no service'} is recorded for the container of ${nameOf.get(strange.container ?? '')}`,
      [strange.n],
    )
  )
}

function knownContainers(facts: readonly Fact[]): Set<string> {
  const raised = raisedServices(facts).map(({ container }) => container)
  const promised = factsOf(facts, 'undo-promised').flatMap(({ undo }) => ('container' in undo ? [undo.container] : []))
  // What joins in the middle is no one's place that was there before.
  const names = new Set(raisedServices(facts).map(({ service }) => service))
  const joined = factsOf(facts, 'stack-seen').flatMap(({ services }) =>
    services.filter(({ service }) => !names.has(service)).map(({ container }) => container),
  )
  return new Set([...raised, ...promised, ...joined, ...replacedByUser(facts)])
}

type Seen = FactOf<'stack-seen'>['services'][number]

/** What the engine says of the containers at the end, against what was heard of them: no event is lost in a gap. */
function changedUnheard(facts: readonly Fact[]): Answer {
  const looks = factsOf(facts, 'stack-seen')
  const [ready, end] = [looks.find(({ moment }) => moment === 'ready'), looks.find(({ moment }) => moment === 'end')]
  if (!ready || !end) return inconclusive("the stack's containers were not looked at when it was ready and at the end")
  const wrong = notInTime(facts, ready, end) ?? notRaised(facts, ready)
  if (wrong) return wrong
  const known = knownContainers(facts)
  if (new Set(end.services.map(({ service }) => service)).size < end.services.length)
    return inconclusive('a service was looked at twice at the end', [end.n])
  for (const before of ready.services) {
    const after = end.services.find(({ service }) => service === before.service)
    const because = after ? unheard(facts, { before, after, known, endN: end.n }) : 'it is not there any more'
    if (because) return inconclusive(`${before.service}: ${because}, and nothing was heard of it`, [ready.n, end.n])
  }
  const events = factsOf(facts, 'service-event')
  return pass(
    `${ready.services.length} containers, and ${events.length} events of theirs, all by the story`,
    events.map(({ n }) => n),
  )
}

type Look = FactOf<'stack-seen'>

/** The stack is ready once, looked at before its steady state, and again when the story is over, and not undone. */
function notInTime(facts: readonly Fact[], ready: Look, end: Look): Answer | undefined {
  const raised = factsOf(facts, 'stack-ready')
  if (raised.length !== 1) return inconclusive(`the stack was ready ${counted(raised.length, 'time')}`)
  if (factsOf(facts, 'stack-seen').length > 2)
    return inconclusive('the containers were looked at more than twice', [end.n])
  const at = (phase: FactOf<'phase-entered'>['phase']) =>
    factsOf(facts, 'phase-entered').find((fact) => fact.phase === phase)?.n ?? 0
  // What a remedy took back was part of the story.
  const undoneN = factsOf(facts, 'undo-done').find(({ by }) => by !== 'remedy')?.n ?? Infinity
  const begun = [at('raise'), raised[0]?.n ?? 0, ready.n, at('steady')]
  const ended = [at('undo'), end.n, Math.min(undoneN, at('lower') || Infinity)]
  const isInOrder = [begun, ended].every((ns) => ns.every((n, index) => index === 0 || n > (ns[index - 1] ?? 0)))
  return isInOrder ? undefined : inconclusive('the containers were looked at out of their time', [ready.n, end.n])
}

/** The containers that were raised are those that were looked at, and all ran. */
function notRaised(facts: readonly Fact[], ready: Look): Answer | undefined {
  const raised = raisedServices(facts)
  const places = [...raised, ...ready.services].map(({ service }) => service)
  const strange = places.find((service) => {
    const [own, more] = raised.filter((one) => one.service === service)
    const [seen, again] = ready.services.filter((one) => one.service === service)
    return !own || more || !seen || again || own.container !== seen.container
  })
  if (strange !== undefined) return inconclusive(`${strange} is not the container that was started`, [ready.n])
  const still = ready.services.find(({ running, paused }) => !running || paused)
  return still && inconclusive(`${still.service} did not run when the stack was ready`, [ready.n])
}

interface Compared {
  readonly before: Seen
  readonly after: Seen
  readonly known: ReadonlySet<string>
  /** Number of the look at the end. */
  readonly endN: number
}

/** An event of the engine is heard so long after it at most, ms. */
const heardWithinMs = 5_000

const isAt = (heard: FactOf<'service-event'> | undefined, startedAt: string) =>
  heard !== undefined && Math.abs(Date.parse(heard.at) - Date.parse(startedAt)) <= heardWithinMs

/** Its last word before the look was that it ended; or it ended by itself then, and that is heard a little later. */
function isDown(facts: readonly Fact[], own: readonly FactOf<'service-event'>[], endN: number): boolean {
  const lives = own.filter(({ action }) => action === 'die' || action === 'start')
  const next = lives.find(({ n }) => n > endN)
  const isIts = engineDeeds(facts).ended.some(({ n }) => n === next?.n)
  return lives.findLast(({ n }) => n < endN)?.action === 'die' || (next?.action === 'die' && isIts)
}

function unheard(facts: readonly Fact[], { before, after, known, endN }: Compared): string | undefined {
  const isSame = after.container === before.container
  if (!isSame && !known.has(after.container)) return `another container has taken its place, ${after.container}`
  // The engine's events are followed of those that were raised: of one in another's place the first start is not heard.
  if (!isSame && after.running && !after.paused) return undefined
  const own = factsOf(facts, 'service-event').filter(({ service, container }) => {
    return service === after.service && (container ?? after.container) === after.container
  })
  const heard = (action: string) => own.some((event) => event.action === action)
  const called = factsOf(facts, 'engine-called').some(
    ({ call, service }) => call === 'update' && service === after.service,
  )
  const begun = own.findLast(({ action, n }) => action === 'start' && n < endN)
  const isOther = after.startedAt !== before.startedAt
  if (after.running && isOther && !isAt(begun, after.startedAt)) return 'it was started anew'
  if (begun && !isOther) return 'it was said to be started, and was not'
  if (!after.running && before.running && !isDown(facts, own, endN)) return 'it runs no more'
  if (after.paused && !heard('pause')) return 'it is paused'
  const isLimited = isSame && after.memoryLimit !== before.memoryLimit && !heard('update') && !called
  return isLimited ? 'its memory limit is another one' : undefined
}
