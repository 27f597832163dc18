import { z } from 'zod'
import { cacheFolder, memoryNeedOf } from '../deploy/index.ts'
import { deathOf } from '../engine/index.ts'
import { pollUntil } from '../kit/clock.ts'
import { lasting, showMs } from '../kit/duration.ts'
import { BadgatewayError } from '../kit/errors.ts'
import type { Json } from '../kit/json.ts'
import { startBehaviourFile } from '../protocol/index.ts'
import { behaviourOf, type Scene, type Server, setBehaviour, writeBack } from '../stack/index.ts'
import { defineFault, type Injection, type WitnessObservation } from './fault.ts'

const reachLimitMs = 800
/** The time scale that the settings are for. */
const minuteMs = 1_000
const mebibyte = 1_048_576

/** A server keeps what it serves until its container's memory limit is really hit, and again after every start. */
export const memoryOverload = defineFault({
  kind: 'memory-overload',
  about: 'Makes a server keep memory with every request, more than its limit allows: the kernel kills it, and again.',
  fields: {
    service: z.string(),
    /**
     * What it keeps of each request where a minute of the incident takes a second; at another time scale so much more
     * or less that it dies at the same time on the incident's clock.
     */
    perRequestKb: z.int().min(1).max(4_096),
    /** What it keeps in all; it is read back at its next start. */
    upToMb: z.int().min(1).max(2_048),
    /** How long the load may take to fill it; longer where a minute of the incident takes more than a second. */
    within: lasting.default(60_000),
  },
  needs: ['scriptable'],
  make: ({ service, perRequestKb, upToMb, within }) => ({
    inject: async (scene) => {
      const server = serverOf(scene, service)
      const scale = (scene.minuteMs ?? minuteMs) / minuteMs
      const keeping = { perRequestKb: Math.ceil(perRequestKb / scale), upToMb }
      const tested = scene.measures.has('load-test') ? await prevent(scene, server, keeping) : undefined
      if (tested?.outcome === 'rejected') return tested
      await forgetInTheEnd(scene)
      await keepFromNextStart(scene, server, { ...keeping, atStartMb: upToMb })
      const listening = new AbortController()
      const events: string[] = []
      scene.stack.streams.events((event) => {
        if (event.service === service) events.push([event.action, event.because].filter(Boolean).join(' '))
      }, listening.signal)
      const began = scene.clock.now()
      await keepFromNow(scene, server, keeping)
      if (tested) {
        listening.abort()
        return tested
      }
      const killed = await untilKilled(scene, server, within * Math.max(1, scale)).finally(() => listening.abort())
      return { outcome: killed.present ? 'in-force' : 'rejected', ...told(killed, events, scene.clock.now() - began) }
    },
    witness: {
      name: "the container's memory controller, the engine's word and a connection to its port",
      see: (scene) => look(scene, serverOf(scene, service)),
    },
  }),
})

/** SERVICE_UNKNOWN when it is no server behind the proxy. */
function serverOf({ stack }: Scene, name: string): Server {
  const found = stack.servers().find((one) => one.name === name)
  if (found) return found
  throw new BadgatewayError('SERVICE_UNKNOWN', `'${name}' is no server behind the proxy`, 'Name one of them.')
}

function told({ because, memory }: Seen, events: string[], tookMs: number): Omit<Injection, 'outcome'> {
  const when = `${because}, ${showMs(tookMs)} after it began to keep what it serves`
  return { because: when, acts: [], evidence: { engineEvents: events, tookMs: Math.round(tookMs), ...memory } }
}

/** With the load test beforehand the limit is raised before the users come, or the change is refused. */
async function prevent(
  scene: Scene,
  server: Server,
  keeping: { perRequestKb: number; upToMb: number },
): Promise<Injection> {
  const { needMb, act } = await memoryNeedOf(scene, server, { 'working-set': keeping })
  const { memoryLimit } = await server.state()
  const done = { because: act.because, acts: [act], evidence: act.evidence }
  if (needMb === null || memoryLimit === null) return { outcome: 'rejected', ...done }
  const undo = { verb: 'set-memory', container: server.containerId, bytes: memoryLimit } as const
  await scene.registerUndo(undo, `limit ${server.name} as before`)
  await server.limitMemory(needMb * mebibyte)
  return { outcome: 'kept-off', ...done }
}

