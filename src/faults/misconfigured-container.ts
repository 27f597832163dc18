import { z } from 'zod'
import { killedCode } from '../engine/index.ts'
import { allEnded } from '../kit/all-ended.ts'
import { pollUntil } from '../kit/clock.ts'
import { ownOf } from '../kit/own.ts'
import {
  type Answer,
  listensOn,
  replaceService,
  type Scene,
  type Server,
  type ServiceChange,
  type StackDescription,
  sameServers,
  theseServers,
  whichServers,
} from '../stack/index.ts'
import { defineFault, type Injection, observationOfAll, type WitnessObservation } from './fault.ts'

/** Nobody asks there. */
const wrongPort = 8088
const askLimitMs = 2_500
/** More than it takes to find out that nobody has a name. */
const reachLimitMs = 1_400
const goneLimitMs = 500
const seenLimitMs = 5_000

/** Where a server tells how it is that nobody asks there. */
const otherHealth = '/health'

const unknownName: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN']

interface Mistake {
  change(server: Server, description: StackDescription): ServiceChange
  /** What differs from outside, past the proxy and past what was asked for. */
  look(scene: Scene, server: Server): Promise<WitnessObservation>
}

const mistakes = {
  /** Listens elsewhere than the proxy asks: refused, in a container that runs and says that it is ready. */
  'wrong-port': {
    change: () => ({ env: { SITE_PORT: String(wrongPort) } }),
    look: async (scene, server) => {
      const site = await reach(scene, server, server.address)
      const elsewhere = await listensOn(scene.stack, server, wrongPort)
      const because = `port ${server.port}: ${site}; it ${elsewhere ? 'listens' : 'does not listen'} on ${wrongPort}`
      return { present: site === 'ECONNREFUSED' && elsewhere, because }
    },
  },
  /** Not found by its name. Nginx goes on with the address it has, until it is restarted or told to read its files. */
  'wrong-name': {
    change: ({ name }) => ({ alias: name.replace('-', '_') }),
    look: async (scene, server) => {
      const asked = [server.name, server.address].map((host) => reach(scene, server, host))
      const [byName, byAddress] = await Promise.all(asked)
      const because = `asked by its name: ${byName}, by its address: ${byAddress}`
      // Refused by a name that is known is a server that was just starting.
      return { present: unknownName.includes(byName ?? '') && byAddress === 'connected', because }
    },
  },
  /** Ends with a message as soon as it is started. */
  'fails-to-start': {
    // Its own program is the container's first process, so that the container ends with it.
    change: ({ role }, { can }) => ({
      env: { ROLE: `${role}s` },
      ...(can.scriptable ? { entrypoint: can.scriptable.program } : {}),
      awaited: false,
    }),
    look: async (scene, server) => {
      const { running, exitCode, restartCount } = await server.state()
      const site = await reach(scene, server, server.address, goneLimitMs)
      const ended = (!running || restartCount > 0) && exitCode !== 0
      return { present: ended && site !== 'connected', because: `exit code ${exitCode}; port ${server.port}: ${site}` }
    },
  },
  /** Its pages work, its health check is asked at a path that it does not know: only who watches is misled. */
  'failing-health-check': {
    change: () => ({ env: { HEALTH_PATH: otherHealth } }),
    look: illButServing,
  },
  /** The same where somebody kills what is ill, and the engine starts it again: its pages come and go. */
  'failing-liveness': {
    change: ({ health }, { can }) => ({
      env: { HEALTH_PATH: otherHealth, LIVENESS_PATH: health, LIVENESS_FAILURES: '1' },
      ...(can.scriptable ? { entrypoint: [can.scriptable.supervisor, ...can.scriptable.program] } : {}),
      restart: 'always',
      awaited: false,
    }),
    look: async (scene, server) => {
      const { present, because } = await illButServing(scene, server)
      // Killed, and not started again yet, it is down and nothing of this has been counted.
      const { running, exitCode, restartCount } = await server.state()
      const killed = restartCount > 0 || (!running && exitCode === killedCode)
      return { present: present || killed, because: `${because}; started again ${restartCount} times` }
    },
  },
  /** Of servers with a database only: without its address they look for one beside themselves, and say 503. */
  'no-environment': {
    change: () => ({ env: { DATABASE_URL: '' } }),
    look: async (scene, server) => {
      const path = databasePathOf(scene, server.upstream) ?? server.health
      const health = await status(server, path)
      const environment = await scene.stack.inside(server.name).environment()
      const isSet = (environment.get('DATABASE_URL') ?? '') !== ''
      const because = `${path}: ${health}; DATABASE_URL is ${isSet ? 'set' : 'not set'}`
      return { present: health === '503' && environment.size > 0 && !isSet, because }
    },
  },
} as const satisfies Record<string, Mistake>

