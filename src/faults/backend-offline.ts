import { z } from 'zod'
import { timingsOf, timingWords } from '../deploy/index.ts'
import { allEnded } from '../kit/all-ended.ts'
import { pollUntil } from '../kit/clock.ts'
import {
  addBehaviour,
  type Capability,
  listensOn,
  type Scene,
  type Server,
  type Service,
  sameServers,
  theseServers,
  whichServers,
} from '../stack/index.ts'
import { defineFault, type Injection, observationOfAll } from './fault.ts'

type How = 'process' | 'port' | 'container'

const reachLimitMs = 800
const goneLimitMs = 5_000
const timedRequests = 4

/** Servers that are not there for the proxy, in three ways that it takes differently long to notice. */
export const backendOffline = defineFault({
  kind: 'backend-offline',
  about: 'Takes servers offline: their process ends, their port is closed, or their container is stopped.',
  fields: {
    /**
     * `process`: killed, the container and its address stay (needs `stack.supervised`): refused at once. `port`: not
     * listened at any more, open connections live on and are served. `container`: stopped: nobody has its address.
     */
    how: z.enum(['process', 'port', 'container']),
    ...whichServers,
  },
  needs: ({ how }) => neededFor[how],
  make: ({ how, ...which }) => {
    const meant = sameServers(which)
    return {
      inject: async (scene) => {
        const servers = theseServers(scene.stack, which)
        const unfit = how === 'process' ? await unsupervised(scene, servers) : undefined
        if (unfit !== undefined) return rejected(unfit)
        await allEnded(servers.map((server) => takeOff[how](scene, server)))
        const seen = await untilGone(scene, servers, how)
        if (seen.some(({ there }) => there)) return rejected(wordsOf(seen))
        const timings = await timingsOf(scene, which.role, timedRequests)
        const evidence = { how, servers: seen.map(({ words }) => words), throughProxy: timings.map(timingWords) }
        return { outcome: 'in-force', because: wordsOf(seen), acts: [], evidence }
      },
      witness: {
        name: 'connection attempts from inside, past the proxy',
        see: async (scene) => {
          const seen = await Promise.all(meant(scene.stack).map((server) => look(scene, server, how)))
          return observationOfAll(seen.map(({ there, words }) => ({ present: !there, because: words })))
        },
      },
    }
  },
})

const neededFor: Record<How, readonly Capability[]> = {
  process: ['supervised'],
  port: ['scriptable'],
  container: [],
}

const rejected = (because: string): Injection => ({ outcome: 'rejected', because, acts: [], evidence: {} })

const takeOff: Record<How, (scene: Scene, server: Server) => Promise<void>> = {
  process: async (scene, server) => {
    await scene.registerUndo({ verb: 'restart', container: server.containerId }, `restart ${server.name}`)
    // What the container's first process has started: it itself outlives it.
    await scene.stack.inside(server.name).killProgram()
  },
  port: (scene, server) => addBehaviour(scene, server, { 'closed-port': { connections: 'keep' } }),
  container: async (scene, server) => {
    await scene.registerUndo({ verb: 'start', container: server.containerId }, `start ${server.name}`)
    await server.stop()
  },
}

/** Which of them would take its container with it, for its process is the container's first one. */
async function unsupervised({ stack }: Scene, servers: readonly Service[]): Promise<string | undefined> {
  const program = stack.description.can.supervised?.program
  for (const server of servers) {
    const all = await server.processes()
    const first = all.find(({ parent }) => !all.some(({ pid }) => pid === parent))
    if (program !== undefined && first?.program === program) continue
    return `the process of ${server.name} is its container's first one: ask for stack.supervised`
  }
  return undefined
}

interface Seen {
  there: boolean
  words: string
}

async function untilGone(scene: Scene, servers: readonly Server[], how: How): Promise<Seen[]> {
  const lookAtAll = () => Promise.all(servers.map((server) => look(scene, server, how)))
  const allGone = async () => {
    const seen = await lookAtAll()
    return seen.every(({ there }) => !there) ? seen : undefined
  }
  const limits = { withinMs: goneLimitMs, everyMs: 50, clock: scene.clock, signal: scene.signal }
  return (await pollUntil(allGone, limits)) ?? (await lookAtAll())
}

/**
 * Who is offline in this very way. A closed port is told from a dead process by the control port, and from a packet
 * filter by the server's own kernel; a stopped container by what the network answers: nobody there, and no refusal.
 */
async function look({ stack }: Scene, server: Server, how: How): Promise<Seen> {
  const { name, address, port } = server
  const { scriptable } = stack.description.can
  const knock = (at: number) => stack.agent.reach({ host: address, port: at, timeoutMs: reachLimitMs })
  const [site, control] = await Promise.all([knock(port), scriptable && knock(scriptable.port)])
  const refused = site.because === 'ECONNREFUSED'
  const gone = {
    process: refused && control?.because === 'ECONNREFUSED',
    port: refused && control?.reachable === true && !(await listensOn(stack, server, port)),
    container: !site.reachable && !refused,
  }
  const beside = control ? ` (control port: ${control.because})` : ''
  const words = `${name}: ${site.because} after ${Math.round(site.ms)} ms${beside}`
  return { there: !gone[how], words }
}

const wordsOf = (seen: readonly Seen[]) => seen.map(({ words }) => words).join('; ')
