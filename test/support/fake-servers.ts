import type { Json } from '../../src/kit/json.ts'
import type { Undo } from '../../src/kit/undo.ts'
import { ports } from '../../src/protocol/ports.ts'
import type { Vantage } from '../../src/stack/beside/vantage.ts'
import type { Scene } from '../../src/stack/scene.ts'
import type { Cgroup, Service, ServiceChange } from '../../src/stack/types.ts'
import { FakeSidecars } from './fake-sidecars.ts'
import { type FakeScene, fakeScene } from './fake-stack.ts'
import { loggedBy, undoFiles } from './fake-traps.ts'

type Behaviour = Record<string, Record<string, Json>>

const usedBytes = 40 * 2 ** 20

/** A web or api server in memory, as far as faults can harm it: what it answers follows from how it stands. */
export class FakeServer {
  readonly name: string
  readonly containerId: string
  readonly change: ServiceChange
  running = true
  paused = false
  /** The process below the supervisor. */
  app = true
  supervised = true
  memoryLimit = 256 * 1024 * 1024
  oomKills = 0
  cpuLimit = { nanoCpus: 0, quota: 0, period: 0 }
  /** How often it was started. */
  starts = 1
  behaviour: Behaviour = {}
  /** What its packet filter does. */
  filter: string | null = null

  constructor(name: string, containerId: string, change: ServiceChange = {}) {
    this.name = name
    this.containerId = containerId
    this.change = change
    if (change.env?.['ROLE'] !== undefined) this.running = false
  }

  begin(): void {
    this.starts += 1
    this.running = true
    this.paused = false
    this.app = true
    this.oomKills = 0
    this.behaviour = {}
    this.filter = null
  }

  /** How a new connection to this port ends; `hidden` is what a filter of the one who connects does. */
  reach(port: number, hidden = this.filter): string {
    if (!this.running) return 'EHOSTUNREACH'
    if (hidden !== null && port === ports.site) return hidden.startsWith('drop') ? 'ETIMEDOUT' : 'ECONNREFUSED'
    return this.listens(port) ? 'connected' : 'ECONNREFUSED'
  }

  listens(port: number): boolean {
    const site = Number(this.change.env?.['SITE_PORT'] ?? ports.site)
    return this.app && (port === ports.backendControl || (port === site && !this.behaviour['closed-port']))
  }

  /** The kernel kills what does not fit. */
  limit(bytes: number): void {
    this.memoryLimit = bytes
    if (bytes >= usedBytes) return
    this.oomKills += 1
    this.app = false
  }

  /** Milliseconds of CPU that it has used by `nowMs`, burning as it does now. */
  cpuMs(nowMs: number): number {
    const { ms = 0, everyMs = 1 } = (this.behaviour['cpu-burn'] ?? {}) as { ms?: number; everyMs?: number }
    return nowMs * (0.01 + ms / everyMs)
  }

  /** Throws as the agent does when nothing whole is answered. */
  answer(port: number, path: string): { status: number; body: string; ms: number } {
    const reached = this.reach(port)
    if (reached !== 'connected') throw new Error(reached)
    if (this.paused) throw new Error('no answer within 1000 ms')
    if (port === ports.backendControl) return { status: 200, body: JSON.stringify(this.behaviour), ms: 1 }
    if (path === '/healthz') {
      const release = this.change.image === 'backend-next' ? '1.9.0' : '1.8.2'
      return { status: this.change.env?.['HEALTH_PATH'] ? 404 : 200, body: JSON.stringify({ release }), ms: 1 }
    }
    const { hang, status, latency } = this.behaviour
    if (hang) throw new Error('no answer within 1000 ms')
    if (path === '/health' && this.change.env?.['HEALTH_PATH']) return { status: 200, body: '', ms: 1 }
    const lost = this.change.env?.['DATABASE_URL'] === '' && path.startsWith('/api/')
    return { status: Number(status?.['code'] ?? (lost ? 503 : 200)), body: '', ms: Number(latency?.['ms'] ?? 1) }
  }
}

export interface ServerScene extends FakeScene {
  readonly servers: Map<string, FakeServer>
  /** Takes back what was promised, newest first. */
  undoAll(): { undo: Undo; why: string }[]
}

const idOf = (name: string, life: number) => Buffer.from(`${name}#${life}`).toString('hex').padEnd(12, '0')

