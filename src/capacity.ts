import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { inScope } from './cleanup/index.ts'
import { availableMemory, type ContainerSpeed, measureContainers } from './doctor/index.ts'
import type { Engine } from './engine/index.ts'
import { baseTag } from './images/index.ts'
import { realClock } from './kit/clock.ts'
import { dockerFolder } from './kit/home.ts'
import { startUsers, usersSpec } from './load/index.ts'
import { readCpuTime, sharesBetween } from './watch/index.ts'

/** What was measured of the machine. */
export interface MachineFigures extends ContainerSpeed {
  /** How late requests leave at 200/s against a server of our own on 127.0.0.1, 99th percentile, ms. */
  scheduleLagP99Ms: number
  cores: number
  /** Share of all cores that others keep busy while nothing of ours runs, 0 … 1. */
  cpuBusy: number
  /** Bytes that programs can still get. */
  memoryBytes: number
}

export interface Capacity extends MachineFigures {
  /** So many stacks may be up at a time, each with its load, without being in each other's way. At least 1. */
  stacksAtOnce: number
  /** What it follows from, for people. */
  because: string
}

const ratePerS = 200
/** 300 requests: enough for a 99th percentile that is not the slowest one. */
const loadMs = 1_500
/** The load's own first moments compile code. */
const quietMs = 700
/** A stack with its load and its harness keeps some 0.7 cores busy; with the rest it answers in time. */
const coresPerStack = 1
/** Shop, monitoring and load generators; as the doctor says of one. */
const memoryPerStack = 1.5 * 1024 ** 3
/** Slower than this, one stack has to wait for itself already: beside a second one its deeds would be late. */
const slow = { containerStartMs: 1_500, execMs: 500, scheduleLagP99Ms: 25 }

/**
 * Measures what the machine can carry, in some 5 s: small containers are started and removed, and users knock at a
 * server of ours on 127.0.0.1. IMAGE_MISSING or ENGINE_CALL_FAILED when the engine cannot start one.
 */
export async function measureCapacity(engine: Engine): Promise<Capacity> {
  const cpuBusy = await busyShare()
  const image = await baseTag(dockerFolder())
  const speed = await inScope(engine, ({ labels }) => measureContainers({ docker: engine.docker, labels }, image))
  const scheduleLagP99Ms = await measureScheduleLag()
  const memoryBytes = await availableMemory()
  return capacityOf({ ...speed, scheduleLagP99Ms, cores: availableParallelism(), cpuBusy, memoryBytes })
}

/** How many stacks at once these figures allow, and which of them is the least. */
export function capacityOf(figures: MachineFigures): Capacity {
  const { cores, cpuBusy, memoryBytes } = figures
  const free = cores * (1 - cpuBusy)
  const late = slowest(figures)
  const bounds = [
    // Half a core that somebody uses now and then does not keep a stack from its own.
    {
      stacks: Math.floor((free + coresPerStack / 2) / coresPerStack),
      because: `${free.toFixed(1)} of ${cores} cores are free`,
    },
    {
      stacks: Math.floor(memoryBytes / memoryPerStack),
      because: `${(memoryBytes / 1024 ** 3).toFixed(1)} GiB are available`,
    },
    ...(late === undefined ? [] : [{ stacks: 1, because: late }]),
  ]
  const least = bounds.reduce((a, b) => (b.stacks < a.stacks ? b : a))
  return { ...figures, stacksAtOnce: Math.max(1, least.stacks), because: least.because }
}

function slowest({ containerStartMs, execMs, scheduleLagP99Ms }: MachineFigures): string | undefined {
  if (containerStartMs > slow.containerStartMs) return `a container takes ${Math.round(containerStartMs)} ms to start`
  if (execMs > slow.execMs) return `a command in a container takes ${Math.round(execMs)} ms`
  if (scheduleLagP99Ms > slow.scheduleLagP99Ms) return `requests leave ${scheduleLagP99Ms.toFixed(0)} ms late`
  return undefined
}

/** Nothing of ours runs meanwhile: what is busy then are others. 0 where the kernel does not tell. */
async function busyShare(): Promise<number> {
  const before = await readCpuTime()
  await realClock.sleep(quietMs)
  const after = await readCpuTime()
  return before && after ? sharesBetween(before, after, quietMs).cpuBusy : 0
}

async function measureScheduleLag(): Promise<number> {
  const server = createServer((_, response) => response.end('ok'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    const users = await startUsers(usersSpec.parse({ ratePerS, mix: [{ path: '/' }] }), {
      target: `http://127.0.0.1:${port}`,
      idPrefix: 'doctor',
      onSample: () => undefined,
      onBroken: () => undefined,
    })
    await realClock.sleep(loadMs)
    const { scheduleLagMs } = await users.stop(loadMs)
    return scheduleLagMs?.p99 ?? Number.POSITIVE_INFINITY
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