function databasePathOf({ stack }: Scene, group: string): string | undefined {
  return ownOf(stack.description.upstreams, group)?.database
}

type What = keyof typeof mistakes
const names = Object.keys(mistakes) as [What, ...What[]]

/** Servers whose container was made with something wrong. Starting it again makes nothing better. */
export const misconfiguredContainer = defineFault({
  kind: 'misconfigured-container',
  about: 'Replaces servers by containers with a mistake: port, name, start, health check or environment.',
  fields: { what: z.enum(names), ...whichServers },
  needs: ['scriptable'],
  make: ({ what, ...which }) => {
    const meant = sameServers(which)
    return {
      inject: async (scene) => {
        const servers = theseServers(scene.stack, which)
        if (what === 'no-environment' && databasePathOf(scene, which.role) === undefined) {
          const because = `${which.role} servers have no database to lose`
          return { outcome: 'rejected', because, acts: [], evidence: {} }
        }
        const mistake: Mistake = mistakes[what]
        const changes = servers.map((server) => ({
          name: server.name,
          change: mistake.change(server, scene.stack.description),
        }))
        await allEnded(changes.map(({ name, change }) => replaceService(scene, name, change)))
        return await seen(scene, what, changes)
      },
      witness: {
        name: 'each server asked past the proxy, and the state of its container',
        see: async (scene) => {
          return observationOfAll(await lookAtAll(scene, what, meant(scene.stack)))
        },
      },
    }
  },
})

/** A mistake may need a moment until it shows. */
async function seen(scene: Scene, what: What, changes: { name: string; change: ServiceChange }[]): Promise<Injection> {
  const replaced = () => scene.stack.servers().filter((one) => changes.some(({ name }) => name === one.name))
  const all = async () => {
    const observations = await lookAtAll(scene, what, replaced())
    return observations.every(({ present }) => present) ? observations : undefined
  }
  const limits = { withinMs: seenLimitMs, everyMs: 100, clock: scene.clock, signal: scene.signal }
  const shown = await pollUntil(all, limits)
  const because = wordsOf(shown ?? (await lookAtAll(scene, what, replaced())))
  const evidence = { what, servers: changes.map(({ name }) => name), env: changes[0]?.change.env ?? {} }
  return { outcome: shown ? 'in-force' : 'rejected', because, acts: [], evidence }
}

async function lookAtAll(scene: Scene, what: What, servers: readonly Server[]): Promise<WitnessObservation[]> {
  return await Promise.all(
    servers.map(async (server) => {
      const { present, because } = await mistakes[what].look(scene, server)
      return { present, because: `${server.name}: ${because}` }
    }),
  )
}

const wordsOf = (observations: readonly WitnessObservation[]) => observations.map(({ because }) => because).join('; ')

async function illButServing(_scene: Scene, server: Server): Promise<WitnessObservation> {
  const page = await status(server, server.page)
  const health = await status(server, server.health)
  return { present: page === '200' && health === '404', because: `its pages: ${page}, its health check: ${health}` }
}

async function reach({ stack }: Scene, { port }: Server, host: string, timeoutMs = reachLimitMs): Promise<string> {
  return (await stack.agent.reach({ host, port, timeoutMs })).because
}

async function status(server: Server, path: string): Promise<string> {
  return said(await server.ask(path, { timeoutMs: askLimitMs, byAddress: true }))
}

const said = ({ status: answered }: Answer) => (answered === null ? 'no answer' : String(answered))