/** A scene whose web and api servers can be harmed one by one. */
export function serverScene(measures: readonly string[] = []): ServerScene {
  const scene = fakeScene(measures)
  const { stack } = scene
  const servers = new Map<string, FakeServer>()
  const lives: FakeServer[] = []
  const live = (name: string, change?: ServiceChange) => {
    const made = new FakeServer(name, idOf(name, lives.length), change)
    lives.push(made)
    servers.set(name, made)
    return made
  }
  for (const { name, role } of stack.services) if (role === 'web' || role === 'api') live(name)
  const { service: find, byRole } = stack
  const wrapped = (service: Service) => {
    const server = servers.get(service.name)
    return server ? { ...service, ...verbsOf(server, service) } : service
  }
  stack.service = (name) => wrapped(find(name))
  stack.byRole = (role) => byRole(role).map(wrapped)
  const sidecars = new FakeSidecars(servers)
  stack.agent.talk = (wish) => sidecars.interposers.talk(wish.host.replace('address-of-', ''), wish)
  stack.beside = (name) => Promise.resolve(sidecars.start(name))
  const reach: Vantage['reach'] = ({ host, port }) => Promise.resolve(sidecars.reach(host, port))
  stack.replace = (name, change) => {
    stack.replaced.push({ name, change })
    const old = servers.get(name)
    if (old) old.running = false
    live(name, change)
    return Promise.resolve(stack.service(name))
  }
  const { addBackend } = stack
  stack.addBackend = async (role, number, change) => {
    const { name } = await addBackend(role, number, change)
    live(name, change)
    return stack.service(name)
  }
  const currentOf = (name: string) => servers.get(name) ?? fail(name)
  for (const { name } of stack.services) {
    if (servers.has(name))
      stack.seen.set(
        name,
        vantageAt(() => currentOf(name)),
      )
    const cpuMs = () => Promise.resolve(servers.get(name)?.cpuMs(scene.clock.now()) ?? 0)
    if (servers.has(name)) stack.counted.set(name, { cpuMs, ...limitsOf(() => currentOf(name)) })
  }
  stack.seen.set('proxy', { reach })
  const { inside } = stack
  stack.inside = (name) => {
    const found = inside(name)
    const exec: Vantage['exec'] = (argv, how) => {
      const told = sidecars.askedAmong(name, argv)
      return told ? Promise.resolve(told) : found.exec(argv, how)
    }
    return { ...found, exec }
  }
  askServers(scene, servers)
  const undoAll = () => {
    const undone = scene.promised.splice(0).reverse()
    for (const { undo } of undone) {
      if (sidecars.undo(undo) || undoFiles(undo, stack.proxies.get('proxy'))) continue
      const isOfProxy = undo.verb === 'restart' && undo.container === find('proxy').containerId
      if (isOfProxy) void find('proxy').restart()
      else undoOne(undo, lives, servers)
    }
    return undone
  }
  const endFault: Scene['endFault'] = () => Promise.resolve({ undone: undoAll(), failures: [], byItself: false })
  return { ...scene, servers, undoAll, endFault }
}

function verbsOf(server: FakeServer, { state }: Service): Partial<Service> {
  const done = (work: () => void) => {
    work()
    return Promise.resolve()
  }
  return {
    containerId: server.containerId,
    address: `address-of-${server.name}${server.change.elsewhere ? '-elsewhere' : ''}`,
    signal: (name) => done(() => (server.running &&= name !== 'KILL')),
    pause: () => done(() => (server.paused = true)),
    stop: () => done(() => (server.running = false)),
    start: () => done(() => server.begin()),
    state: async () => ({
      ...(await state()),
      running: server.running,
      paused: server.paused,
      exitCode: server.running ? 0 : 64,
      ...startOf(server),
    }),
    restart: () => done(() => server.begin()),
    limitMemory: (bytes) => done(() => server.limit(bytes)),
    limitCpu: (limit) => done(() => (server.cpuLimit = limit)),
    processes: () => Promise.resolve([{ pid: '1', parent: '0', program: server.supervised ? 'supervise' : 'node' }]),
  }
}

/** What the kernel of such a server says. */
function limitsOf(server: () => FakeServer): Partial<Cgroup> {
  return {
    memory: () => Promise.resolve({ usedBytes, oomKills: server().oomKills }),
    cpuLimit: () => {
      const { nanoCpus, quota, period } = server().cpuLimit
      return Promise.resolve(quota > 0 ? quota / period : nanoCpus / 1e9 || null)
    },
  }
}

