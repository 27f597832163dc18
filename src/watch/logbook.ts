import { type AccessLine, parseAccessLine } from '../kit/access-line.ts'
import { isWrite } from '../kit/ledger.ts'
import type { LogLine } from '../stack/index.ts'
import { BackendLog, type BackendWords } from './backend-log.ts'
import type { OwnLogReader } from './own-log.ts'
import { reasonOfLine } from './proxy-log.ts'

/** What requests of the run's loads were asked of servers. */
export interface AskedOf {
  repeated: number
  hidden: number
  writes: number
  writesFailed: number
  /** Absent: no line says whether a server had taken the connection. */
  writesRepeated?: number
}

interface Tally {
  byStatus: Map<string, number>
  byReason: Map<string, number>
  ofLoads: number
  asked?: AskedOf
  told: boolean
}

/** One second of the proxy's logs: requests by status, failures by reason. */
export interface ProxySecond {
  wallMs: number
  byStatus: Record<string, number>
  byReason: Record<string, number>
  /** Requests of the run's loads, each id counted when it is first seen. */
  ofLoads: number
  /** Absent: no line of it names a server. */
  asked?: AskedOf
}

/** Ids that the run's loads give: `RUN-u-7`, `RUN-p-7`, `RUN-s1-7`. Source: run/loads.ts. */
const loadId = /^[0-9a-f]+-(u|p|s\d+)-\d+$/

/** What the logs of a run have said so far, counted as the lines came: probes and facts are read from here. */
export class LogBook {
  /** Answers in the proxy's access log: request id → status. */
  readonly answered = new Map<string, number>()
  private readonly proxySeconds = new Map<number, Tally>()
  private readonly firstLines = new Map<string, string>()
  private readonly backendLogs = new Map<string, BackendLog>()
  private readonly backendSeconds = new Map<string, Map<number, number>>()
  /** Answers in the proxy's access log by status, whoever asked. */
  readonly statuses = new Map<string, number>()
  private readonly onReason: (service: string, reason: string, line: string) => void
  private readonly own: OwnLogReader | undefined

  constructor(onReason: (service: string, reason: string, line: string) => void, own?: OwnLogReader) {
    this.onReason = onReason
    this.own = own
  }

  /** Takes a line of an access log in the proxy's own format; false: it is none. */
  takeOwn(line: Pick<LogLine, 'text' | 'wallMs'>): boolean {
    const access = this.own?.read(line)
    if (access) this.takeAccess(access, this.own?.hasIds === false)
    return access !== undefined
  }

  /** Takes one line of any container, and tells whether it is of the proxy's access log. */
  take(line: LogLine, from: 'proxy' | 'server' | 'other'): boolean {
    if (from === 'proxy') return this.takeProxy(line)
    if (from === 'server') this.takeBackend(line)
    return false
  }

  /** Requests that a backend's own log has between two instants (wall ms); probes of the monitoring not counted. */
  requestsAt(service: string, fromMs: number, toMs: number): number {
    const seconds = this.backendSeconds.get(service)
    if (!seconds) return 0
    return sumBetween(seconds, fromMs, toMs)
  }

  /** What a backend's own log says of the time between two instants (wall ms). */
  wordsOf(service: string, fromMs: number, toMs: number): BackendWords {
    return (this.backendLogs.get(service) ?? new BackendLog()).between(fromMs, toMs)
  }

  /** Reasons of failures in the error log between two instants (wall ms), most frequent first. */
  reasonsBetween(fromMs: number, toMs: number): [string, number][] {
    const counts = new Map<string, number>()
    for (const [second, { byReason }] of this.proxySeconds) {
      if (second * 1000 < fromMs - 1000 || second * 1000 > toMs) continue
      for (const [reason, count] of byReason) counts.set(reason, (counts.get(reason) ?? 0) + count)
    }
    return [...counts].sort((a, b) => b[1] - a[1])
  }

  firstOf(reason: string): string | undefined {
    return this.firstLines.get(reason)
  }

