import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { inSeconds, percent } from '../../kit/figures.ts'
import { phaseOf } from './story-clock.ts'

type Sample = FactOf<'machine-sample'>

/** A stretch of about a second in which the machine had no room. */
export interface StarvedSecond {
  readonly n: number
  readonly fromT: number
  readonly toT: number
  /** How much of it the machine took from whoever had to work, ms: at most its length. */
  readonly lostMs: number
  /** With its figure: `the engine took 1840 ms to answer`. */
  readonly because: string
}

/** How much room there was between two instants. */
export interface Room {
  /** What was watched of it, what of that was starved, and what that took from whoever had to work, ms. */
  readonly seenMs: number
  readonly starvedMs: number
  readonly lostMs: number
  readonly starved: readonly StarvedSecond[]
  /** For people, with figures. */
  readonly because: string
}

/** Whether the machine had room for what it was asked to carry. */
export interface MachineRoom {
  readonly samples: readonly Sample[]
  readonly limits: Limits
  readonly starved: readonly StarvedSecond[]
  between(fromT: number, toT: number): Room
}

/** Beyond these a second is starved: ms, and shares from 0 to 1. */
export interface Limits {
  readonly loopMs: number
  readonly pingMs: number
  readonly execMs: number
  readonly pressure: number
  readonly steal: number
}

/**
 * What a quiet machine of two cores never reaches with one stack on it, and what nobody has room beyond. In between the
 * limit follows from the steady state: a slow machine is slow for a fault and for its cure alike.
 */
const floors: Limits = {
  // A quarter of a second is the finest that any check of time asks for, and 100 times a quiet engine's answer.
  loopMs: 250,
  pingMs: 250,
  // A command takes 0.1 s; a remedy is a dozen of them.
  execMs: 1_000,
  // One stack with its load lets tasks wait for 10 to 40 % of the time.
  pressure: 0.6,
  steal: 0.1,
}
const ceilings: Limits = { loopMs: 1_000, pingMs: 1_000, execMs: 3_000, pressure: 0.85, steal: 0.3 }
/** As much slower than in the steady state is not yet starved. */
const times = 3
/** So much more pressure, or steal, than in the steady state is not yet starved. */
const moreShare = 0.25
/** What a second of full pressure has cost at most: the kernel shares cores fairly, so who waits gets half of one. */
const pressureCost = 0.5
/** Where the kernel has no PSI the busy share stands for it: cores may all be busy with nobody waiting. */
const busyLimit = 0.98
/** What an engine that did not answer within its limit has taken at least: the whole second. */
const unansweredMs = Number.POSITIVE_INFINITY

/** Reads the machine's samples. Where there are none, the machine is taken to have had room: it excuses nothing. */
export function machineRoom(facts: readonly Fact[]): MachineRoom {
  const samples = factsOf(facts, 'machine-sample')
  const storyT = phaseOf(facts, 'story') ?? Number.POSITIVE_INFINITY
  const limits = limitsFrom(samples.filter(({ fromT, spanMs }) => fromT + spanMs <= storyT))
  const starved = samples.flatMap((sample) => starvedOf(sample, limits) ?? [])
  return { samples, limits, starved, between: (fromT, toT) => roomBetween({ samples, starved }, fromT, toT) }
}

function limitsFrom(steady: readonly Sample[]): Limits {
  const typical = (figures: readonly (number | null)[]) => {
    const known = figures.filter((one) => one !== null).toSorted((a, b) => a - b)
    return known[Math.floor(known.length / 2)] ?? 0
  }
  const usual: Limits = {
    loopMs: times * typical(steady.map(({ loopDelayMs }) => loopDelayMs.max)),
    pingMs: times * typical(steady.map(({ enginePingMs }) => enginePingMs)),
    execMs: times * typical(steady.map(({ execMs }) => execMs)),
    pressure: moreShare + typical(steady.map(({ cpuPressure }) => cpuPressure)),
    steal: moreShare / 2 + typical(steady.map(({ steal }) => steal)),
  }
  const bounded = (name: keyof Limits) => Math.min(ceilings[name], Math.max(floors[name], usual[name]))
  const [loopMs, pingMs, execMs] = [bounded('loopMs'), bounded('pingMs'), bounded('execMs')]
  return { loopMs, pingMs, execMs, pressure: bounded('pressure'), steal: bounded('steal') }
}

/** Undefined when there was room. The sign that took most counts: they are signs of the same thing. */
function starvedOf(sample: Sample, limits: Limits): StarvedSecond | undefined {
  const { n, fromT, spanMs, loopDelayMs, enginePingMs, execMs, cpuPressure, cpuBusy, steal, unanswered = [] } = sample
  const pressure = cpuPressure ?? (cpuBusy >= busyLimit ? cpuBusy : 0)
  const signs = [
    sign(
      loopDelayMs.max > limits.loopMs,
      loopDelayMs.max,
      () => `the harness stood still for ${whole(loopDelayMs.max)}`,
    ),
    sign((enginePingMs ?? 0) > limits.pingMs, enginePingMs ?? 0, (ms) => `the engine took ${whole(ms)} to answer`),
    sign((execMs ?? 0) > limits.execMs, execMs ?? 0, (ms) => `a command that does nothing took ${whole(ms)}`),
    sign(unanswered.length > 0, unansweredMs, () => `no answer to ${unanswered.join(' and ')}`),
    sign(
      pressure > limits.pressure,
      pressure * pressureCost * spanMs,
      () => `tasks waited for a core ${percentOf(pressure)}`,
    ),
    sign(steal > limits.steal, steal * spanMs, () => `the hypervisor took ${percentOf(steal)} of the cores`),
  ].filter((one) => one !== undefined)
  const [most] = signs.toSorted((a, b) => b.lostMs - a.lostMs)
  if (!most) return undefined
  return { n, fromT, toT: fromT + spanMs, lostMs: Math.min(spanMs, most.lostMs), because: most.because }
}

function sign(isThere: boolean, lostMs: number, because: (ms: number) => string) {
  return isThere ? { lostMs, because: because(lostMs) } : undefined
}

const whole = (ms: number) => `${Math.round(ms)} ms`
const percentOf = (share: number) => percent(Math.round(share * 100) / 100)

function roomBetween({ samples, starved }: Pick<MachineRoom, 'samples' | 'starved'>, fromT: number, toT: number): Room {
  const overlap = (one: { fromT: number; toT: number }) => {
    return Math.max(0, Math.min(toT, one.toT) - Math.max(fromT, one.fromT))
  }
  const inside = starved.filter((one) => overlap(one) > 0)
  const seenMs = samples.reduce((sum, one) => sum + overlap({ fromT: one.fromT, toT: one.fromT + one.spanMs }), 0)
  const starvedMs = inside.reduce((sum, one) => sum + overlap(one), 0)
  // Of a stretch that lies only partly in the window, its part.
  const lostMs = inside.reduce((sum, one) => sum + (one.lostMs * overlap(one)) / Math.max(1, one.toT - one.fromT), 0)
  const [worst] = inside.toSorted((a, b) => b.lostMs - a.lostMs)
  const figures = `for ${inSeconds(starvedMs)} of ${inSeconds(toT - fromT)}`
  const because = worst ? `the machine had no room ${figures}; at its worst ${worst.because}` : 'the machine had room'
  return { seenMs, starvedMs, lostMs, starved: inside, because }
}
