import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import Dockerode from 'dockerode'
import { unpackFiles } from '../../src/engine/files/archive.ts'
import {
  type Answer,
  type FakeNetwork,
  filterOf,
  type Labels,
  missing,
  ok,
  onNetwork,
  things,
} from './fake-networks.ts'

export interface FakeContainer {
  id: string
  labels: Labels
  state: 'running' | 'paused' | 'exited'
  files: Map<string, string>
  signals: string[]
  /** Bytes. */
  memory: number
  cores: { nano: number; quota: number }
  /** How often it was started. */
  starts: number
  /** Of a backend: what its control port was given last. */
  behaviour?: string
}

/** What the engine answers to one request; undefined: what it would really answer. */
type Disturbance = (call: string) => 'hang' | { status: number; message: string } | undefined

/** A Docker engine of the calls that undoing needs, in memory, behind a real socket: Dockerode cannot tell. */
export interface FakeEngine {
  docker: Dockerode
  dockerHost: string
  containers: Map<string, FakeContainer>
  networks: Map<string, FakeNetwork>
  volumes: Map<string, { labels: Labels }>
  /** By their tags. */
  images: Map<string, { labels: Labels }>
  /** `METHOD /path` of every call that changes something, in order. */
  changes: string[]
  disturb: (disturbance: Disturbance) => void
  addContainer: (id: string, labels: Labels, state?: FakeContainer['state']) => FakeContainer
  close: () => Promise<void>
}

export async function fakeEngine(): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-engine-'))
  const socketPath = join(folder, 'docker.sock')
  let disturbance: Disturbance = () => undefined
  const world: World = {
    containers: new Map(),
    networks: new Map(),
    volumes: new Map(),
    images: new Map(),
    execs: new Map(),
  }
  const changes: string[] = []
  const server = createServer((request, response) => {
    const call = `${request.method} ${(request.url ?? '').replace(/^\/v[\d.]+/, '')}`
    if (!call.startsWith('GET')) changes.push(call.split('?')[0] ?? '')
    const disturbed = disturbance(call)
    if (disturbed === 'hang') return
    if (disturbed) return send(response, disturbed.status, { message: disturbed.message })
    void answer(world, request, call).then(({ status, body }) => send(response, status, body))
  })
  server.listen(socketPath)
  await once(server, 'listening')
  return {
    docker: new Dockerode({ socketPath }),
    dockerHost: `unix://${socketPath}`,
    ...world,
    changes,
    disturb: (next) => {
      disturbance = next
    },
    addContainer: (id, labels, state = 'running') => {
      const limits = { memory: 256 * 2 ** 20, cores: { nano: 0, quota: 0 } }
      const made: FakeContainer = { id, labels, state, files: new Map(), signals: [], ...limits, starts: 1 }
      world.containers.set(id, made)
      return made
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      await rm(folder, { recursive: true })
    },
  }
}

interface World {
  containers: Map<string, FakeContainer>
  networks: Map<string, FakeNetwork>
  volumes: Map<string, { labels: Labels }>
  images: Map<string, { labels: Labels }>
  execs: Map<string, { container: FakeContainer; argv: string[] }>
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? '' : JSON.stringify(body))
}

async function answer(world: World, request: IncomingMessage, call: string): Promise<Answer> {
  const { pathname, searchParams } = new URL(call.split(' ')[1] ?? '', 'http://engine')
  const [, room = '', id = '', verb = ''] = pathname.split('/')
  const label = filterOf(searchParams.get('filters'))
  if (room === 'version') return ok({ ApiVersion: '1.41', MinAPIVersion: '1.12' })
  if (room === 'info') return ok({ ID: 'fake', Name: 'fake', ServerVersion: '0', SecurityOptions: [] })
  if (room === 'exec') return execute(world, id, verb)
  if (room === 'networks') return await onNetwork(world.networks, { request, id, verb, label })
  if (room === 'volumes') {
    const listed = things(world.volumes, request.method, id, (Name, { labels }) => ({ Name, Labels: labels }), label)
    return id === '' ? ok({ Volumes: listed.body }) : listed
  }
  if (room === 'images') {
    const tag = id === 'json' ? '' : pathname.replace(/^\/images\//, '')
    // What was removed is told, and not only that it was.
    if (request.method === 'DELETE') return world.images.delete(tag) ? ok([]) : missing
    return things(
      world.images,
      request.method,
      tag,
      (name, { labels }) => ({ RepoTags: [name], Labels: labels }),
      label,
    )
  }
  if (id === 'json') {
    const all = [...world.containers.values()].filter(({ labels }) => label(labels))
    return ok(all.map((one) => ({ Id: one.id, Names: [`/${one.id}`], Labels: one.labels, State: one.state })))
  }
  const container = world.containers.get(id)
  if (!container) return missing
  if (request.method === 'DELETE') {
    for (const { endpoints } of world.networks.values()) endpoints?.delete(id)
    return world.containers.delete(id) ? ok() : missing
  }
  return await onContainer(world, container, { verb, request, signal: searchParams.get('signal') ?? '' })
}

async function onContainer(
  world: World,
  container: FakeContainer,
  { verb, request, signal }: { verb: string; request: IncomingMessage; signal: string },
): Promise<Answer> {
  const body = await buffer(request)
  if (verb === 'json') {
    const { id: Id, labels: Labels, state } = container
    return ok({
      Id,
      Config: { Labels },
      HostConfig: { NetworkMode: 'default' },
      Mounts: [],
      State: { Running: state !== 'exited', Paused: state === 'paused' },
    })
  }
  if (verb === 'archive') {
    for (const { name, content } of await unpackFiles(Readable.from([body])))
      container.files.set(`/${name}`, content.toString())
    return ok({})
  }
  if (verb === 'exec') {
    if (container.state !== 'running') return { status: 409, body: { message: `container is ${container.state}` } }
    const { Cmd: argv } = JSON.parse(body.toString()) as { Cmd: string[] }
    const Id = `exec${world.execs.size}`
    world.execs.set(Id, { container, argv })
    return { status: 201, body: { Id } }
  }
  if (verb === 'kill') container.signals.push(signal)
  if (verb === 'update') {
    const asked = JSON.parse(body.toString()) as { Memory?: number; NanoCpus?: number; CpuQuota?: number }
    container.memory = asked.Memory ?? container.memory
    container.cores = { nano: asked.NanoCpus ?? container.cores.nano, quota: asked.CpuQuota ?? container.cores.quota }
  }
  if (verb === 'start' || verb === 'restart') container.starts += 1
  if (verb === 'start' || verb === 'restart' || verb === 'unpause') container.state = 'running'
  return ok()
}

/** `rm -f -- FILE…` and `node -e PROGRAM BEHAVIOUR` are all that is ever run. */
function execute(world: World, id: string, verb: string): Answer {
  const exec = world.execs.get(id)
  if (!exec) return missing
  const [program, force, dashes, ...paths] = exec.argv
  const removes = program === 'rm' && force === '-f' && dashes === '--'
  const behaves = program === 'node' && force === '-e' && paths.length === 1
  if (verb === 'json') return ok({ ExitCode: removes || behaves ? 0 : 127, Running: false })
  if (removes) for (const path of paths) exec.container.files.delete(path)
  if (behaves) exec.container.behaviour = paths[0] ?? ''
  return ok({})
}
