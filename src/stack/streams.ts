import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type Dockerode from 'dockerode'
import { z } from 'zod'
import { isGone, isRunning } from '../engine/index.ts'
import { realClock } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import type { ResourceSample } from '../protocol/index.ts'
import type { LogLine, OnLost, Service, ServiceEvent, StackStreams } from './types.ts'

const reattachAfterMs = 100
const lookAgainAtMostMs = 500
const lineLimit = 16_384
/** So many times one after the other the engine may refuse a stream before that is told. */
const refusalsInARow = 10

/** The streams, and how a service that was added later is told to all who follow already. */
export interface Streams extends StackStreams {
  follow(added: Service): void
}

/** The engine's streams about these services. */
export function streamsOf(docker: Dockerode, services: () => readonly Service[]): Streams {
  const followers: ((service: Service) => void)[] = []
  const all = (follow: (service: Service) => void) => {
    followers.push(follow)
    for (const service of services()) follow(service)
  }
  return {
    logs: (onLine, signal, onLost, fromMs = 0) =>
      all((service) => {
        void followLogs(docker, service, { onLine, fromMs }, until(signal, `the log of ${service.name}`, onLost))
      }),
    resources: (onSample, signal, onLost) =>
      all((service) => {
        void followResources(docker, service, onSample, until(signal, `what ${service.name} uses`, onLost))
      }),
    events: (onEvent, signal, onLost) =>
      void followEvents(docker, services, onEvent, until(signal, 'what happens to containers', onLost)),
    follow: (added) => {
      for (const follow of followers) follow(added)
    },
  }
}

/** How long a stream is followed, and who is told that it is not heard. */
interface Until {
  signal: AbortSignal
  /** The engine gave the stream. */
  heard: () => void
  refused: (thrown: unknown) => void
}

function until(signal: AbortSignal, what: string, onLost: OnLost = () => undefined): Until {
  let refusals = 0
  let told = false
  const heard = () => {
    refusals = 0
  }
  const refused = (thrown: unknown) => {
    refusals += 1
    if (told || signal.aborted || refusals < refusalsInARow) return
    told = true
    onLost(what, reasonOf(thrown))
  }
  return { signal, heard, refused }
}

/** Goes on attaching until told to stop, or there is nothing more to attach to. */
async function again({ signal, refused }: Until, attach: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await attach()
    } catch (thrown) {
      // A container that is gone does not come back under its id.
      if (isGone(thrown)) return
      refused(thrown)
    }
    await realClock.sleep(reattachAfterMs, signal).catch(() => undefined)
  }
}

/**
 * The same of one container, whose end ends its streams: when it runs again, not before. To be asked over and over for
 * the log of one that is down makes the engine read all of it every time.
 */
async function eachLife(container: Dockerode.Container, until: Until, attach: () => Promise<void>) {
  const { signal } = until
  await again(until, async () => {
    await attach()
    for (let waitMs = reattachAfterMs; !signal.aborted; waitMs = Math.min(waitMs * 1.5, lookAgainAtMostMs)) {
      const { State: state } = await container.inspect()
      if (isRunning(state)) return
      await realClock.sleep(waitMs, signal)
    }
  })
}

async function followLogs(
  docker: Dockerode,
  service: Service,
  { onLine, fromMs }: { onLine: (line: LogLine) => void; fromMs: number },
  until: Until,
): Promise<void> {
  let last = { stamp: fromMs > 0 ? new Date(fromMs).toISOString() : '', seconds: Math.floor(fromMs / 1_000) }
  const container = docker.getContainer(service.containerId)
  await eachLife(container, until, async () => {
    const options = { follow: true, stdout: true, stderr: true, timestamps: true, since: last.seconds } as const
    const stream = await container.logs(options)
    const stop = endWith(until.signal, stream)
    until.heard()
    const outputs = { stdout: new PassThrough(), stderr: new PassThrough() }
    container.modem.demuxStream(stream, outputs.stdout, outputs.stderr)
    const end = () => {
      outputs.stdout.end()
      outputs.stderr.end()
    }
    stream.once('end', end).once('close', end).once('error', end)
    const seenBefore = last.stamp
    const read = async (name: 'stdout' | 'stderr') => {
      for await (const raw of createInterface({ input: outputs[name] })) {
        const cut = raw.indexOf(' ')
        const stamp = raw.slice(0, cut)
        // `since` has whole seconds only: what was told before the container restarted comes again.
        if (stamp <= seenBefore) continue
        const wallMs = Date.parse(stamp)
        if (stamp > last.stamp) last = { stamp, seconds: Math.floor(wallMs / 1000) }
        onLine({ service: service.name, stream: name, wallMs, text: raw.slice(cut + 1, cut + 1 + lineLimit) })
      }
    }
    await Promise.all([read('stdout'), read('stderr')])
    stop()
  })
}

