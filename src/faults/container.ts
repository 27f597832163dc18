import { z } from 'zod'
import { allEnded } from '../kit/all-ended.ts'
import { pollUntil } from '../kit/clock.ts'
import { agentName, replaceService, type Scene, type Service, type ServiceState } from '../stack/index.ts'
import { defineFault, type Injection, observationOfAll, type WitnessObservation } from './fault.ts'

const reachLimitMs = 800
const askLimitMs = 1_000
const goneLimitMs = 8_000
const comeBackMs = 1_500
const downMs = 1

const ways = ['stop', 'kill', 'pause', 'restart', 'recreate'] as const
type How = (typeof ways)[number]

/** How a container was before. */
interface Before {
  readonly containerId: string
  readonly address: string
  readonly startedAt: string
  readonly ports: readonly number[]
  /** What it has done since by itself; empty: nothing. */
  cameBack: string
  /** Its end is over: what it came back to is how it is. */
  over: boolean
}

/** What happens to containers all the time, of any service and in any image. */
export const containerFault = defineFault({
  kind: 'container',
  about: "Stops, kills, pauses or restarts a service's container, or puts another at a new address in its place.",
  fields: {
    /**
     * `stop`: SIGTERM, and SIGKILL after 5 s. `kill`: SIGKILL at once. `pause`: its processes stand still, and the
     * kernel goes on to accept connections. `restart`: stopped and started, until it is ready again. `recreate`:
     * another container of the same definition and names, at a new address.
     */
    how: z.enum(ways),
    service: z.string(),
    /** Others to which the same happens at the same time. */
    also: z.array(z.string()).optional(),
  },
  refuse: ({ service, also = [] }) => {
    const isOurs = [service, ...also].includes(agentName)
    return isOurs ? [{ path: 'service', value: agentName, what: 'is our own hand: without it nothing is seen' }] : []
  },
  make: ({ how, service, also = [] }) => {
    const all = [...new Set([service, ...also])].map((name) => faultOf(how, name))
    const name = "the engine's state of it, beside connections from inside to where it listened"
    return {
      inject: async (scene) => together(await allEnded(all.map(({ inject }) => inject(scene)))),
      witness: { name, see: async (scene) => observationOfAll(await Promise.all(all.map(({ see }) => see(scene)))) },
    }
  },
})

/** What happens to one of them. */
function faultOf(how: How, name: string) {
  let before: Before | undefined
  return {
    inject: async (scene: Scene): Promise<Injection> => {
      const service = scene.stack.service(name)
      const { startedAt, running } = await service.state()
      if (!running) return rejected(`${name} did not run before`)
      const { containerId, address } = service
      const ports = await portsOf(scene, service)
      before = { containerId, address, startedAt, ports, cameBack: '', over: false }
      return await deeds[how](scene, service, before)
    },
    see: (scene: Scene) => look(scene, scene.stack.service(name), how, before),
  }
}

/** It is in force where it is for all of them, and over when the last of them is over. */
function together(all: readonly Injection[]): Injection {
  const [first] = all
  if (first && all.length === 1) return first
  const open = all.filter(({ outcome }) => outcome !== 'in-force')
  if (open.length > 0) return rejected(open.map(({ because }) => because).join('; '))
  const lasting = all.flatMap(({ lasts }) => lasts ?? [])
  const end = async () => void (await allEnded(lasting.map((one) => one.end())))
  const because = all.map((one) => one.because).join('; ')
  const evidence = { all: all.map((one) => one.evidence) }
  return inForce(because, evidence, lasting.length > 0 ? { ms: downMs, end } : undefined)
}

const rejected = (because: string): Injection => ({ outcome: 'rejected', because, acts: [], evidence: {} })

/** Where it serves, as far as that is described; of the others where their kernel says that they listen. */
async function portsOf({ stack }: Scene, { name }: Service): Promise<readonly number[]> {
  const server = stack.servers().find((one) => one.name === name)
  if (server) return [server.port]
  if (stack.proxy().name === name) return [stack.proxy().port]
  return (await stack.inside(name).ports()).slice(0, 3)
}

type Deed = (scene: Scene, service: Service, before: Before) => Promise<Injection>

const ended =
  (endIt: (service: Service) => Promise<void>, { byHand = false } = {}): Deed =>
  async (scene, service, before) => {
    const { name, containerId: container } = service
    await scene.registerUndo({ verb: 'start', container }, `start ${name}`)
    const began = scene.clock.now()
    await endIt(service)
    const state = await untilEnded(scene, service, before)
    if (!state) return rejected(`${name} still runs`)
    const tookMs = Math.round(scene.clock.now() - began)
    const { exitCode, restartPolicy } = state
    const policy = byHand ? '' : await policyWords(scene, service, before, restartPolicy)
    const because = `${name} ended with exit code ${exitCode} after ${tookMs} ms${policy}`
    const evidence = { service: name, exitCode, tookMs, restartPolicy, cameBack: before.cameBack }
    if (before.cameBack === '') return inForce(because, evidence)
    const end = () => {
      before.over = true
      return Promise.resolve()
    }
    return inForce(because, evidence, { ms: downMs, end })
  }

