import { BadgatewayError } from '../../src/kit/errors.ts'
import { ports } from '../../src/protocol/ports.ts'
import { startBehaviourFile } from '../../src/protocol/start-behaviour.ts'
import type { Service, ServiceChange, ServiceEvent } from '../../src/stack/types.ts'
import { type FakeScene, type FakeStack, fakeScene } from './fake-stack.ts'
import { quickClock } from './quick-clock.ts'

const mebibyte = 1_048_576
const baseMb = 25

interface Keeping {
  perRequestKb?: number
  upToMb?: number
  atStartMb?: number
}

/** A server that keeps what it serves, and the kernel that kills it at its limit. */
export class FakeMemory {
  limitMb: number
  keptMb = 0
  alive = true
  oomKills: number | null = 0
  /** Has its container a program that outlives the server? */
  supervised = true
  keeping: Keeping = {}
  readonly files = new Map<string, Buffer>()
  onEvent: (event: ServiceEvent) => void = () => undefined

  constructor(limitMb: number) {
    this.limitMb = limitMb
  }

  get usedMb(): number {
    return this.alive ? baseMb + this.keptMb : 1
  }

  serve(requests: number): void {
    const { perRequestKb = 0, upToMb = 0 } = this.keeping
    if (!this.alive) return
    this.keptMb = Math.max(this.keptMb, Math.min(upToMb, this.keptMb + (requests * perRequestKb) / 1_024))
    this.#judge()
  }

  start(): void {
    const text = this.files.get(startBehaviourFile)?.toString() || '{}'
    this.keeping = (JSON.parse(text) as { 'working-set'?: Keeping })['working-set'] ?? {}
    Object.assign(this, { alive: true, oomKills: 0, keptMb: this.keeping.atStartMb ?? 0 })
    this.#judge()
  }

  #judge(): void {
    if (this.usedMb <= this.limitMb) return
    this.alive = false
    this.oomKills = (this.oomKills ?? 0) + 1
    this.onEvent({ service: 'api-1', container: 'a1', action: 'oom', wallMs: 0, because: '' })
  }
}

/** What a service of this memory does; every look at it is one in which it has served so many requests. */
export function remember(stack: FakeStack, service: Service, memory: FakeMemory, perLook = 10): Service {
  const read = () => {
    memory.serve(perLook)
    return Promise.resolve({ usedBytes: memory.usedMb * mebibyte, oomKills: memory.oomKills })
  }
  stack.counted.set(service.name, { memory: read })
  let starts = 1
  const limitBytes = () => memory.limitMb * mebibyte
  return Object.assign(service, {
    readFiles: (paths) => {
      return Promise.resolve(paths.map((path) => ({ path, content: memory.files.get(path) ?? null })))
    },
    writeFiles: (files) => {
      for (const { path, content } of files) if (content) memory.files.set(path, content)
      return Promise.resolve()
    },
    limitMemory: (bytes) => {
      memory.limitMb = bytes / mebibyte
      return Promise.resolve()
    },
    restart: () => {
      starts += 1
      memory.start()
      if (memory.alive) return Promise.resolve()
      return Promise.reject(new BadgatewayError('SERVICE_NOT_READY', 'api-1 ended with exit code 137', ''))
    },
    state: () => {
      const running = memory.alive || memory.supervised
      const ended = running ? { oomKilled: false, exitCode: 0 } : { oomKilled: true, exitCode: 137 }
      const state = {
        running,
        paused: false,
        startedAt: String(starts),
        restartCount: 0,
        restartPolicy: 'no',
        swapLimit: 0,
        cpuLimit: { nanoCpus: 0, quota: 0, period: 0 },
        memoryLimit: limitBytes(),
      }
      return Promise.resolve({ ...state, ...ended })
    },
  } satisfies Partial<Service>)
}

export interface MemoryScene extends FakeScene {
  readonly memory: FakeMemory
  /** Copies that were started to be pressed, and what they were given. */
  readonly copies: { memory: FakeMemory; change: ServiceChange }[]
}

/** A scene whose api-1 has a memory, and where time passes as fast as it is waited for. */
export function memoryScene(measures: readonly string[] = [], limitMb = 96): MemoryScene {
  const scene = fakeScene(measures)
  const { stack } = scene
  const memory = new FakeMemory(limitMb)
  const copies: MemoryScene['copies'] = []
  remember(stack, stack.service('api-1'), memory)
  stack.streams.events = (onEvent) => {
    memory.onEvent = onEvent
  }
  const { forward } = stack.agent
  stack.agent.forward = async (request) => {
    if (request.host !== 'api-1' || request.port !== ports.backendControl) return await forward(request)
    const set = request.body as { 'working-set'?: Keeping } | undefined
    if (request.method === 'PUT') memory.keeping = set?.['working-set'] ?? {}
    return { status: 200, headers: {}, body: '{}', ms: 1 }
  }
  stack.agent.reach = ({ port }) => {
    const reachable = memory.alive && port === ports.site
    return Promise.resolve({ reachable, ms: 1, because: reachable ? 'connected' : 'ECONNREFUSED' })
  }
  const { addBackend, onPress } = stack
  stack.addBackend = async (role, number, change = {}) => {
    const copy = new FakeMemory(change.memoryMb ?? limitMb)
    copy.supervised = change.entrypoint === undefined
    const behaviour = JSON.parse(change.env?.['BEHAVIOUR'] ?? '{}') as { 'working-set'?: Keeping }
    copy.keeping = behaviour['working-set'] ?? {}
    copies.push({ memory: copy, change })
    return remember(stack, await addBackend(role, number), copy, 0)
  }
  stack.onPress = (wish) => {
    const requests = (wish.ratePerS ?? 0) * wish.seconds
    const pressed = { ...onPress(wish), requests, ok: requests, failed: 0 }
    const copy = copies.at(-1)?.memory
    copy?.serve(requests)
    return copy?.alive ? pressed : { ...pressed, ok: 0, failed: requests }
  }
  return { ...scene, clock: quickClock(), memory, copies }
}
