import { z } from 'zod'
import { pollUntil } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import type { Scene, Service, ServiceState } from '../stack/index.ts'
import { defineFault, type Injection, type WitnessObservation } from './fault.ts'

/** Engines refuse less. */
const leastBytes = 6 * 2 ** 20
/** Each half as much as the one before. */
const mostRounds = 4
const killedLimitMs = 5_000

/** What it was when it was still well. */
interface Before {
  readonly startedAt: string
  readonly restartCount: number
  readonly oomKills: number
  /** The lowered limit, bytes. */
  limit: number
}

/** A limit that is too low for what the program needs, as after somebody has "right-sized" it. */
export const memoryLimit = defineFault({
  kind: 'memory-limit',
  about: "Lowers the memory limit of a service's container until the kernel kills in it.",
  fields: {
    service: z.string(),
    /** At first: bytes, or below 1 the share of what it uses now. Halved while nothing is killed; 6 MiB at least. */
    to: z.number().positive().default(0.5),
  },
  make: ({ service: name, to }) => {
    let before: Before | undefined
    return {
      inject: async (scene) => {
        const service = scene.stack.service(name)
        const state = await service.state()
        const { usedBytes, oomKills } = await scene.stack.cgroup(name).memory()
        if (usedBytes === null) return rejected(`the kernel does not tell what ${name} uses`)
        const { startedAt, restartCount } = state
        const first = Math.max(leastBytes, Math.round(to < 1 ? usedBytes * to : to))
        if (state.memoryLimit !== null && first >= state.memoryLimit) {
          return rejected(`${name} may use ${mebi(state.memoryLimit)} already`)
        }
        before = { startedAt, restartCount, oomKills: oomKills ?? 0, limit: first }
        await promise(scene, service, state)
        return await lower(scene, service, before, usedBytes)
      },
      witness: {
        name: "the kernel's count of kills in it, the engine's word, and the limit",
        see: (scene) => look(scene, scene.stack.service(name), before),
      },
    }
  },
})

const rejected = (because: string): Injection => ({ outcome: 'rejected', because, acts: [], evidence: {} })
const mebi = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`

/** What was killed is started with the limit that it had; a program that outlives the killed one would hide that. */
async function promise({ stack, registerUndo }: Scene, service: Service, state: ServiceState): Promise<void> {
  const { name, containerId: container } = service
  const verb = stack.description.can.supervised ? 'restart' : 'start'
  await registerUndo({ verb, container }, `${verb} ${name} with its own memory limit`)
  const { memoryLimit: bytes, swapLimit } = state
  const swap = bytes === null || swapLimit === 0 ? {} : { swap: swapLimit }
  const why = bytes === null ? `take the memory limit of ${name} away` : `limit ${name} to ${mebi(bytes)} again`
  await registerUndo({ verb: 'set-memory', container, bytes: bytes ?? 0, ...swap }, why)
}

async function lower(scene: Scene, service: Service, before: Before, usedBytes: number): Promise<Injection> {
  const tried: string[] = []
  for (let round = 0; round < mostRounds; round += 1) {
    tried.push(`${mebi(before.limit)}: ${await limitTo(service, before.limit)}`)
    const killed = await untilKilled(scene, service, before)
    if (killed) {
      const because = `${service.name} used ${mebi(usedBytes)} and may use ${mebi(before.limit)}: ${killed}`
      const evidence = { service: service.name, usedBytes, limitBytes: before.limit, tried }
      return { outcome: 'in-force', because, acts: [], evidence }
    }
    if (before.limit === leastBytes) break
    before.limit = Math.max(leastBytes, Math.round(before.limit / 2))
  }
  return rejected(`the kernel has killed nothing in ${service.name}: it lives with ${tried.join('; ')}`)
}

/** Some kernels do not lower a limit below what is used: then it is started anew below it. */
async function limitTo(service: Service, bytes: number): Promise<string> {
  const refused = await service.limitMemory(bytes).then(() => undefined, reasonOf)
  if (refused === undefined) return 'lowered while it ran'
  await service.stop()
  await service.limitMemory(bytes)
  return await service.start().then(() => 'started anew below it, and it came up', reasonOf)
}

async function untilKilled(scene: Scene, service: Service, before: Before): Promise<string | undefined> {
  const isKilled = async () => {
    const { present, because } = await look(scene, service, before)
    return present ? because : undefined
  }
  const limits = { withinMs: killedLimitMs, everyMs: 100, clock: scene.clock, signal: scene.signal }
  return await pollUntil(isKilled, limits)
}

/** Of a container that has ended only the engine can tell; one that outlives what was killed keeps the count. */
async function look({ stack }: Scene, service: Service, before: Before | undefined): Promise<WitnessObservation> {
  const { name } = service
  const { running, oomKilled, exitCode, memoryLimit: limit, restartCount, startedAt } = await service.state()
  const may = `may use ${limit === null ? 'all memory' : mebi(limit)}`
  const isLowered = before !== undefined && limit === before.limit
  if (!running) {
    const words = oomKilled ? 'the kernel has killed it for its memory' : 'it has ended'
    return { present: isLowered && oomKilled, because: `${name} ${may}; ${words} (exit code ${exitCode})` }
  }
  // One that the engine is just starting again may end while it is looked at.
  const { oomKills } = await stack
    .cgroup(name)
    .memory()
    .catch(() => ({ oomKills: null }))
  const since = startedAt === before?.startedAt ? before.oomKills : 0
  const kills = (oomKills ?? 0) - since
  const again = restartCount - (before?.restartCount ?? restartCount)
  const isAgain = again > 0
  const starts = isAgain ? `, and the engine has started it again ${again} times by its policy` : ''
  const because = `${name} ${may}; the kernel has killed ${kills} times in it${starts}`
  return { present: isLowered && (kills > 0 || isAgain), because }
}
