import type { Books } from '../books/books.ts'
import { type ClassCode, codeOf, isServedCode } from '../books/codes.ts'
import type { EndedPart, Setup } from '../books/wire.ts'
import { type Template, templatesOf, textOf } from '../mix/mix.ts'
import type { LoadChange, UsersSpec } from '../types.ts'
import { type Dial, dialerOf, isSecure } from '../wire/dial.ts'
import { Lane, type LaneOwner } from '../wire/lane.ts'
import { OpenLanes } from '../wire/open-lanes.ts'
import { type Arrivals, arrivals } from './arrivals.ts'
import { Cookies } from './cookies.ts'
import { aheadOf, openAhead } from './open-ahead.ts'
import { Turns } from './turns.ts'

const notSent = codeOf('not_sent')
const inFlight = codeOf('in_flight_at_end')
/** Due times are whole nanoseconds: two that differ by less are one. */
const instantMs = 1e-3

/**
 * How many requests may be open follows from who waits for whom. While this thread waits for the server at least so
 * much of its time, ever more may be; while it does not, it is at its own limit, and fewer connections make it faster.
 */
const waitingShare = 0.04
const windowLimits = { least: 64, shrink: 0.8 }
/** A thread that opened connections for all of the time in which it waited would open some more. */
const openedInAWaitedMs = 20

/** The open-loop engine: sends on plan, whatever the server does. Lives in a worker; one instance a run. */
export class Users implements LaneOwner {
  private readonly spec: UsersSpec
  private readonly books: Books
  private readonly targets: readonly { dial: Dial; secure: boolean; idle: Lane[] }[]
  private readonly idPrefix: string
  private readonly requests: Template[]
  private readonly cookies: Cookies | undefined
  private readonly turns: Turns
  private readonly arrivals: Arrivals
  private readonly open = new OpenLanes()
  private window = windowLimits.least
  private lastTick = { atMs: 0, idleMs: 0 }
  private readonly thread: number
  private readonly threads: number
  /** Nothing is sent until another order comes. */
  private held = false
  private startMs = 0
  private maxOpen: number
  /** End of the plan, ms after the start. */
  private untilMs: number
  /** The next request of the plan, of whichever thread, and when it is due. */
  private nextK = 0
  private nextMs = 0
  private lastSentMs = 0
  /** Requests are overdue because the window of open ones is full. */
  private late = false
  private stopping = false
  private planEnded = false
  private finished = false
  private timer: NodeJS.Timeout | undefined
  private readonly done = Promise.withResolvers<EndedPart>()

  constructor(setup: Setup<UsersSpec>, books: Books) {
    this.spec = setup.spec
    const { thread, threads } = setup
    this.thread = thread
    this.threads = threads
    this.maxOpen = Math.floor((setup.spec.maxOpen + threads - 1 - thread) / threads)
    this.books = books
    this.targets = setup.targets.map((one) => ({ dial: dialerOf(one), secure: isSecure(one), idle: [] }))
    this.cookies = setup.spec.cookies ? new Cookies() : undefined
    this.idPrefix = `${setup.idPrefix}-`
    this.untilMs = setup.forMs ?? Number.POSITIVE_INFINITY
    this.arrivals = arrivals(setup.spec)
    this.nextMs = this.arrivals.at(0)
    const { mix, users } = setup.spec
    this.requests = templatesOf(mix, setup.targets)
    this.turns = new Turns(this.requests, users)
  }

  /** Opens the connections that the plan needs in its first moment; no request of it leaves. */
  async prepare(): Promise<void> {
    const each = aheadOf(this.spec, this.threads, this.targets.length)
    const opening = this.targets.map(async ({ dial, secure, idle }) => {
      idle.push(...(await openAhead(each, () => new Lane(this, dial, secure))))
    })
    await Promise.all(opening)
  }

  /** Begins the plan at this instant of `performance.now()`. */
  start(startMs = performance.now()): void {
    this.startMs = startMs
    this.lastTick = { atMs: performance.now() - startMs, idleMs: performance.eventLoopUtilization().idle }
    this.books.start(this.startMs)
    this.tick()
  }

  /** Sends nothing more until `change` or `stop`. Gives an instant of the plan; what was sent was due before it. */
  hold(): number {
    this.held = true
    return Math.max(0, performance.now() - this.startMs) + instantMs
  }

  /** From now on, or from that instant of the plan on, another rate and other users; what was due before leaves. */
  change({
    ratePerS,
    users,
    atMs,
  }: {
    ratePerS: number
    users?: number | undefined
    atMs?: number | undefined
  }): LoadChange {
    const nowMs = atMs ?? performance.now() - this.startMs
    this.held = false
    const fromK = Math.max(this.arrivals.change(nowMs, ratePerS), this.nextK)
    this.turns.change(fromK, users ?? this.turns.users)
    this.nextMs = this.arrivals.at(this.nextK)
    this.tick()
    return { fromK, fromMs: performance.timeOrigin + this.startMs + nowMs }
  }

  /**
   * Plans no more from now on, or from that instant of the plan on (what was due before still leaves), waits at most
   * `drainMs` for open requests, and gives the totals.
   */
  stop(drainMs: number, untilMs?: number): Promise<EndedPart> {
    this.held = false
    this.untilMs = Math.min(this.untilMs, untilMs ?? performance.now() - this.startMs)
    setTimeout(() => this.giveUp(), drainMs)
    this.stopping = true
    this.tick()
    return this.done.promise
  }

