import { realClock } from '../../src/kit/clock.ts'
import type { Json } from '../../src/kit/json.ts'
import type { Undo } from '../../src/kit/undo.ts'
import type { PressAnswer, PressWish } from '../../src/stack/press.ts'
import type { Scene, Surge } from '../../src/stack/scene.ts'
import type { Agent, Role, Service, ServiceChange, Stack } from '../../src/stack/types.ts'
import { calmPerS, FakeProxy, type Files } from './fake-proxy.ts'

export interface FakeStack extends Stack {
  readonly proxies: Map<string, FakeProxy>
  /** Names of backends that answer nothing. */
  readonly dead: Set<string>
  readonly replaced: { name: string; change: ServiceChange }[]
  /** How services differ from what is specified, by name. */
  readonly drifted: Map<string, string[]>
  /** What a press is answered: by default ten good requests a second and connection, none from the dead. */
  onPress: (wish: PressWish) => PressAnswer
}

export function fakeStack(): FakeStack {
  const proxies = new Map([['proxy', new FakeProxy()]])
  const dead = new Set<string>()
  const replaced: FakeStack['replaced'] = []
  const services: Service[] = []
  const add = (name: string, role: Role) => {
    const made = fakeService({ name, role, dead }, proxies.get(name))
    services.push(made)
    return made
  }
  add('proxy', 'proxy')
  for (const name of ['web-1', 'web-2']) add(name, 'web')
  for (const name of ['api-1', 'api-2']) add(name, 'api')
  add('database', 'database')
  const find = (name: string) => {
    const found = services.find((one) => one.name === name)
    if (!found) throw new Error(`no service ${name}`)
    return found
  }
  const stack: FakeStack = {
    runId: 'fake',
    entry: 'http://127.0.0.1:1',
    proxies,
    dead,
    replaced,
    services,
    agent: fakeAgent(proxies, dead, (wish) => stack.onPress(wish)),
    onPress: (wish) => fakePress(wish, dead),
    streams: { logs: () => undefined, resources: () => undefined, events: () => undefined },
    service: find,
    byRole: (role) => services.filter((one) => one.role === role),
    addProxy: (name, files) => {
      proxies.set(name, new FakeProxy(files))
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
      const files = name === 'proxy' ? [...new FakeProxy().disk] : []
      return Promise.resolve(files.map(([path, content]) => ({ path, content })))
    },
    refresh: () => Promise.resolve(),
    remove: (name) => {
      services.splice(services.indexOf(find(name)), 1)
      proxies.delete(name)
      return Promise.resolve()
    },
    lower: () => Promise.resolve(),
  }
  return stack
}

function fakePress({ host, connections, seconds }: PressWish, dead: Set<string>): PressAnswer {
  const requests = connections * seconds * 10
  const [ok, how] = dead.has(host) ? [0, 'ECONNREFUSED'] : [requests, '200']
  const latencyMs = { p50: 5, p95: 8, p99: 10, max: 12 }
  return { requests, ok, failed: requests - ok, byStatus: { [how]: requests }, latencyMs, tookMs: seconds * 1_000 }
}

interface FakeServiceParts {
  name: string
  role: Role
  dead: Set<string>
}

function fakeService({ name, role, dead }: FakeServiceParts, proxy: FakeProxy | undefined): Service {
  const disk = proxy?.disk ?? new Map<string, Buffer>()
  let startedAt = 1
  let paused = false
  let memoryLimit = 256 * 1024 * 1024
  return {
    name,
    role,
    containerId: 'c'.repeat(12),
    image: 'fake',
    address: '10.0.0.1',
    exec: (argv) => Promise.resolve(fakeExec(argv, disk, proxy)),
    readFiles: (paths) => Promise.resolve(paths.map((path) => ({ path, content: disk.get(path) ?? null }))),
    writeFiles: (files) => {
      for (const { path, content } of files) {
        if (content === null) disk.delete(path)
        else disk.set(path, content)
      }
      return Promise.resolve()
    },
    signal: () => Promise.resolve(proxy?.load()),
    restart: () => {
      startedAt += 1
      proxy?.load()
      return Promise.resolve()
    },
    stop: () => Promise.resolve(void dead.add(name)),
    start: () => {
      startedAt += 1
      dead.delete(name)
      return Promise.resolve()
    },
    pause: () => {
      paused = true
      return Promise.resolve()
    },
    unpause: () => {
      paused = false
      return Promise.resolve()
    },
    limitMemory: (bytes) => {
      memoryLimit = bytes
      return Promise.resolve()
    },
    state: () => {
      const still = { restartCount: 0, oomKilled: false, exitCode: 0, memoryLimit }
      return Promise.resolve({ ...still, running: !dead.has(name), paused, startedAt: String(startedAt) })
    },
  }
}

function fakeExec(argv: readonly string[], disk: Files, proxy?: FakeProxy): { code: number; output: string } {
  const [program, ...rest] = argv
  if (program === 'find')
    return { code: 0, output: [...disk.keys()].filter((path) => path.endsWith('.conf')).join('\n') }
  if (program === 'cat') return { code: 0, output: proxy?.workers() ?? '' }
  if (program === 'nginx') {
    const refused = proxy?.test()
    return refused ? { code: 1, output: refused } : { code: 0, output: 'test is successful' }
  }
  if (program === 'rm') {
    const [folder = ''] = rest.slice(-1)
    for (const path of [...disk.keys()]) if (path.startsWith(`${folder}/`)) disk.delete(path)
  }
  if (program === 'psql') return { code: 0, output: '50\n4\n' }
  return { code: 0, output: '' }
}

function fakeAgent(proxies: Map<string, FakeProxy>, dead: Set<string>, onPress: FakeStack['onPress']): Agent {
  const answer = (status: number, body = '') => Promise.resolve({ status, headers: {}, body, ms: 1 })
  return {
    forward: ({ host, port, path, headers }) => {
      const proxy = proxies.get(host)
      if (proxy && path === '/stub_status') return answer(200, proxy.stubStatus())
      if (proxy)
        return port === 8081 ? answer(200, `${proxy.hash()}\n`) : answer(proxy.status(path, headers?.['x-user-id']))
      return dead.has(host) ? Promise.reject(new Error('no answer')) : answer(200)
    },
    reach: ({ host, port }) => {
      const reachable = port === 8080 && !dead.has(host)
      return Promise.resolve({ reachable, ms: 1, because: reachable ? 'connected' : 'ECONNREFUSED' })
    },
    press: (wish) => Promise.resolve(onPress(wish)),
    pushResources: () => Promise.resolve(),
    events: async function* () {},
  }
}

export interface FakeScene extends Scene {
  readonly stack: FakeStack
  readonly promised: { undo: Undo; why: string; filesThen: Json }[]
  lives: number
  /** Surges that were begun, and whether they have ended. */
  readonly surges: { surge: Surge; ended: boolean }[]
}

/** A scene on a fake stack; promises are kept with what the proxy's upstreams held at that moment. */
export function fakeScene(measures: readonly string[] = []): FakeScene {
  const stack = fakeStack()
  const scene: FakeScene = {
    stack,
    measures: new Set(measures),
    clock: realClock,
    signal: new AbortController().signal,
    promised: [],
    lives: 0,
    surges: [],
    releases: [],
    promise: (undo, why) => {
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
    live: () => {
      scene.lives += 1
      return Promise.resolve()
    },
  }
  return scene
}
