import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import type { EngineCall } from '../../kit/engine-calls.ts'
import { ownOf } from '../../kit/own.ts'
import { raisedServices } from './named-services.ts'

type Event = FactOf<'service-event'>
type Call = FactOf<'engine-called'>

/** Which calls of ours make the engine say this of a container. */
const explains: Readonly<Record<string, readonly EngineCall[]>> = {
  kill: ['kill', 'signal', 'stop', 'restart', 'remove'],
  die: ['kill', 'stop', 'restart', 'remove'],
  stop: ['stop', 'restart', 'remove'],
  start: ['start', 'restart'],
  restart: ['restart'],
  pause: ['pause'],
  unpause: ['unpause'],
  update: ['update'],
  rename: ['rename'],
  destroy: ['remove'],
  connect: ['connect', 'start', 'restart'],
  disconnect: ['disconnect', 'kill', 'stop', 'restart', 'remove'],
}
/** What is no deed at all, but something that the engine noticed. */
const noticed = /^(oom|health_status.*)$/

/** An event may be heard a little before the call was begun by our clock, and late where the machine is busy, ms. */
const window = { beforeMs: 250, afterMs: 5_000 }
/** No call of ours waits longer for the engine's answer, ms: what is said to have taken longer explains nothing. */
const callMs = 180_000
/** A program that is told to end may first bring its work to an end, ms. */
const drainMs = 60_000
/** A stop asks first and kills then. */
const killsACall = 2
/** The kernel's kill and the program's end are told within this, in either order, ms. */
const oomMs = 10_000
/** The engine waits longer and longer before it starts again what ends by itself, a minute at most, ms. */
const engineRestartMs = 65_000

/** What happened to the stack's containers, and by whom. */
export interface EngineDeeds {
  /** Events that no call of ours explains, and no program that ended by itself. */
  readonly foreign: readonly Event[]
  /** Programs that ended by themselves, or were killed by the kernel for their memory. */
  readonly ended: readonly Event[]
}

/** Tells apart what the harness did to the containers, what their programs did, and what a foreign hand did. */
export function engineDeeds(facts: readonly Fact[]): EngineDeeds {
  const calls = factsOf(facts, 'engine-called')
  const events = factsOf(facts, 'service-event')
  const ended: Event[] = []
  const foreign: Event[] = []
  const used = new Map<string, number>()
  const spent = new Set<string>()
  const isBirth = birthsOf(facts)
  for (const event of events) {
    if (noticed.test(event.action)) {
      if (event.action === 'oom') ended.push(event)
    } else if (isBirth(event) || takeCall(calls, event, used)) continue
    else if (isOwnEnd({ events, calls, foreign }, event)) ended.push(event)
    else if (!followsEnd(ended, event, spent)) foreign.push(event)
  }
  return { foreign, ended }
}

/**
 * A container that takes another's place, or joins, is made and started by us: whether its first start is heard depends
 * on when its events are followed. Whose container it is, is asked elsewhere.
 */
function birthsOf(facts: readonly Fact[]): (event: Event) => boolean {
  const raised = raisedServices(facts)
  const born = new Set(raised.map(({ container }) => container))
  return ({ action, container }) => {
    if (container === undefined || born.has(container)) return false
    if (action === 'start') born.add(container)
    return action === 'start' || action === 'connect'
  }
}

const isOf = (event: Event, other: { service: string | null; container?: string | undefined }) =>
  other.container === undefined || event.container === undefined
    ? other.service === event.service
    : other.container === event.container

/** Each call explains one event of a kind: a second start is somebody else's. */
function takeCall(calls: readonly Call[], event: Event, used: Map<string, number>): boolean {
  const by = calls.find((call) => {
    if (!ownOf(explains, event.action)?.includes(call.call) || !isOf(event, call)) return false
    const afterMs = event.action === 'die' || event.action === 'disconnect' ? drainMs : window.afterMs
    if (event.t < call.startedT - window.beforeMs || event.t > call.t + afterMs) return false
    if (call.startedT > call.t + window.beforeMs || call.t - call.startedT > callMs) return false
    const most = event.action === 'kill' ? killsACall : event.action.endsWith('connect') ? Infinity : 1
    return (used.get(`${event.action} ${call.n}`) ?? 0) < most
  })
  if (!by) return false
  const key = `${event.action} ${by.n}`
  used.set(key, (used.get(key) ?? 0) + 1)
  return true
}

/** Did its program end without having been told to? Whoever kills a container from outside is heard first. */
function isOwnEnd({ events, calls, foreign }: Heard, event: Event): boolean {
  if (event.action !== 'die') return false
  const isKilled = foreign.some((other) => {
    return (other.action === 'kill' || other.action === 'stop') && isOf(other, event) && event.t - other.t <= oomMs
  })
  // What we remove once it has ended had ended by itself all the same.
  const isOurs = calls.some((call) => call.call === 'remove' && isOf(event, call) && call.startedT > event.t)
  const isRemoved = events.some((other) => {
    return other.action === 'destroy' && isOf(other, event) && other.t >= event.t && other.t - event.t <= oomMs
  })
  return !isKilled && (isOurs || !isRemoved)
}

interface Heard {
  readonly events: readonly Event[]
  readonly calls: readonly Call[]
  readonly foreign: readonly Event[]
}

/** What the engine does once a program has ended: it takes the container off its networks, and starts it again. */
function followsEnd(ended: readonly Event[], event: Event, spent: Set<string>): boolean {
  if (!['start', 'connect', 'disconnect'].includes(event.action)) return false
  const end = ended.findLast(({ action, service, t }) => {
    return action === 'die' && service === event.service && event.t - t <= engineRestartMs
  })
  if (!end) return false
  const key = `${event.action} ${event.because} ${end.n}`
  if (spent.has(key)) return false
  spent.add(key)
  return true
}
