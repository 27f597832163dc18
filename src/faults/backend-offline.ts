import { z } from 'zod'
import { timingsOf, timingWords } from '../deploy/index.ts'
import { allEnded } from '../kit/all-ended.ts'
import { pollUntil } from '../kit/clock.ts'
import { ports } from '../protocol/index.ts'
import { addBehaviour, sameServers, serversOf, whichServers } from '../shop/index.ts'
import { listensOn, type Scene, type Service } from '../stack/index.ts'
import { defineFault, type Injection, sightingOfAll } from './fault.ts'

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
  make: ({ how, ...which }) => {
    const meant = sameServers(which)
    return {
      inject: async (scene) => {
        const servers = serversOf(scene.stack, which)
        const unfit = how === 'process' ? await unsupervised(servers) : undefined
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
          return sightingOfAll(seen.map(({ there, words }) => ({ present: !there, because: words })))
        },
      },
    }
  },
})

const rejected = (because: string): Injection => ({ outcome: 'rejected', because, acts: [], evidence: {} })

const takeOff: Record<How, (scene: Scene, server: Service) => Promise<void>> = {
  process: async (scene, server) => {
    await scene.promise({ verb: 'restart', container: server.containerId }, `restart ${server.name}`)
    // Everything but the container's first process, which no signal from inside can kill.
    await server.exec(['bash', '-c', 'kill -KILL -1'])
  },
  port: (scene, server) => addBehaviour(scene, server, { 'closed-port': { connections: 'keep' } }),
  container: async (scene, server) => {
    await scene.promise({ verb: 'start', container: server.containerId }, `start ${server.name}`)
    await server.stop()
  },
}

/** Which of them would take its container with it, for its process is the container's first one. */
async function unsupervised(servers: readonly Service[]): Promise<string | undefined> {
  for (const server of servers) {
    const { output } = await server.exec(['cat', '/proc/1/comm'])
    if (output.trim() === 'supervise') continue
    return `the process of ${server.name} is its container's first one: ask for stack.supervised`
  }
  return undefined
}

interface Seen {
  there: boolean
  words: string
}

async function untilGone(scene: Scene, servers: readonly Service[], how: How): Promise<Seen[]> {
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
async function look({ stack }: Scene, server: Service, how: How): Promise<Seen> {
  const { name, address } = server
  const knock = (port: number) => stack.agent.reach({ host: address, port, timeoutMs: reachLimitMs })
  const [site, control] = await Promise.all([knock(ports.site), knock(ports.backendControl)])
  const refused = site.because === 'ECONNREFUSED'
  const gone = {
    process: refused && control.because === 'ECONNREFUSED',
    port: refused && control.reachable && !(await listensOn(server, ports.site)),
    container: !site.reachable && !refused,
  }
  const words = `${name}: ${site.because} after ${Math.round(site.ms)} ms (control port: ${control.because})`
  return { there: !gone[how], words }
}

const wordsOf = (seen: readonly Seen[]) => seen.map(({ words }) => words).join('; ')