  ended(lane: Lane, code: ClassCode, cookies: readonly string[]): void {
    const now = performance.now() - this.startMs
    const request = this.requests[lane.entry]
    if (request && this.cookies && cookies.length > 0) {
      this.cookies.keep(`${lane.user} ${request.target}`, request.path, cookies, Date.now())
    }
    this.settle(lane, code, now)
    this.targets[request?.target ?? 0]?.idle.push(lane)
    // When late, the next request leaves on the connection that has just become free.
    if (this.late) this.depart(now)
    if (this.planEnded) this.finishWhenDrained()
  }

  troubled(code: string): void {
    this.books.troubled(code)
  }

  repeated(): void {
    this.books.repeated()
  }

  odd(reason: string): void {
    this.books.odd(reason)
  }

  private readonly tick = (): void => {
    clearTimeout(this.timer)
    const now = performance.now() - this.startMs
    // After what has arrived was read: to a loop that was held up, an answer that is there already is no timeout.
    if (this.open.hasSentBy(now - this.spec.timeout)) return void setImmediate(this.expire)
    this.adjustCrowd(now)
    this.depart(now)
    if (this.stopping && !this.late && !this.planEnded) this.endPlan()
    if (this.finished) return
    const timeoutMs = this.open.oldest ? this.open.oldest.sentMs + this.spec.timeout : Number.POSITIVE_INFINITY
    const secondMs = (Math.floor(now / 1_000) + 1) * 1_000
    const wakeMs = Math.min(this.nextMs < this.untilMs ? this.nextMs : secondMs, timeoutMs, secondMs) - now
    // Whole milliseconds rounded down: early by less than one is put right by the next tick, late never is.
    this.timer = setTimeout(this.tick, Math.max(1, Math.floor(wakeMs)))
  }

  /** Sends everything that is due by now: what is late is not left out. Stays late when the window is too small. */
  private depart(now: number): void {
    while (this.nextMs <= now && this.nextMs < this.untilMs && !this.held) {
      const user = this.turns.userOf(this.nextK)
      if (user % this.threads === this.thread) {
        if (this.open.size >= this.window && this.open.size < this.maxOpen) {
          this.late = true
          return
        }
        this.books.advance(Math.floor(this.nextMs / 1_000))
        this.request(this.nextK, user, this.nextMs)
      }
      this.nextK += 1
      this.nextMs = this.arrivals.at(this.nextK)
    }
    this.books.reach(this.nextK)
    this.late = false
    // The last second is closed by `endPlan`, so that one which is just beginning is not told empty.
    if (now < this.untilMs && !this.held) this.books.advance(Math.floor(now / 1_000))
  }

  private endPlan(): void {
    this.planEnded = true
    this.books.close()
    this.finishWhenDrained()
  }

  private request(k: number, user: number, intendedMs: number): void {
    const second = this.books.begin(k, user)
    const entry = this.turns.entryOf(k)
    const request = this.requests[entry]
    const target = this.targets[request?.target ?? 0]
    if (request?.isWrite) second.writes.sent += 1
    if (!request || !target || this.open.size >= this.maxOpen) {
      if (request?.isWrite) second.writes.failed += 1
      this.books.end(second, k, user, notSent, intendedMs, 0)
      return
    }
    const lane = target.idle.pop() ?? new Lane(this, target.dial, target.secure)
    lane.entry = entry
    lane.k = k
    lane.user = user
    lane.intendedMs = intendedMs
    lane.second = second
    const kept = this.cookies?.of(`${user} ${request.target}`, request.path, target.secure, Date.now()) ?? ''
    const sentMs = performance.now() - this.startMs
    lane.sentMs = sentMs
    this.lastSentMs = sentMs
    this.books.lagged(second, sentMs - intendedMs)
    this.open.add(lane)
    lane.send(textOf(request, this.idPrefix + k, user, kept), request)
  }

  private adjustCrowd(now: number): void {
    const { atMs, idleMs } = this.lastTick
    this.lastTick = { atMs: now, idleMs: performance.eventLoopUtilization().idle }
    const waitedMs = this.lastTick.idleMs - idleMs
    const waiting = waitedMs >= (now - atMs) * waitingShare
    if (waiting) this.window = Math.max(this.window, this.open.size + Math.ceil(waitedMs * openedInAWaitedMs))
    else if (this.late) this.window = Math.max(windowLimits.least, this.window * windowLimits.shrink)
  }

  private readonly expire = (): void => {
    this.open.expire(performance.now() - this.startMs - this.spec.timeout)
    if (!this.finished) this.tick()
  }

  private settle(lane: Lane, code: ClassCode, now: number): void {
    this.open.remove(lane)
    const { second, k, entry } = lane
    lane.k = -1
    if (second && this.requests[entry]?.isWrite && !isServedCode(code)) second.writes.failed += 1
    if (second) this.books.end(second, k, lane.user, code, lane.intendedMs, now - lane.intendedMs)
  }

  private giveUp(): void {
    if (this.finished) return
    this.maxOpen = 0
    this.depart(this.untilMs)
    while (this.open.oldest) {
      this.open.oldest.close()
      this.settle(this.open.oldest, inFlight, 0)
    }
    if (this.planEnded) this.finishWhenDrained()
    else this.endPlan()
  }

  private finishWhenDrained(): void {
    if (this.open.size > 0 || this.finished) return
    this.finished = true
    clearTimeout(this.timer)
    for (const { idle } of this.targets) for (const lane of idle.splice(0)) lane.close()
    this.done.resolve(this.books.ended(Math.max(this.untilMs, this.lastSentMs), true))
  }
}