async function followResources(
  docker: Dockerode,
  service: Service,
  onSample: (sample: ResourceSample) => void,
  until: Until,
): Promise<void> {
  const container = docker.getContainer(service.containerId)
  await eachLife(container, until, async () => {
    const startedMs = await startOf(container)
    const stream = await container.stats({ stream: true })
    const stop = endWith(until.signal, stream)
    until.heard()
    for await (const line of createInterface({ input: stream })) {
      const stats = containerStats.safeParse(JSON.parse(line)).data
      const sample = stats && sampleOf(service.name, stats)
      if (sample) onSample({ ...sample, ...startedMs })
    }
    stop()
  })
}

/** When this life of it began; empty when nobody knows. */
async function startOf(container: Dockerode.Container): Promise<Pick<ResourceSample, 'startedMs'>> {
  const startedMs = await container.inspect().then(
    ({ State: { StartedAt } }) => Date.parse(StartedAt),
    () => Number.NaN,
  )
  return startedMs > 0 ? { startedMs } : {}
}

/** Once a second, as the engine tells it; of a container that is ending there are no figures. */
const containerStats = z.object({
  read: z.string(),
  memory_stats: z
    .object({
      usage: z.number().optional(),
      limit: z.number().optional(),
      stats: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number().default(0) }) }),
})

function sampleOf(service: string, stats: z.output<typeof containerStats>): ResourceSample | undefined {
  const { memory_stats: memory, cpu_stats: cpu, read } = stats
  if (memory?.usage === undefined) return undefined
  // Page cache is not what the kernel kills for: cgroup v2 says inactive_file, v1 total_inactive_file.
  const details = memory.stats ?? {}
  const reclaimable = Number(details['inactive_file'] ?? details['total_inactive_file'] ?? 0)
  const unlimited = memory.limit === undefined || memory.limit > 2 ** 50
  return {
    service,
    wallMs: Date.parse(read),
    memoryBytes: Math.max(0, memory.usage - reclaimable),
    usageBytes: memory.usage,
    limitBytes: unlimited ? null : (memory.limit ?? null),
    cpuSeconds: cpu.cpu_usage.total_usage / 1e9,
  }
}

/** Ends the stream when the signal comes; gives back how to forget it. */
function endWith(signal: AbortSignal, stream: NodeJS.ReadableStream): () => void {
  const end = () => {
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy()
  }
  // The signal may have come while the stream was being asked for; nobody else would ever end it.
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  return () => signal.removeEventListener('abort', end)
}

const engineEvent = z.object({
  Type: z.string().optional(),
  Action: z.string().optional(),
  timeNano: z.number().optional(),
  Actor: z.object({ ID: z.string().optional(), Attributes: z.record(z.string(), z.string()).nullish() }).optional(),
})

const toldActions = [
  'start',
  'restart',
  'die',
  'kill',
  'oom',
  'pause',
  'unpause',
  'stop',
  'destroy',
  'update',
  'rename',
  'connect',
  'disconnect',
  'health_status',
] as const
const isTold = (action: string) => toldActions.some((told) => action.split(':')[0] === told)

/** Whose container it is, or was: one that was replaced may be put back. */
function namesOf(services: () => readonly Service[]): (container: string | undefined) => string | undefined {
  const names = new Map<string, string>()
  const lookAround = () => {
    for (const { containerId, name } of services()) names.set(containerId, name)
  }
  lookAround()
  return (container) => {
    lookAround()
    return container === undefined ? undefined : names.get(container)
  }
}

async function followEvents(
  docker: Dockerode,
  services: () => readonly Service[],
  onEvent: (event: ServiceEvent) => void,
  until: Until,
): Promise<void> {
  // Where the stream breaks, the engine tells again what it said since: a kill in the gap is not lost.
  let lastNano = 0
  const beganS = realClock.wall() / 1e3
  let attached = false
  const nameOf = namesOf(services)
  await again(until, async () => {
    const since = lastNano > 0 ? Math.floor(lastNano / 1e9) : beganS
    // What a network says of a container wears no label of ours: the container's id tells whose it is.
    const stream = await docker.getEvents({
      // The first time nothing was missed.
      ...(attached ? { since } : {}),
      filters: { type: ['container', 'network'], event: [...toldActions] },
    })
    attached = true
    const toldNano = lastNano
    const stop = endWith(until.signal, stream)
    until.heard()
    for await (const line of createInterface({ input: stream })) {
      const event = engineEvent.safeParse(JSON.parse(line)).data ?? {}
      const { Action: action = '', Actor: actor, timeNano = 0 } = event
      const container = event.Type === 'network' ? actor?.Attributes?.['container'] : actor?.ID
      const service = nameOf(container)
      if (!container || service === undefined || !isTold(action) || timeNano <= toldNano) continue
      lastNano = timeNano
      const { exitCode, signal: number, name } = actor?.Attributes ?? {}
      const said = [exitCode && `exit code ${exitCode}`, number && `signal ${number}`]
      const because = [...said, event.Type === 'network' && `network ${name ?? ''}`].filter(Boolean).join(', ')
      onEvent({ service, container, action, wallMs: timeNano / 1e6, because })
    }
    stop()
  })
}