/** A proxy's cache may keep what the outage left in it; errors of Nginx's own are kept in memory, until it restarts. */
async function forgetInTheEnd(scene: Scene): Promise<void> {
  for (const proxy of scene.stack.byRole('proxy')) {
    if ((await cacheFolder(proxy)) === undefined) continue
    await scene.registerUndo({ verb: 'restart', container: proxy.containerId }, `empty the cache of ${proxy.name}`)
  }
}

/** What it does from its next start on: a server forgets what its control port was told. */
async function keepFromNextStart(scene: Scene, server: Server, settings: Json): Promise<void> {
  const [held, before] = await Promise.all([server.readFiles([startBehaviourFile]), behaviourOf(scene, server)])
  // Undone newest first: then a restart brings the server that was there before. An empty file is as good as none, and
  // can be written into a container that has ended.
  const asHeld = held.map(({ path, content }) => ({ path, content: content ?? Buffer.alloc(0) }))
  await scene.registerUndo({ verb: 'restart', container: server.containerId }, `restart ${server.name}`)
  await scene.registerUndo(writeBack(server, asHeld, null), `let ${server.name} start as it did`)
  const content = Buffer.from(JSON.stringify({ ...before, 'working-set': settings }))
  await server.writeFiles([{ path: startBehaviourFile, content }])
}

async function keepFromNow(scene: Scene, server: Server, settings: Record<string, Json>): Promise<void> {
  const before = await behaviourOf(scene, server)
  await setBehaviour(scene, server, { ...before, 'working-set': settings })
}

interface Seen extends WitnessObservation {
  memory: { usedMb?: number; limitMb?: number; oomKills?: number; oomKilled?: boolean; exitCode?: number }
}

async function untilKilled(scene: Scene, server: Server, withinMs: number): Promise<Seen> {
  const limits = { withinMs, everyMs: 250, clock: scene.clock, signal: scene.signal }
  let usedMb = 0
  const killed = async () => {
    const seen = await look(scene, server)
    if (seen.present) return { ...seen, memory: { ...seen.memory, usedMb } }
    // Before it dies: afterwards the kernel has taken it back.
    usedMb = Math.max(usedMb, seen.memory.usedMb ?? 0)
    return undefined
  }
  return (await pollUntil(killed, limits)) ?? (await look(scene, server))
}

/** A container that outlives its program keeps the kernel's count; of one that has ended only the engine can tell. */
async function look(scene: Scene, server: Server): Promise<Seen> {
  const state = await server.state()
  const { running, exitCode, oomKilled, memoryLimit } = state
  const limitMb = memoryLimit === null ? {} : { limitMb: Math.round(memoryLimit / mebibyte) }
  if (!running) {
    const { death, because } = deathOf({ ...state, oomKills: null, said: [] })
    return { present: death === 'out of memory', because, memory: { ...limitMb, oomKilled, exitCode } }
  }
  const { address: host, port } = server
  const [{ usedBytes, oomKills }, door] = await Promise.all([
    scene.stack.cgroup(server.name).memory(),
    scene.stack.agent.reach({ host, port, timeoutMs: reachLimitMs }),
  ])
  const usedMb = usedBytes === null ? {} : { usedMb: Math.round(usedBytes / mebibyte) }
  const counted = oomKills === null ? 'no count of kills can be read' : `the kernel has killed ${oomKills} times in it`
  const because = `${server.name}: ${counted}, its door: ${door.because}`
  return {
    present: !door.reachable && (oomKills ?? 0) > 0,
    because,
    memory: { ...limitMb, ...usedMb, ...(oomKills === null ? {} : { oomKills }) },
  }
}