function fail(name: string): never {
  throw new Error(`there is no server ${name}`)
}

/** What is seen and done from beside whoever stands for a server now. */
function vantageAt(server: () => FakeServer): Partial<Vantage> {
  return {
    listens: (port) => Promise.resolve(server().listens(port)),
    environment: () => {
      const url = server().change.env?.['DATABASE_URL'] ?? 'postgres://database'
      return Promise.resolve(new Map([['DATABASE_URL', url]]))
    },
    killProgram: () => {
      server().app = !server().supervised
      return Promise.resolve()
    },
  }
}

const startOf = ({ starts, memoryLimit, cpuLimit }: FakeServer) => ({
  startedAt: String(starts),
  memoryLimit,
  cpuLimit,
})

function askServers({ stack }: FakeScene, servers: Map<string, FakeServer>): void {
  const { forward } = stack.agent
  const logged: string[] = []
  stack.seen.set('proxy', { ...stack.seen.get('proxy'), lastLines: () => Promise.resolve([...logged]) })
  const named = (host: string) => {
    const server = standsAt(servers, host)
    if (!server && host.startsWith('address-of-')) return { server: undefined, renamed: false, gone: true }
    const known = !host.startsWith('address-of-') && server?.change.alias !== undefined ? undefined : server
    return { server: known, renamed: server !== known, gone: false }
  }
  stack.agent.reach = ({ host, port }) => {
    if (stack.dead.has('proxy') && host === stack.service('proxy').address) {
      return Promise.resolve({ reachable: false, ms: 1, because: 'EHOSTUNREACH' })
    }
    const { server, renamed, gone } = named(host)
    const because = gone ? 'EHOSTUNREACH' : renamed ? 'ENOTFOUND' : (server?.reach(port) ?? 'connected')
    return Promise.resolve({ reachable: because === 'connected', ms: 1, because })
  }
  stack.agent.forward = async (request) => {
    const { server, renamed } = named(request.host)
    if (renamed) throw new Error('ENOTFOUND')
    if (!server) {
      const answer = await forward(request)
      if (request.port !== ports.site) return answer
      const id = request.headers?.['x-request-id'] ?? ''
      const role = request.path.startsWith('/api/') ? 'api' : 'web'
      const behind = [...servers.values()].filter(({ name }) => name.startsWith(role))
      const isCutOff = behind.every((one) => one.reach(ports.site) !== 'connected')
      const answered = { id, role, status: isCutOff ? 502 : answer.status }
      const { status, line } = loggedBy(stack.proxies.get(request.host), answered)
      logged.push(line)
      return { ...answer, status }
    }
    if (request.method === 'PUT' && server.reach(request.port) === 'connected') {
      server.behaviour = request.body as Behaviour
    }
    return { headers: {}, ...server.answer(request.port, request.path) }
  }
}

/** Whoever stands for the name, if it is at that address or asked for by its name. */
function standsAt(servers: Map<string, FakeServer>, host: string): FakeServer | undefined {
  const name = host.replace('address-of-', '').replace('-elsewhere', '')
  const server = servers.get(name)
  const isThere = !host.startsWith('address-of-') || host.endsWith('-elsewhere') === (server?.change.elsewhere ?? false)
  return isThere ? server : undefined
}

function undoOne(undo: Undo, lives: FakeServer[], servers: Map<string, FakeServer>): void {
  const target = 'container' in undo ? lives.find(({ containerId }) => containerId === undo.container) : undefined
  if (!target) throw new Error(`the fake cannot ${undo.verb}`)
  if (undo.verb === 'remove-container') target.running = false
  else if (undo.verb === 'unpause') target.paused = false
  else if (undo.verb === 'start' || undo.verb === 'restart') {
    if (undo.verb === 'restart' || !target.running) target.begin()
    servers.set(target.name, target)
  } else if (undo.verb === 'set-memory') target.memoryLimit = undo.bytes
  else if (undo.verb === 'set-cpu') target.cpuLimit = undo
  else if (undo.verb === 'set-behaviour') {
    if (target.running) target.behaviour = JSON.parse(undo.behaviour) as Behaviour
  } else throw new Error(`the fake cannot ${undo.verb}`)
}
