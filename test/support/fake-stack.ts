import type { Clock } from '../../src/kit/clock.ts'
import type { Json } from '../../src/kit/json.ts'
import type { StackSnapshot } from '../../src/kit/stack-snapshot.ts'
import type { Undo } from '../../src/kit/undo.ts'
import type { Agent } from '../../src/protocol/agent-types.ts'
import type { PressAnswer, PressWish } from '../../src/protocol/press.ts'
import { descriptionOf } from '../../src/shop/define.ts'
import { shopOf } from '../../src/shop/measures.ts'
import { stackSpec } from '../../src/shop/stack-spec.ts'
import { type Vantage, vantageOf } from '../../src/stack/beside/vantage.ts'
import { prometheusOf } from '../../src/stack/prometheus.ts'
import type { Release } from '../../src/stack/release.ts'
import { releaseHistory } from '../../src/stack/release-history.ts'
import type { Hearer, Scene, Surge } from '../../src/stack/scene.ts'
import { proxyOf, serversOf } from '../../src/stack/server.ts'
import type { Cgroup, Role, Service, ServiceChange, Stack } from '../../src/stack/types.ts'
import { noAnswer } from './fake-interposers.ts'
import { calmPerS, FakeProxy, reviewedFiles } from './fake-proxy.ts'
import { fakeService } from './fake-service.ts'
import { quickClock } from './quick-clock.ts'

export interface FakeStack extends Stack {
  readonly proxies: Map<string, FakeProxy>
  /** Names of backends that answer nothing. */
  readonly dead: Set<string>
  readonly replaced: { name: string; change: ServiceChange }[]
  /** How services differ from what is specified, by name. */
  readonly drifted: Map<string, string[]>
  /** What a press is answered: by default ten good requests a second and connection, none from the dead. */
  onPress: (wish: PressWish) => PressAnswer
  /** What Prometheus answers when it is asked for this path. */
  onMonitoring: (path: string) => string
  /** What the kernel counts, by service; of the others nothing. */
  readonly counted: Map<string, Partial<Cgroup>>
  /** What is seen and done from beside a service; of the others what its programs say. */
  readonly seen: Map<string, Partial<Vantage>>
}

/** Without some of its services: as small as a staging may be. */
export function fakeStack(
  without: readonly string[] = [],
  clock: Clock = quickClock(),
  measures: readonly string[] = [],
): FakeStack {
  const description = descriptionOf(shopOf(stackSpec.parse({ supervised: true }), measures))
  const { monitoring } = description
  if (!monitoring) throw new Error('the shop is watched over')
  const proxies = new Map([['proxy', new FakeProxy({ clock })]])
  const dead = new Set<string>()
  const replaced: FakeStack['replaced'] = []
  const services: Service[] = []
  const add = (name: string, role: Role) => {
    const made = fakeService({ name, role, dead }, proxies.get(name))
    services.push(made)
    return made
  }
  add('proxy', 'proxy')
  const shop: [string, Role][] = [
    ['web-1', 'web'],
    ['web-2', 'web'],
    ['api-1', 'api'],
    ['api-2', 'api'],
    ['database', 'database'],
  ]
  for (const [name, role] of shop) if (!without.includes(name)) add(name, role)
  for (const name of without) dead.add(name)
  for (const name of without) proxies.get('proxy')?.forget(name)
  const find = (name: string) => {
    const found = services.find((one) => one.name === name)
    if (!found) throw new Error(`no service ${name}`)
    return found
  }
  const stack: FakeStack = {
    description,
    // Whoever wraps the agent or a service of the fake is asked.
    proxy: (name = 'proxy') => proxyOf(stack.agent, stack.service(name), description),
    servers: (upstream) => {
      const wrapped = services.map(({ name }) => stack.service(name))
      return serversOf({ agent: stack.agent, description, services: wrapped }, upstream)
    },
    get database() {
      return services.find(({ role }) => role === 'database')
    },
    get prometheus() {
      return prometheusOf(stack.agent, monitoring)
    },
    counted: new Map(),
    cgroup: (name) => ({ ...fakeCgroup(name), ...stack.counted.get(name) }),
    seen: new Map(),
    inside: (name) => ({ ...vantageOf((...asked) => stack.service(name).exec(...asked)), ...stack.seen.get(name) }),
    runId: 'fake',
    entry: 'http://127.0.0.1:1',
    proxies,
    dead,
    replaced,
    services,
    agent: fakeAgent(proxies, { dead, replaced, ask: (path) => stack.onMonitoring(path) }, (wish) =>
      stack.onPress(wish),
    ),
    onMonitoring: () => '{}',
    onPress: (wish) => fakePress(wish, dead),
    streams: { logs: () => undefined, resources: () => undefined, events: () => undefined },
    service: find,
    byRole: (role) => services.filter((one) => one.role === role),
    addProxy: (name, { files, hash }) => {
      proxies.set(name, new FakeProxy({ files, release: hash, clock }))
      return Promise.resolve(add(name, 'proxy'))
    },
    addBackend: (role, number) => Promise.resolve(add(`${role}-${number}`, role)),
    replace: (name, change) => {
      replaced.push({ name, change })
      dead.delete(name)
      stack.drifted.delete(name)
      return Promise.resolve(find(name))
    },
    drifted: new Map(),
    drift: (name) => Promise.resolve(stack.drifted.get(name) ?? []),
    specifiedFiles: (name) => {
      return Promise.resolve(name === 'proxy' ? reviewedFiles() : [])
    },
    snapshot: () => Promise.resolve(fakeSnapshot(services)),
    beside: () => Promise.reject(new Error('nobody stands beside a fake')),
    refresh: () => Promise.resolve(),
    remove: (name) => {
      services.splice(services.indexOf(find(name)), 1)
      proxies.delete(name)
      return Promise.resolve()
    },
    tearDown: () => Promise.resolve(),
  }
  return stack
}

