import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type Dockerode from 'dockerode'
import { type Engine, freePort, guardFiles, intend, type Labels, labelKeys, nameOf, tellCall } from '../engine/index.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { buildImages, expectImages } from './images.ts'
import { copyMounts } from './mounts.ts'
import { edgesOf } from './networks.ts'
import { type OwnNames, ownDocument, ownNames } from './own-document.ts'
import type { ComposeProject, ComposeTool, Copied, RaisedContainer, RaisedProject } from './project.ts'
import { culpritOf, untilReady } from './ready.ts'
import { expectRaisable } from './refuse.ts'
import { numberLabel, type OwnProject, projectLabel, removeProject, serviceLabel, thingsOf } from './removal.ts'
import { type ComposeRun, lastWords, runCompose } from './tool.ts'

/** For `up`, which waits for whatever a service depends on: longer than any healthcheck that is meant. */
const upMs = 900_000

export interface RaiseProjectOptions {
  readonly engine: Pick<Engine, 'docker' | 'dockerHost' | 'certPath'>
  /** Of a run or a guarded scope: what is made goes on its record, and copies lie beside its journal. */
  readonly labels: Labels
  /** All that could hold Nginx's configuration is a copy there. */
  readonly proxyServices: readonly string[]
  /** Ports that must be on 127.0.0.1 although the project publishes them not. */
  readonly publish?: readonly { readonly service: string; readonly port: number }[]
  /** Its containers may reach addresses outside of this machine; default: they cannot. */
  readonly outside?: boolean
  readonly signal?: AbortSignal
  /** Commands of the user's may have Compose put other containers in their places: the names stay on record. */
  readonly mayBeReplaced?: boolean
  /** What differs from the user's own `up`, a sentence each. */
  readonly say: (line: string) => void
}

/**
 * Raises the project beside whatever runs, under a name of ours; nothing of the user's is changed. Resolves when every
 * container runs, and is healthy where it has a healthcheck. COMPOSE_INVALID, before anything is raised, for what
 * cannot be kept apart; IMAGE_MISSING, IMAGE_BUILD_FAILED, SERVICE_NOT_READY, COMPOSE_FAILED. What was made by then is
 * removed.
 */
export async function raiseProject(
  tool: ComposeTool,
  project: ComposeProject,
  options: RaiseProjectOptions,
): Promise<RaisedProject> {
  const { engine, labels, publish = [], outside = false, signal } = options
  expectRaisable(project.document, { isKept: !outside })
  const { [labelKeys.journal]: journal = '', [labelKeys.run]: runId = '' } = labels
  const edges = outside ? undefined : edgesOf(project.document, publish)
  const random = randomBytes(3).toString('hex')
  const names = ownNames(project.document, { runId, random, major: tool.major, ...(edges ? { edges } : {}) })
  const { project: name, containers, networks, volumes, images } = names
  const made = new Set([...containers, ...[networks, volumes, images].flatMap((one) => Object.values(one))])
  const folder = join(guardFiles(journal).copies, name)
  const own: OwnProject = { docker: engine.docker, labels, name, made, folder }
  try {
    const onRecord = await putOnRecord(names, labels)
    const copies = await writeOwn(project, names, own, { tool, edges, options })
    const run: ComposeRun = { env: environmentFor(project, engine), cwd: folder, signal }
    await expectImages(tool, project, { docker: engine.docker, run, say: options.say })
    const args = ['--project-directory', folder, '-f', join(folder, ownFile), '-p', name]
    const services = Object.keys(images)
    await buildImages(tool, args, { services, run })
    for (const image of Object.values(images)) onRecord(`image ${image}`, image)
    await up(tool, args, run, { own, names, onRecord })
    if (options.mayBeReplaced) for (const name of containers) await intend(labels, { kind: 'container', name })
    const found = await containersOf(own)
    await untilReady(
      engine.docker,
      found.map(({ one }) => one),
      { signal },
    )
    return raised(own, copies, found)
  } catch (thrown) {
    // What cannot be removed is on record: the guard or a sweep does it.
    await removeProject(own).catch((left: unknown) => options.say(reasonOf(left)))
    throw thrown
  }
}

const ownFile = 'compose.json'

/** All names are on the disk before anything is made; gives back how to tell an id. */
async function putOnRecord({ containers, networks, volumes, images }: OwnNames, labels: Labels) {
  const wanted = [
    ...containers.map((name) => ({ kind: 'container' as const, name })),
    ...Object.values(networks).map((name) => ({ kind: 'network' as const, name })),
    ...Object.values(volumes).map((name) => ({ kind: 'volume' as const, name })),
    ...Object.values(images).map((name) => ({ kind: 'image' as const, name })),
  ]
  const known = new Map<string, (id: string) => void>()
  for (const one of wanted) known.set(nameOf({ ...one, id: '', labels: {}, state: '' }), await intend(labels, one))
  return (name: string, id: string) => known.get(name)?.(id)
}

