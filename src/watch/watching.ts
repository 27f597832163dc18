import { createWriteStream, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import type { NewFact } from '../journal/index.ts'
import type { Clock } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import { lineMasker } from '../kit/masked.ts'
import type { ResourceSample } from '../protocol/index.ts'
import type { LogLine, Stack } from '../stack/index.ts'
import { AccessFeed } from './access-feed.ts'
import { LogBook } from './logbook.ts'
import { followFiles } from './own-files.ts'
import { ownLogReader } from './own-log.ts'

const lineLimit = 1_000
/** Who was last measured so long before the newest measurement, ms, is not there any more. */
const goneAfterMs = 5_000
/** How often the agent is given lines of the access log, where it cannot read them itself. */
const feedEveryMs = 200
/** So many pushes of the containers' figures that fail one after the other are a gap that an alert would miss. */
const failuresInARow = 3

interface Wiring {
  stack: Stack
  clock: Clock
  write: (fact: NewFact) => void
  toT: (wallMs: number) => number
  /** Folder of the side files. */
  logsFolder: string
  /** What was logged before, wall ms, is another run's; absent: nothing is. */
  fromMs?: number | undefined
}

/** Everything the engine tells about a stack, going into side files, the log book and the journal. */
export interface Watching {
  readonly logs: LogBook
  stop(): Promise<void>
}

export function watchStack({ stack, clock, write, toT, logsFolder, fromMs }: Wiring): Watching {
  const ending = new AbortController()
  const sinks = new Map<string, WriteStream>()
  const maskers = new Map<string, ReturnType<typeof lineMasker>>()
  const { lost, unheard } = problemsOf(write)
  const logs = logBookOf(stack, write, { clock, signal: ending.signal })
  // A service that was removed has lines to come, and one that was added was not there at the start.
  const kindOf = kindsIn(stack)
  const feed = feedOf(stack, write)
  const toFile = (line: LogLine) => {
    const isAccess = logs.take(line, kindOf(line.service))
    if (isAccess) feed?.take(line.text)
    const name = isAccess ? `${line.service}-access.jsonl` : `${line.service}.log`
    const masked = maskers.get(name) ?? lineMasker()
    maskers.set(name, masked)
    sinkFor(name, { sinks, folder: logsFolder, lost }).write(`${masked(line.text, { markup: isAccess })}\n`)
  }
  stack.streams.logs(toFile, ending.signal, unheard, fromMs)
  const resources = new ResourceBook(write)
  stack.streams.events(
    (event) => {
      if (event.action === 'oom') resources.killed(event.service)
      const { service, action, because, container } = event
      write({ kind: 'service-event', service, action, because, container })
    },
    ending.signal,
    unheard,
  )
  stack.streams.resources((sample) => resources.take(sample), ending.signal, unheard)
  const timer = setInterval(() => {
    void stack.agent.pushResources(resources.newest()).then(
      () => resources.taken(),
      (thrown: unknown) => resources.failed(reasonOf(thrown)),
    )
    // Access lines are dated by the end of a request and come a moment later.
    tellSeconds(logs, clock.wall() - 1_500, toT, write)
  }, 1_000)
  const feeding = feed && setInterval(() => void feed.send(), feedEveryMs)
  const stop = async () => {
    clearInterval(timer)
    clearInterval(feeding)
    ending.abort()
    tellSeconds(logs, Number.POSITIVE_INFINITY, toT, write)
    await Promise.all([...sinks.values()].map((sink) => new Promise<void>((resolve) => sink.end(resolve))))
  }
  return { logs, stop }
}

/** Of a proxy that keeps a log of its own, that one too. */
function logBookOf(stack: Stack, write: Wiring['write'], until: { clock: Clock; signal: AbortSignal }): LogBook {
  const own = stack.description.attached?.ownLog
  const onReason = (service: string, reason: string, line: string) =>
    write({ kind: 'log-noticed', service, reason, line: line.slice(0, lineLimit), total: 1 })
  const logs = new LogBook(onReason, own && ownLogReader(own))
  if (own) followFiles(stack, own.files, (line) => void logs.takeOwn(line), until)
  return logs
}

/** Undefined where nobody of ours counts requests, or the agent reads the proxy's log itself. */
function feedOf({ agent, description: { monitoring, can } }: Stack, write: Wiring['write']): AccessFeed | undefined {
  if (!monitoring || monitoring.theirs || !can.instrumented || can.logged) return undefined
  return new AccessFeed({
    push: (lines) => agent.pushAccessLines(lines),
    onLost: (reason) => {
      const message = `The agent did not take lines of the access log: ${reason}`
      const hint = 'Alerts on requests cannot be judged.'
      write({ kind: 'problem', code: 'AGENT_FAILED', message, hint, whose: 'harness' })
    },
  })
}

/** What a service's log is that of; the same when it is not there any more. */
function kindsIn({ services, description }: Stack): (name: string) => 'proxy' | 'server' | 'other' {
  const known = new Map<string, 'proxy' | 'server' | 'other'>()
  return (name) => {
    const role = services.find((service) => service.name === name)?.role
    const isServer = role !== undefined && Object.hasOwn(description.upstreams, role)
    const kind = known.get(name) ?? (role === 'proxy' ? 'proxy' : isServer ? 'server' : 'other')
    if (role !== undefined) known.set(name, kind)
    return kind
  }
}

/** What is said of a side file that cannot be written, and of a stream that the engine refuses. */
function problemsOf(write: Wiring['write']) {
  const lost = (name: string, reason: string) => {
    const message = `${name} is not written any more: ${reason}`
    write({ kind: 'problem', code: 'RUN_DIR_INVALID', message, hint: 'Is the disk full?', whose: 'environment' })
  }
  const unheard = (what: string, reason: string) => {
    const message = `The engine does not tell ${what}: ${reason}`
    const hint = 'Is the engine healthy? badgateway doctor tells.'
    write({ kind: 'problem', code: 'ENGINE_CALL_FAILED', message, hint, whose: 'environment' })
  }
  return { lost, unheard }
}

function tellSeconds(logs: LogBook, beforeWallMs: number, toT: (ms: number) => number, write: Wiring['write']): void {
  for (const { wallMs, ...counts } of logs.takeSecondsBefore(beforeWallMs)) {
    write({ kind: 'proxy-sample', fromT: toT(wallMs), ...counts })
  }
}

interface Sinks {
  sinks: Map<string, WriteStream>
  folder: string
  lost: (name: string, reason: string) => void
}

/** One file a service; the proxy's access lines apart from its error log. */
function sinkFor(name: string, { sinks, folder, lost }: Sinks): WriteStream {
  const known = sinks.get(name)
  if (known) return known
  const sink = createWriteStream(join(folder, name), { flags: 'a', mode: 0o600 })
  sink.once('error', (thrown) => lost(name, reasonOf(thrown)))
  sink.on('error', () => undefined)
  sinks.set(name, sink)
  return sink
}

class ResourceBook {
  private readonly last = new Map<string, ResourceSample>()
  private readonly write: Wiring['write']
  private failures = 0
  private readonly kills = new Map<string, number>()

  constructor(write: Wiring['write']) {
    this.write = write
  }

  take(sample: ResourceSample): void {
    const before = this.last.get(sample.service)
    this.last.set(sample.service, sample)
    const seconds = before ? (sample.wallMs - before.wallMs) / 1000 : 0
    const used = before ? sample.cpuSeconds - before.cpuSeconds : 0
    const { service, memoryBytes, limitBytes } = sample
    const cpuCores = seconds > 0 && used > 0 ? used / seconds : 0
    this.write({ kind: 'resource-sample', service, memoryBytes, limitBytes, cpuCores })
  }

  /** The kernel has killed a program of it for want of memory. */
  killed(service: string): void {
    this.kills.set(service, (this.kills.get(service) ?? 0) + 1)
  }

  /** Of those that were measured of late: a container that is gone has no memory any more. */
  newest(): ResourceSample[] {
    const samples = [...this.last.values()]
    const newestMs = Math.max(...samples.map(({ wallMs }) => wallMs))
    return samples
      .filter(({ wallMs }) => wallMs > newestMs - goneAfterMs)
      .map((sample) => ({ ...sample, oomKills: this.kills.get(sample.service) ?? 0 }))
  }

  taken(): void {
    this.failures = 0
  }

  /** One that came to nothing is made up for by the next, a second later. */
  failed(reason: string): void {
    this.failures += 1
    if (this.failures !== failuresInARow) return
    const message = `The agent did not take the container metrics: ${reason}`
    const hint = 'Alerts on memory cannot be judged.'
    this.write({ kind: 'problem', code: 'AGENT_FAILED', message, hint, whose: 'harness' })
  }
}