/** A container whose kernel tells nothing. */
function fakeCgroup(name: string): Cgroup {
  return {
    memory: () => Promise.resolve({ usedBytes: null, oomKills: null }),
    cpuMs: () => Promise.reject(new Error(`${name} tells no CPU time`)),
    cpuLimit: () => Promise.resolve(null),
    throttledMs: () => Promise.resolve(null),
  }
}

/** Everything as it is when nobody has touched it: what differs is which services there are. */
function fakeSnapshot(services: readonly Service[]): StackSnapshot {
  const same = { state: 'running', image: 'sha256:fake', program: null, configuration: null, serves: null } as const
  const more = { behaviour: null, memoryLimit: null, restart: 'no', env: {}, networks: ['internal'] }
  return { services: services.map(({ name, role }) => ({ name, role, ...same, ...more })), rules: null }
}

function fakePress({ host, connections, seconds }: PressWish, dead: Set<string>): PressAnswer {
  const requests = connections * seconds * 10
  const [ok, how] = dead.has(host) ? [0, 'ECONNREFUSED'] : [requests, '200']
  const latencyMs = { p50: 5, p95: 8, p99: 10, max: 12 }
  return { requests, ok, failed: requests - ok, byStatus: { [how]: requests }, latencyMs, tookMs: seconds * 1_000 }
}

interface FakeBackends extends Pick<FakeStack, 'dead' | 'replaced'> {
  ask: FakeStack['onMonitoring']
}

function fakeAgent(
  proxies: Map<string, FakeProxy>,
  { dead, replaced, ask }: FakeBackends,
  onPress: FakeStack['onPress'],
): Agent {
  const answer = (status: number, body = '') => Promise.resolve({ status, headers: {}, body, ms: 1 })
  return {
    forward: ({ host, port, path, headers }) => {
      const proxy = proxies.get(host)
      if (proxy && dead.has(host)) return Promise.reject(new Error('no answer'))
      if (proxy && path === '/stub_status') return answer(200, proxy.stubStatus())
      if (proxy && port === 8081) return answer(200, `${proxy.hash()}\n`)
      if (proxy) {
        const status = proxy.status(path, headers?.['x-user-id'])
        return answer(status === 200 && path.startsWith('/api/') && dead.has('database') ? 503 : status)
      }
      if (host === 'monitoring') return answer(200, ask(path))
      if (dead.has(host)) return Promise.reject(new Error('no answer'))
      const image = replaced.findLast(({ name }) => name === host)?.change.image
      const release = image === 'backend-next' ? '1.9.0' : '1.8.2'
      return answer(200, path === '/healthz' ? JSON.stringify({ healthy: true, release }) : '')
    },
    reach: ({ host, port }) => {
      const reachable = port === 8080 && !dead.has(host)
      return Promise.resolve({ reachable, ms: 1, because: reachable ? 'connected' : 'ECONNREFUSED' })
    },
    talk: () => Promise.resolve(noAnswer('ECONNREFUSED')),
    press: (wish) => Promise.resolve(onPress(wish)),
    pushResources: () => Promise.resolve(),
    pushAccessLines: () => Promise.resolve(),
    pushConfiguration: () => Promise.resolve(),
    events: async function* () {},
  }
}

export interface FakeScene extends Scene {
  readonly stack: FakeStack
  readonly promised: { undo: Undo; why: string; filesThen: Json }[]
  /** How often a change was told to be live, to whoever is given `hearer`. */
  lives: number
  readonly hearer: Hearer
  /** What is in `releases`, in its order. */
  readonly tried: Release[]
  /** Surges that were begun, and whether they have ended. */
  readonly surges: { surge: Surge; ended: boolean }[]
}

/** A scene on a fake stack and a quick clock; promises are kept with what the proxy's upstreams held at that moment. */
export function fakeScene(measures: readonly string[] = []): FakeScene {
  const clock = quickClock()
  const stack = fakeStack([], clock, measures)
  const tried: Release[] = []
  const scene: FakeScene = {
    endFault: () => Promise.resolve(undefined),
    stack,
    measures: new Set(measures),
    clock,
    signal: new AbortController().signal,
    promised: [],
    lives: 0,
    surges: [],
    tried,
    releases: releaseHistory(tried),
    registerUndo: (undo, why) => {
      const now = stack.proxies.get('proxy')?.disk.get('/etc/nginx/conf.d/upstreams.conf')?.toString() ?? null
      scene.promised.push({ undo, why, filesThen: now })
      return Promise.resolve()
    },
    surge: (surge) => {
      const begun = { surge, ended: false }
      scene.surges.push(begun)
      const proxy = stack.proxies.get('proxy')
      proxy?.knock((surge.users?.ratePerS ?? calmPerS) + (surge.pressure?.ratePerS ?? 0))
      const end = () => {
        begun.ended = true
        proxy?.knock(calmPerS)
        return Promise.resolve()
      }
      return Promise.resolve({ end })
    },
    hearer: {
      onLive: () => {
        scene.lives += 1
        return Promise.resolve()
      },
    },
  }
  return scene
}