async function untilEnded(scene: Scene, service: Service, before: Before): Promise<ServiceState | undefined> {
  const hasEnded = async () => {
    const state = await service.state()
    return state.running && state.startedAt === before.startedAt ? undefined : state
  }
  return await pollUntil(hasEnded, { withinMs: goneLimitMs, everyMs: 50, clock: scene.clock, signal: scene.signal })
}

/** Some engines take a kill for a stop by hand, and leave it so; others do what the policy says. */
async function policyWords(scene: Scene, service: Service, before: Before, policy: string): Promise<string> {
  if (policy === 'no') return ''
  const began = scene.clock.now()
  const isBack = async () => ((await service.state()).running ? true : undefined)
  const limits = { withinMs: comeBackMs, everyMs: 50, clock: scene.clock, signal: scene.signal }
  const words = `; its restart policy is '${policy}'`
  if (!(await pollUntil(isBack, limits))) return `${words}, by which the engine does not act: we ended it by hand`
  before.cameBack = `the engine started it again by itself within ${Math.round(scene.clock.now() - began)} ms`
  return `${words}, and ${before.cameBack}`
}

const inForce = (because: string, evidence: Injection['evidence'], lasts?: Injection['lasts']): Injection => {
  return { outcome: 'in-force', because, acts: [], evidence, ...(lasts ? { lasts } : {}) }
}

const deeds: Readonly<Record<How, Deed>> = {
  // No policy of any engine starts again what was stopped by hand.
  stop: ended((service) => service.stop(), { byHand: true }),
  kill: ended((service) => service.signal('KILL')),
  pause: async (scene, service) => {
    const { name, containerId: container } = service
    await scene.registerUndo({ verb: 'unpause', container }, `wake ${name}`)
    await service.pause()
    return inForce(`the processes of ${name} stand still`, { service: name })
  },
  restart: async (scene, service, before) => {
    const stopped = await deeds.stop(scene, service, before)
    if (stopped.outcome !== 'in-force') return stopped
    const because = `${stopped.because}; it is started again once that is seen`
    // One that is back already was started by its policy: then there is nothing left to start.
    const end = async () => {
      if (!(await service.state()).running) await service.start()
      before.over = true
    }
    return inForce(because, stopped.evidence, { ms: downMs, end })
  },
  recreate: async (scene, { name, address: was }) => {
    const { address: is } = await replaceService(scene, name, { elsewhere: true })
    const because = `another container stands for ${name}, at ${is}; it was at ${was}`
    const note = 'a proxy that looks names up only as it starts goes on to ask at the old address until it is told'
    return is === was ? rejected(`${name} has the address ${was} again`) : inForce(`${because}: ${note}`, { was, is })
  },
}

async function look(scene: Scene, service: Service, how: How, before: Before | undefined): Promise<WitnessObservation> {
  const state = await service.state()
  if (how === 'recreate') return await lookElsewhere(scene, service, state, before)
  if (how === 'pause') return await lookPaused(scene, service, state)
  const knocks = await Promise.all((before?.ports ?? []).map((port) => knock(scene, service.address, port)))
  const words = [`${service.name} ${runningWords(state)}`, ...knocks.map(({ words: said }) => said)].join('; ')
  const isOther = before !== undefined && !before.over && before.cameBack !== '' && state.startedAt !== before.startedAt
  if (isOther) return { present: true, because: `${words}: it ended, and ${before.cameBack}` }
  return { present: !state.running && knocks.every(({ reachable }) => !reachable), because: words }
}

function runningWords({ running, paused, exitCode, startedAt }: ServiceState): string {
  if (paused) return 'stands still'
  return running ? `runs since ${startedAt}` : `does not run (exit code ${exitCode})`
}

async function knock({ stack }: Scene, host: string, port: number) {
  const { reachable, because } = await stack.agent.reach({ host, port, timeoutMs: reachLimitMs })
  return { reachable, words: `port ${port} at ${host}: ${because}` }
}

/** Its own kernel accepts connections for it, and no program answers. */
async function lookPaused({ stack }: Scene, service: Service, state: ServiceState): Promise<WitnessObservation> {
  const words = `${service.name} ${runningWords(state)}`
  const server = stack.servers().find(({ name }) => name === service.name)
  const asked = server ?? (stack.proxy().name === service.name ? stack.proxy() : undefined)
  if (!asked || !state.paused) return { present: state.paused, because: words }
  const { status, because } = await asked.ask(server?.health ?? '/', { timeoutMs: askLimitMs, byAddress: true })
  return { present: status === null, because: `${words}; asked at port ${asked.port}: ${because}` }
}

async function lookElsewhere(
  scene: Scene,
  { name, containerId, address }: Service,
  state: ServiceState,
  before: Before | undefined,
): Promise<WitnessObservation> {
  if (before === undefined || containerId === before.containerId) {
    return { present: false, because: `${name} is the container at ${address}` }
  }
  const looks = before.ports.map((port) => [knock(scene, before.address, port), knock(scene, address, port)] as const)
  const [old, own] = await Promise.all([0, 1].map((at) => Promise.all(looks.map((pair) => pair[at === 0 ? 0 : 1]))))
  const present = state.running && address !== before.address && !old?.some(({ reachable }) => reachable)
  const words = [...(old ?? []), ...(own ?? [])].map((one) => one.words).join('; ')
  return {
    present: present && (own ?? []).every(({ reachable }) => reachable),
    because: `${name} is another container: ${words}`,
  }
}