  /** Statuses and reasons of every whole second before this wall ms, each given once. */
  takeSecondsBefore(wallMs: number): ProxySecond[] {
    const due = [...this.proxySeconds].filter(([second, { told }]) => (second + 1) * 1000 <= wallMs && !told)
    return due
      .sort(([a], [b]) => a - b)
      .map(([second, tally]) => {
        tally.told = true
        const { byStatus, byReason, ofLoads, asked } = tally
        const named = asked ? { asked } : {}
        const counts = {
          byStatus: Object.fromEntries(byStatus),
          byReason: Object.fromEntries(byReason),
          ofLoads,
          ...named,
        }
        return { wallMs: second * 1000, ...counts }
      })
  }

  private takeProxy(line: LogLine): boolean {
    // It stays among what the proxy says: its side file is not one of ours.
    if (this.takeOwn(line)) return false
    const access = parseAccessLine(line.text)
    if (access) this.takeAccess(access)
    else this.takeError(line)
    return access !== undefined
  }

  private takeError(line: LogLine): void {
    const reason = reasonOfLine(line.text)
    if (!reason) return
    bump(this.second(line.wallMs).byReason, reason)
    if (this.firstLines.has(reason)) return
    this.firstLines.set(reason, line.text)
    this.onReason(line.service, reason, line.text)
  }

  /** `isAnybody`: the log has no ids, so that what others ask of servers cannot be told apart. */
  private takeAccess(access: AccessLine, isAnybody = false): void {
    const second = this.second(access.t * 1000)
    if (loadId.test(access.id) && !this.answered.has(access.id)) {
      second.ofLoads += 1
      if (access.upstream_status !== '') second.asked = withOne(second.asked, access)
    } else if (isAnybody && access.upstream_status !== '') second.asked = withOne(second.asked, access)
    if (access.id) this.answered.set(access.id, access.status)
    bump(second.byStatus, String(access.status))
    bump(this.statuses, String(access.status))
  }

  private takeBackend(line: LogLine): void {
    const log = this.backendLogs.get(line.service) ?? new BackendLog()
    this.backendLogs.set(line.service, log)
    log.take(line.wallMs, line.text)
    const id = /"id":"([^"]*)"/.exec(line.text)?.[1]
    if (!id) return
    const seconds = this.backendSeconds.get(line.service) ?? new Map<number, number>()
    this.backendSeconds.set(line.service, seconds)
    bump(seconds, Math.floor(line.wallMs / 1000))
  }

  private second(wallMs: number): Tally {
    const key = Math.floor(wallMs / 1000)
    const known = this.proxySeconds.get(key)
    if (known) return known
    const fresh: Tally = { byStatus: new Map(), byReason: new Map(), ofLoads: 0, told: false }
    this.proxySeconds.set(key, fresh)
    return fresh
  }
}

const noneAsked: AskedOf = { repeated: 0, hidden: 0, writes: 0, writesFailed: 0 }

/** Nginx writes an entry a server that it asked, `502, 200`, and `-` for the time of a connection that was not made. */
function withOne(before: AskedOf = noneAsked, access: AccessLine): AskedOf {
  const { status, method } = access
  const statuses = access.upstream_status.split(/, | : /)
  const times = access.upstream_connect_time
  const connected = times
    .split(/, | : /)
    .slice(0, -1)
    .some((time) => /^\d/.test(time))
  const isRepeated = statuses.length > 1
  const add = (is: boolean) => (is ? 1 : 0)
  const twice = add(isWrite(method) && isRepeated && connected)
  return {
    ...before,
    repeated: before.repeated + add(isRepeated),
    hidden: before.hidden + add(isRepeated && status < 400),
    writes: before.writes + add(isWrite(method)),
    writesFailed: before.writesFailed + add(isWrite(method) && status >= 400),
    ...(times === '' ? {} : { writesRepeated: (before.writesRepeated ?? 0) + twice }),
  }
}

function bump<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function sumBetween(seconds: ReadonlyMap<number, number>, fromMs: number, toMs: number): number {
  let sum = 0
  for (const [second, count] of seconds) if (second * 1000 >= fromMs && second * 1000 <= toMs) sum += count
  return sum
}