/** Copies what is written to, and writes the whole project as a file of ours, which Compose must take. */
async function writeOwn(
  { document, env, folder: theirs }: ComposeProject,
  names: OwnNames,
  { folder, docker, labels }: OwnProject,
  { tool, edges, options }: { tool: ComposeTool; edges: readonly string[] | undefined; options: RaiseProjectOptions },
): Promise<readonly Copied[]> {
  const { proxyServices, publish = [], say, signal } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { copies, at } = await copyMounts(document, { proxyServices, folder, say })
  const free = await freePorts(portsIn(document) + publish.length)
  const own = ownDocument(document, {
    names,
    labels,
    major: tool.major,
    freePort: () => free.pop() ?? 0,
    proxyServices,
    publish,
    edges,
    taken: await takenSubnets(docker),
    at,
    say,
  })
  await writeFile(join(folder, ownFile), JSON.stringify(own, undefined, 1), { mode: 0o600 })
  const args = ['--project-directory', folder, '-f', join(folder, ownFile), '-p', names.project, 'config', '-q']
  const ran = await runCompose(tool, args, { env: environmentFor({ env }, options.engine), cwd: folder, signal })
  if (ran.code === 0) return copies
  const what = `what was made of the project of ${inert(theirs)}`
  const message = `Compose ${tool.version} refuses ${what}: ${lastWords(ran)}`
  throw new BadgatewayError('COMPOSE_INVALID', message, 'Please report it, with the Compose file.')
}

const portsIn = ({ services }: ComposeProject['document']) =>
  Object.values(services).reduce((sum, { ports }) => sum + (ports?.length ?? 0), 0)

/** So many that nobody has, each another one. */
async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) found.add(await freePort())
  return [...found]
}

/** Of the engine's networks and of this machine. */
async function takenSubnets(docker: Dockerode): Promise<string[]> {
  const known = (await docker.listNetworks()).flatMap(
    ({ IPAM: ipam }) => ipam?.Config?.map(({ Subnet }) => Subnet) ?? [],
  )
  const here = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ cidr }) => cidr) ?? [])
  return [...known, ...here].flatMap((one) => one ?? [])
}

/** The engine that we speak to, and nothing that is meant for the user's own project. */
function environmentFor({ env }: Pick<ComposeProject, 'env'>, { dockerHost, certPath }: RaiseProjectOptions['engine']) {
  const kept = Object.entries(env).filter(
    ([name]) => !/^COMPOSE_|^DOCKER_(?:HOST|CONTEXT|CERT_PATH|TLS_VERIFY)$/.test(name),
  )
  const tls = certPath === undefined ? {} : { DOCKER_CERT_PATH: certPath, DOCKER_TLS_VERIFY: '1' }
  return { ...Object.fromEntries(kept), DOCKER_HOST: dockerHost, ...tls }
}

interface Raising {
  own: OwnProject
  names: OwnNames
  onRecord: (name: string, id: string) => void
}

/** The guard is told of Compose's containers as of calls of our own: if we are killed, it looks for what comes late. */
async function up(
  tool: ComposeTool,
  args: readonly string[],
  run: ComposeRun,
  { own, names, onRecord }: Raising,
): Promise<void> {
  const begin = { kind: 'container', did: 'begin' } as const
  for (const _ of names.containers) tellCall(begin)
  const limit = AbortSignal.timeout(upMs)
  const signal = AbortSignal.any([limit, ...(run.signal ? [run.signal] : [])])
  const failure = await runCompose(tool, [...args, 'up', '-d', '--no-build'], { ...run, signal }).then(
    (ran) => (ran.code === 0 ? undefined : lastWords(ran)),
    (thrown: unknown) => {
      run.signal?.throwIfAborted()
      if (limit.aborted) return `it was not up within ${upMs / 60_000} minutes`
      throw thrown
    },
  )
  const things = await thingsOf(own)
  for (const one of things) onRecord(nameOf(one), one.id)
  const there = things.filter(({ kind }) => kind === 'container').length
  for (const at of names.containers.keys()) tellCall({ kind: 'container', did: at < there ? 'made' : 'failed' })
  if (failure === undefined) return
  const culprit = await culpritOf(
    own.docker,
    (await containersOf(own)).map(({ one }) => one),
  )
  if (culprit) throw culprit
  throw new BadgatewayError(
    'COMPOSE_FAILED',
    `Compose cannot raise the project: ${failure}`,
    'Does docker compose up work in your folder?',
  )
}

interface Found {
  one: RaisedContainer
  /** On this machine, by the port inside. */
  ports: ReadonlyMap<number, number>
}

async function containersOf({ docker, labels, name }: OwnProject): Promise<Found[]> {
  const filters = { label: [`${labelKeys.run}=${labels[labelKeys.run]}`, `${projectLabel}=${name}`] }
  const listed = await docker.listContainers({ all: true, filters })
  const found = listed.map(({ Id: id, Names: [first = ''], Labels: worn, Ports }) => {
    const one = { service: worn[serviceLabel] ?? '', number: Number(worn[numberLabel] ?? 1), id, name: first.slice(1) }
    const published = Ports.flatMap(({ PrivatePort, PublicPort, Type }) =>
      PublicPort && Type === 'tcp' ? [[PrivatePort, PublicPort] as const] : [],
    )
    return { one, ports: new Map(published) }
  })
  return found.sort((a, b) => a.one.service.localeCompare(b.one.service) || a.one.number - b.one.number)
}

function raised(own: OwnProject, copies: readonly Copied[], found: readonly Found[]): RaisedProject {
  return {
    name: own.name,
    file: join(own.folder, ownFile),
    containers: found.map(({ one }) => one),
    copies,
    entryPort: (service, port) => {
      const published = found.find(({ one, ports }) => one.service === service && ports.has(port))?.ports.get(port)
      if (published !== undefined) return published
      const message = `Port ${port} of service ${inert(service)} is not published on 127.0.0.1`
      throw new BadgatewayError(
        'SERVICE_UNKNOWN',
        message,
        'A service that is only on an internal network cannot publish one.',
      )
    },
    remove: () => removeProject(own),
  }
}
